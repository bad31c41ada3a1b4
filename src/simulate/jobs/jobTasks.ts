/** What jobs need simulated: how fast a worker is that always has requests waiting, and what services leave of their pools meanwhile. */

import type { RunRecord } from '../results/record.js';
import { limitOf } from '../sharing/poolLimit.js';
import { servicesBefore } from '../sharing/sharedQuota.js';
import { onlyPoolFor, poolFor, tenantsOf } from '../sharing/shares.js';
import type { RunTask } from '../tasks.js';
import { HOUR_S, WEEK_H } from '../week/hours.js';
import { fluidCapacityPerS } from '../week/strata.js';
import { warmStart } from '../week/warmStart.js';
import { meanPerS } from '../window.js';
import type { PreparedJob, PreparedService, World } from '../world/types.js';

const DAY_S = 24 * HOUR_S;
/** Jobs are followed for a day, or for as long as deadlines and work need, four weeks at most. */
const SPANS_S = [DAY_S, 2 * DAY_S, 4 * DAY_S, 7 * DAY_S, 14 * DAY_S, 28 * DAY_S];
/** Work takes longer on what is left than on an empty pool. */
const ROOM = 2;
const WARMUP_S = 300;
/** A worker is measured over so many requests and at least this long. */
const RATE_REQUESTS = 2000;
const RATE_S = 600;

/** When jobs are followed: from the full hour in which the first may start. */
export interface JobSpan {
  readonly startHour: number;
  readonly lengthS: number;
}

export function jobSpan(world: World): JobSpan {
  const startHour = Math.floor(Math.min(...world.jobs.map(({ job }) => job.start)) / HOUR_S);
  const needed = world.jobs.map((prepared) => {
    const fromS = prepared.job.start - startHour * HOUR_S;
    const workers = Math.max(1, mostWorkers(world, prepared));
    const idealS = prepared.startupS + prepared.work / (workers * fluidRate(world, prepared));
    return fromS + Math.max(prepared.job.deadline ?? 0, ROOM * idealS);
  });
  const longest = Math.max(...needed);
  return { startHour, lengthS: SPANS_S.find((span) => span >= longest) ?? SPANS_S.at(-1)! };
}

/** Work of a worker in a second: known, or at most by the fluid. */
function fluidRate(world: World, { ratePerS, worker }: PreparedJob): number {
  return ratePerS ?? fluidCapacityPerS(world, worker!);
}

/** Workers that a job may have at once. */
export function mostWorkers(world: World, { job, pool, accelerators }: PreparedJob): number {
  const fitting = Math.floor(limitOf(world, world.pools[pool]!) / accelerators);
  if (job.kind === 'training') return Math.min(1, fitting);
  return Math.min(job.workers ?? Infinity, fitting);
}

/** All tasks for `replications` runs of the jobs, the first of which has the number `from`. */
export function jobTasks(world: World, seed: number, replications: number, from: number): RunTask[] {
  if (world.jobs.length === 0) return [];
  const span = jobSpan(world);
  const pools = new Set(world.jobs.map(({ pool }) => pool));
  const varying = world.services.filter((service) =>
    [...pools].some(
      (pool) =>
        tenantsOf(world, pool).includes(service) &&
        (poolFor(world, service.name, pool).scaling || servicesBefore(world, service).length > 0),
    ),
  );
  const startOf = (service: PreparedService): ReturnType<typeof warmStart> => {
    const level = service.service.traffic.shape.weights[span.startHour % WEEK_H] ?? 1;
    const perS = meanPerS(service.service.traffic) * world.drivers.users * level;
    return onlyPoolFor(world, service)?.scaling ? warmStart(world, service, perS) : undefined;
  };
  return [
    ...world.jobs.flatMap((job) => (job.ratePerS === undefined ? [rateTask(world, job, seed)] : [])),
    ...varying.flatMap((service) => {
      const start = startOf(service);
      const before = servicesBefore(world, service).map((other) => {
        const own = startOf(other);
        return [other.name, own ? { start: { replicas: own.replicas, held: false } } : {}] as const;
      });
      return Array.from(
        { length: replications },
        (_, r): RunTask => ({
          service: service.name,
          forJobs: 'leftover',
          ...(before.length > 0 && { before: Object.fromEntries(before) }),
          spec: {
            seed,
            // Below zero: no drill strikes, and nothing is drawn that the window draws.
            replication: -1000 - from - r,
            warmupS: start?.warmupS ?? WARMUP_S,
            windowS: span.lengthS,
            batches: 1,
            startHour: span.startHour,
            ...(start && { start: { replicas: start.replicas, held: false } }),
          },
        }),
      );
    }),
  ];
}

function rateTask(world: World, { worker }: PreparedJob, seed: number): RunTask {
  const fluid = fluidCapacityPerS(world, worker!);
  const windowS = Math.max(RATE_S, RATE_REQUESTS / fluid);
  const mean = meanPerS(worker!.service.traffic) * world.drivers.users;
  return {
    service: worker!.name,
    forJobs: 'rate',
    spec: {
      seed,
      replication: -1000,
      warmupS: WARMUP_S,
      windowS,
      batches: 1,
      startHour: 0,
      // As much as it could serve comes in, and a backlog is there: something always waits.
      level: fluid / mean,
      backlog: Math.ceil(fluid * (WARMUP_S + windowS) * 0.25),
    },
  };
}

/** Requests per second of a worker, by the run of its rate task. */
export const measuredRate = ({ counts, fromS, untilS }: RunRecord): number =>
  (counts.completed + counts.carriedOut) / (untilS - fromS);
