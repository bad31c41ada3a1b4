/** The runs that stand for a week of a service: one a load level, each in a window of its own. */

import type { RunRecord } from '../results/record.js';
import type { RunSpec } from '../runSpec.js';
import { mostReplicas } from '../services/instances.js';
import { isContended } from '../sharing/sharedQuota.js';
import { onlyPoolFor, tenantsOf } from '../sharing/shares.js';
import type { RunTask } from '../tasks.js';
import { meanPerS, runPlan } from '../window.js';
import type { PreparedService, World } from '../world/world.js';
import { HOUR_S, WEEK_H } from './hours.js';
import { fluidCapacityPerS, type Stratum, weekStrata } from './strata.js';
import { warmStart } from './warmStart.js';

export { HOUR_S, WEEK_H } from './hours.js';

/** A stratum's window holds about this many requests, within these bounds; it starts after a warm-up at its own level. */
const STRATUM_REQUESTS = 6000;
const LEAST_WINDOW_S = 900;
const WARMUP_S = 300;

/** What strata would simulate in all, about: a week of no more requests than this is simulated whole, as one piece. */
const WHOLE_REQUESTS = 12 * STRATUM_REQUESTS;

/** Share of the fluid's capacity beyond which the real one is measured: below it no hour can leave a backlog. */
const SURELY_SERVED = 0.5;
/** At least this long, and so long that so many are served: enough to know the capacity to a few per cent. */
const SATURATED_S = 600;
const SATURATED_REQUESTS = 2000;
const SATURATED_REPLICATION = -2;

/** Where requests are few, hours of them say little, and slow services carry their state from hour to hour. */
function isWhole(world: World, { service }: PreparedService): boolean {
  const { rate } = service.traffic;
  return rate !== undefined && rate * world.drivers.users * WEEK_H * HOUR_S <= WHOLE_REQUESTS;
}

/**
 * The run that shows how many requests per second the fleet really serves when more are always waiting (all replicas that there may be);
 * `undefined` when demand is never near that.
 */
export function saturationTask(world: World, prepared: PreparedService, seed: number): RunTask | undefined {
  if (isWhole(world, prepared)) return undefined;
  const { rate, shape } = prepared.service.traffic;
  const fluid = fluidCapacityPerS(world, prepared);
  const mean = (rate ?? 0) * world.drivers.users;
  if (mean * Math.max(...shape.weights) < SURELY_SERVED * fluid) return undefined;
  // A queue is busy from the start and counts only who comes after a warm-up: it needs none, and would not see its backlog served.
  const warmupS = prepared.kind === 'queue' ? 0 : WARMUP_S;
  const windowS = Math.max(SATURATED_S, SATURATED_REQUESTS / fluid);
  const onPool = onlyPoolFor(world, prepared);
  const spec: RunSpec = {
    seed,
    replication: SATURATED_REPLICATION,
    warmupS,
    windowS,
    batches: 1,
    startHour: 0,
    level: fluid / mean,
    backlog: fluid * (warmupS + windowS) * 0.25,
    ...(onPool?.scaling && { start: { replicas: mostReplicas(prepared, onPool), held: true } }),
  };
  return { service: prepared.name, spec };
}

export function isSaturation(task: RunTask): boolean {
  return task.spec.replication === SATURATED_REPLICATION;
}

/** Whether months of a service need its week: its replicas follow a load that changes, and the window is not a week itself. */
export function needsWeek(world: World, prepared: PreparedService): boolean {
  const { service, pool } = prepared;
  const contends = pool !== undefined && isContended(world, pool);
  if (!contends && !onlyPoolFor(world, prepared)?.scaling) return false;
  const varies = (each: PreparedService): boolean => {
    const { weights } = each.service.traffic.shape;
    return weights.some((weight) => weight !== weights[0]);
  };
  const { windowS } = runPlan(world.scenario, service);
  if (windowS === null || windowS >= WEEK_H * HOUR_S) return false;
  return contends ? tenantsOf(world, pool).some(varies) : varies(prepared);
}

/** @param saturated the record of the saturation task, where there is one */
export function strataOf(
  world: World,
  prepared: PreparedService,
  saturated: RunRecord | undefined,
): readonly Stratum[] {
  if (isWhole(world, prepared)) return [{ level: 1, hours: WEEK_H, episode: { startHour: 0, length: WEEK_H } }];
  const perS = saturated
    ? (saturated.counts.completed + saturated.counts.carriedOut) / (saturated.untilS - saturated.fromS)
    : Infinity;
  return weekStrata(world, prepared, perS);
}

/** Every second of the week. */
export function wholeWeek(prepared: PreparedService, seed: number, replication: number): RunTask {
  const spec: RunSpec = { seed, replication, warmupS: HOUR_S, windowS: WEEK_H * HOUR_S, batches: 1, startHour: 0 };
  return { service: prepared.name, spec };
}

/**
 * The run of a stratum. Strata of one replication draw from streams of their own, so that their errors do not add up. Fleets that vary
 * begin where the level needs them to be: what moving from the level before costs is left out.
 *
 * @param fullHour an hour at least, whatever it holds
 */
export function stratumTask(
  world: World,
  prepared: PreparedService,
  { level, hours, episode }: Stratum,
  seed: number,
  replication: number,
  index: number,
  fullHour = false,
): RunTask {
  const mean = (prepared.service.traffic.rate ?? 1) * world.drivers.users;
  const { weights } = prepared.service.traffic.shape;
  const startLevel = episode ? weights[episode.startHour % weights.length]! : level;
  const start = warmStart(world, prepared, meanPerS(prepared.service.traffic) * world.drivers.users * startLevel);
  const common = {
    seed,
    replication: replication * 1000 + index,
    warmupS: start?.warmupS ?? WARMUP_S,
    batches: 1,
    ...(start && { start: { replicas: start.replicas, held: false } }),
  };
  const usual = Math.min(HOUR_S, Math.max(LEAST_WINDOW_S, STRATUM_REQUESTS / Math.max(mean * level, 1e-9)));
  const spec: RunSpec = episode
    ? { ...common, windowS: episode.length * HOUR_S, startHour: episode.startHour }
    : { ...common, windowS: fullHour ? HOUR_S : usual, startHour: 0, level };
  return { service: prepared.name, spec, standsForHours: hours };
}
