/** The main question: what does the system that the scenario describes do over its window? */
import type { RequestSink } from '../fleet/llm/metrics.js';
import type { DecisionRow, ScalingCounts } from '../fleet/scaling/poolScaler.js';
import { bottleneckOf, poolLoad } from './bottleneck.js';
import { costOf } from './cost.js';
import { energyOf } from './energy.js';
import { fingerprintOf } from './fingerprint.js';
import type { RunRecord } from './record.js';
import type { PoolResult, ServiceResult, SimulationResult } from './result.js';
import { type PoolUse, type ServiceRun, serviceRun } from './serviceRun.js';
import { pilotOf, type RunTask, type RunTasks, runTask, tasksOf } from './tasks.js';
import type { PreparedService, World } from './world.js';

export interface SimulateOptions {
  /** Overrides the scenario's seed. */
  readonly seed?: number;
  /** Overrides the scenario's number of replications (a quick first look, a tighter answer). */
  readonly replications?: number;
  /** Simulates this replication alone (paired comparisons look at one after the other). */
  readonly only?: number;
  /** Receives each finished request of the first replication. */
  readonly sink?: (service: string) => RequestSink;
  /** Receives each look of each autoscaler in the first replication. */
  readonly onDecision?: (service: string) => (row: DecisionRow) => void;
}

/**
 * Simulates every service of a world and prices what it used. Pure: equal worlds and seeds give equal results.
 *
 * @throws Error when an invariant of the simulation breaks (a bug of ours)
 */
export function simulate(given: World, options: SimulateOptions = {}): SimulationResult {
  const { sink, onDecision } = options;
  const { world, seed, pilots, tasksAfter } = planned(given, options);
  const tasks = tasksAfter(pilots.map((task) => runTask(world, task)));
  const records = tasks.map((task) => {
    if (task.spec.replication !== 0) return runTask(world, task);
    const watched = {
      ...(sink && { sink: sink(task.service) }),
      ...(onDecision && { onDecision: onDecision(task.service) }),
    };
    return runTask(world, { ...task, spec: { ...task.spec, ...watched } });
  });
  return assemble(world, seed, tasks, records);
}

/** The same by whoever runs tasks: on several threads, and without holding this one up. */
export async function simulateWith(
  given: World,
  options: Omit<SimulateOptions, 'sink' | 'onDecision'>,
  runTasks: RunTasks,
): Promise<SimulationResult> {
  const { world, seed, pilots, tasksAfter } = planned(given, options);
  const tasks = tasksAfter(await runTasks(world, pilots));
  return assemble(world, seed, tasks, await runTasks(world, tasks));
}

export interface Planned {
  readonly world: World;
  readonly seed: number;
  /** Runs that find warm-ups; their records decide the tasks. */
  readonly pilots: readonly RunTask[];
  readonly tasksAfter: (pilots: readonly RunRecord[], from?: number, until?: number) => RunTask[];
}

/** The world under the options, and the independent pieces that its simulation consists of. */
export function planned(given: World, options: Pick<SimulateOptions, 'seed' | 'replications' | 'only'>): Planned {
  const { replications, only } = options;
  const world = replications === undefined ? given : { ...given, scenario: { ...given.scenario, replications } };
  const seed = options.seed ?? world.scenario.seed;
  const pilots = world.services.flatMap((prepared) => pilotOf(world, prepared, seed) ?? []);
  return {
    world,
    seed,
    pilots,
    tasksAfter: (records, from = only ?? 0, until = only === undefined ? undefined : only + 1) =>
      world.services.flatMap((prepared) => {
        const at = pilots.findIndex(({ service }) => service === prepared.name);
        return tasksOf(world, prepared, seed, records[at], from, until);
      }),
  };
}

/** The result of a simulation from the records of its tasks, in the tasks' order. */
export function assemble(
  world: World,
  seed: number,
  tasks: readonly RunTask[],
  records: readonly RunRecord[],
): SimulationResult {
  const runs = new Map<string, ServiceRun>();
  for (const prepared of world.services) {
    const own = records.filter((_, i) => tasks[i]!.service === prepared.name);
    runs.set(prepared.name, serviceRun(world, prepared, own));
  }
  const services: Record<string, ServiceResult> = {};
  const warnings = [...world.warnings];
  for (const [name, run] of runs) {
    services[name] = run.result;
    warnings.push(...run.warnings);
  }
  const pools = poolResults(world, runs);
  for (const [name, { quota_used }] of Object.entries(pools)) {
    const { quota } = world.pools[name]!.pool;
    if (quota_used !== null && quota_used > 1)
      warnings.push(`pools.${name}: needs ${Math.round(quota_used * quota!)} accelerators, the quota is ${quota}`);
  }
  const all = [...runs.values()];
  const windowS = Math.max(...all.map((run) => run.windowS));
  return {
    schema_version: '1',
    fingerprint: fingerprintOf(world, seed),
    name: world.scenario.name,
    window_s: windowS,
    warmup_s: Math.max(...tasks.map((task) => task.spec.warmupS)),
    replications: Math.max(...all.map((run) => run.replications)),
    services,
    pools,
    cost: costOf(world, runs, windowS),
    energy: energyOf(world, runs, windowS),
    bottleneck: bottleneckOf(world, runs),
    warnings,
  };
}

function poolResults(world: World, runs: ReadonlyMap<string, ServiceRun>): Record<string, PoolResult> {
  const results: Record<string, PoolResult> = {};
  for (const service of world.services) {
    const run = runs.get(service.name)!;
    for (const use of run.uses) results[use.pool] = poolResult(world, service, run, use);
  }
  return results;
}

function poolResult(world: World, service: PreparedService, run: ServiceRun, use: PoolUse): PoolResult {
  const { pool, hardware } = world.pools[use.pool]!;
  const accelerators = use.replicas.max * use.acceleratorsPerReplica;
  return {
    instance: hardware.instance ? `${hardware.instance.provider}/${hardware.instance.type}` : (pool.accelerator ?? ''),
    accelerator: hardware.accelerator?.name ?? '',
    accelerators_per_replica: use.acceleratorsPerReplica,
    utilization: { mean: use.utilization, of_capacity: poolLoad(service, run, use) },
    replicas: use.replicas,
    ...(use.kvUtilization && { kv_utilization: use.kvUtilization }),
    ...(use.batchSize && { batch_size: use.batchSize }),
    instances_billed: use.instances.mean,
    ...(use.scaling && { autoscaling: autoscalingOf(use.scaling) }),
    quota_used: pool.quota === undefined ? null : accelerators / pool.quota,
  };
}

function autoscalingOf(counts: ScalingCounts): NonNullable<PoolResult['autoscaling']> {
  return {
    decisions: counts.decisions,
    scale_ups: counts.scaleUps,
    scale_downs: counts.scaleDowns,
    replicas_started: counts.started,
    on_new_nodes: counts.onNewNodes,
    syncs_refused_by_quota: counts.refusedSyncs,
  };
}
