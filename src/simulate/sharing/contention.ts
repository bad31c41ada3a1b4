/**
 * Runs of services that contend for a pool's quota. Those of higher priority do not notice the others: they are run first, with the same
 * draws as in their own tasks, and what they hold over time is what the others do not have.
 */

import type { RunRecord } from '../results/record.js';
import { serviceRun } from '../results/serviceRun.js';
import type { RunSpec } from '../runSpec.js';
import type { RunTask } from '../tasks.js';
import type { PreparedService, World } from '../world/types.js';
import { heldSteps, type Place } from './jointMachines.js';
import { partOn, placesOf, unitsOf } from './jointUse.js';
import { limitOf, mostUnits } from './poolLimit.js';
import { servicesBefore } from './sharedQuota.js';
import { onlyPoolFor } from './shares.js';

/** Runs that look for warm-ups and capacities see a pool without the others. */
const isAlone = ({ spec, forJobs }: RunTask): boolean =>
  spec.replication === -1 || spec.replication === -2 || forJobs === 'rate';

/** The spec of a task with what services of higher priority leave. @param run runs a service */
export function contendedSpec(
  world: World,
  prepared: PreparedService,
  task: RunTask,
  run: (prepared: PreparedService, spec: RunSpec) => RunRecord,
): RunSpec {
  const before = isAlone(task) ? [] : servicesBefore(world, prepared);
  if (before.length === 0) return task.spec;
  const { sink: _sink, onDecision: _decisions, start: _start, ...common } = task.spec;
  const { warmupS, windowS } = common;
  const pool = prepared.pool!;
  const limit = limitOf(world, world.pools[pool]!);
  const held: Place[] = [];
  let canChange = false;
  for (const service of before) {
    canChange ||= onlyPoolFor(world, service)?.scaling !== undefined;
    if (!canChange) {
      // Nobody takes anything from a fixed fleet that comes before all that grow.
      held.push({ startS: -warmupS, endS: windowS ?? Infinity, accelerators: mostUnits(world, service, pool) });
      continue;
    }
    const leaves = held.length > 0 && { limit: leftover(held, limit, warmupS) };
    const record = run(service, { ...common, ...task.before?.[service.name], ...leaves });
    const use = partOn(serviceRun(world, service, [record]), pool);
    held.push(...placesOf(use, unitsOf(use), 0, record.untilS - record.fromS));
  }
  return { ...task.spec, limit: leftover(held, limit, warmupS) };
}

/** What others do not hold, from the start of the run, whose measured time begins at `warmupS`. */
function leftover(held: readonly Place[], limit: number, warmupS: number): NonNullable<RunSpec['limit']> {
  const steps = heldSteps(held).map(({ atS, accelerators }) => ({
    atS: Math.max(0, atS + warmupS),
    accelerators: Math.max(0, limit - accelerators),
  }));
  return [{ atS: 0, accelerators: limit }, ...steps.filter(({ atS }) => Number.isFinite(atS))];
}
