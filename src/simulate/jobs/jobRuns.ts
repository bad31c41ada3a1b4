/** Jobs on what services left of their pools, in each replication: what became of them, and what the machines cost that they needed. */
import type { Bill } from '../../billing/meterInstance.js';
import { type Grant, type JobOutcome, type LeftoverStep, runOnLeftover } from '../../fleet/leftover/leftover.js';
import { sum } from '../arithmetic.js';
import { machineBill } from '../results/cost.js';
import type { RunRecord } from '../results/record.js';
import { serviceRun } from '../results/serviceRun.js';
import { heldSteps, machineRuns, type Place } from '../sharing/jointMachines.js';
import { partOn, perInstanceOf, placesOf, unitsOf } from '../sharing/jointUse.js';
import { limitOf, mostUnits } from '../sharing/poolLimit.js';
import { tenantsOf } from '../sharing/shares.js';
import type { RunTask } from '../tasks.js';
import type { PreparedJob, PreparedPool, World } from '../world/types.js';
import { type JobSpan, jobSpan, measuredRate, mostWorkers } from './jobTasks.js';

/** One job in one replication. Times from the start of the span. */
export interface JobRun {
  readonly outcome: JobOutcome;
  /** Machine-hours beyond those that services hold, and what they add to the bill. */
  readonly additionalHours: number;
  readonly bill: Bill;
}

export interface JobRuns {
  readonly span: JobSpan;
  /** Work of a worker in a second, by job. */
  readonly rates: ReadonlyMap<string, number>;
  /** By job, one a replication. */
  readonly runs: ReadonlyMap<string, readonly JobRun[]>;
}

/** @returns `undefined` without jobs, or where their tasks were not run */
export function jobRuns(
  world: World,
  tasks: readonly RunTask[],
  records: readonly RunRecord[],
  replications: number,
): JobRuns | undefined {
  if (world.jobs.length === 0) return undefined;
  const span = jobSpan(world);
  const recordsOf = (service: string, what: RunTask['forJobs']): RunRecord[] =>
    records.filter((_, i) => tasks[i]!.service === service && tasks[i]!.forJobs === what);
  const rates = new Map(
    world.jobs.map(({ name, ratePerS, worker }) => [
      name,
      ratePerS ?? measuredRate(recordsOf(worker!.name, 'rate')[0]!),
    ]),
  );
  const runs = new Map<string, JobRun[]>(world.jobs.map(({ name }) => [name, []]));
  for (const pool of new Set(world.jobs.map((job) => job.pool))) {
    const onPool = world.pools[pool]!;
    const jobs = world.jobs.filter((job) => job.pool === pool);
    for (let r = 0; r < replications; r++) {
      const places = tenantsOf(world, pool).flatMap((service) => {
        const record = recordsOf(service.name, 'leftover')[r];
        // Fixed fleets hold what they hold; nothing of them is simulated.
        if (!record) return [{ startS: 0, endS: span.lengthS, accelerators: mostUnits(world, service, pool) }];
        const use = partOn(serviceRun(world, service, [record]), pool);
        return placesOf(use, unitsOf(use), 0, span.lengthS);
      });
      const done = onLeftover(world, onPool, jobs, rates, places, span);
      for (const [i, { name }] of jobs.entries()) runs.get(name)!.push(done[i]!);
    }
  }
  return { span, rates, runs };
}

function onLeftover(
  world: World,
  onPool: PreparedPool,
  jobs: readonly PreparedJob[],
  rates: ReadonlyMap<string, number>,
  places: readonly Place[],
  span: JobSpan,
): JobRun[] {
  const leftover = leftoverSteps(heldSteps(places), limitOf(world, onPool));
  const outcomes = runOnLeftover(
    jobs.map((job) => ({
      priority: job.job.priority,
      startS: job.job.start - span.startHour * 3600,
      accelerators: job.accelerators,
      workers: mostWorkers(world, job),
      work: job.work,
      ratePerS: rates.get(job.name)!,
      startupS: job.startupS,
      checkpointS: job.checkpointS,
      writeS: job.writeS,
    })),
    leftover,
    span.lengthS,
  );
  // Who goes first gets the places that are paid anyway; who comes after pays for what it adds.
  const order = jobs.map((_, i) => i).sort((a, b) => jobs[b]!.job.priority - jobs[a]!.job.priority || a - b);
  const found: JobRun[] = [];
  let held: readonly Place[] = places;
  let before = billed(onPool, held, span.lengthS);
  for (const i of order) {
    held = [...held, ...outcomes[i]!.grants];
    const after = billed(onPool, held, span.lengthS);
    found[i] = {
      outcome: outcomes[i]!,
      additionalHours: beyondRounding(after.seconds - before.seconds, after.seconds) / 3600,
      bill: { ...after.bill, usd: beyondRounding(after.bill.usd - before.bill.usd, after.bill.usd) },
    };
    before = after;
  }
  return found;
}

/** Differences of sums that are equal but for rounding are none. */
const beyondRounding = (difference: number, of: number): number =>
  Math.abs(difference) <= 1e-9 * Math.abs(of) ? 0 : difference;

function billed(onPool: PreparedPool, held: readonly (Place | Grant)[], windowS: number) {
  const runs = machineRuns(heldSteps(held), perInstanceOf(onPool), onPool.pool.startup?.keep_nodes ?? 0, windowS);
  return { bill: machineBill(onPool, runs, windowS), seconds: sum(runs.map(({ startS, endS }) => endS - startS)) };
}

/** What is left of the limit, from 0 on. */
export function leftoverSteps(held: ReturnType<typeof heldSteps>, limit: number): LeftoverStep[] {
  const steps: LeftoverStep[] = [{ atS: 0, accelerators: Math.max(0, limit) }];
  for (const { atS, accelerators } of held) {
    const left = Math.max(0, limit - accelerators);
    if (atS <= 0) steps[0] = { atS: 0, accelerators: left };
    else steps.push({ atS, accelerators: left });
  }
  return steps;
}
