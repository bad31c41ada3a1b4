/** The load levels of a week: hours that look alike are simulated once and weighted by how often they occur. */
import { fluidCapacity } from '../fleet/llm/capacity.js';
import { meanOf, meanTokens } from '../workload/draws.js';
import type { PreparedService, World } from './world.js';

export interface Stratum {
  /** Multiple of the mean demand. */
  readonly level: number;
  /** Hours of the week that it stands for. */
  readonly hours: number;
  /** Requests that wait when such an hour begins, by the fluid. */
  readonly backlog: number;
}

/** Levels within this ratio of each other are one stratum; widened until no more than `MOST` are left. */
const RATIO = 1.06;
const MOST = 12;
/** Hours that begin with a backlog beyond this share of their arrivals stand alone. */
const BACKLOG_SHARE = 0.002;

/**
 * The strata of a service's week, the peak first. Hours after an overload begin with the backlog that a fluid leaves: what came beyond
 * capacity and was not yet served. The busiest hour is always a stratum of its own.
 */
export function weekStrata(world: World, prepared: PreparedService): readonly Stratum[] {
  const { traffic } = prepared.service;
  const { weights } = traffic.shape;
  const arrivals = (traffic.rate ?? 0) * world.drivers.users * 3600;
  const backlogs =
    traffic.rate === undefined
      ? weights.map(() => 0)
      : fluidBacklogs(weights, arrivals, capacityPerS(world, prepared) * 3600);
  const queued: Stratum[] = [];
  const plain: number[] = [];
  for (const [hour, level] of weights.entries()) {
    const backlog = backlogs[hour]!;
    if (backlog > BACKLOG_SHARE * arrivals * Math.max(level, 1e-9)) queued.push({ level, hours: 1, backlog });
    else plain.push(level);
  }
  return [...grouped(plain), ...queued];
}

/** Groups sorted levels; each group is simulated at its mean, so that its requests are counted in full. */
function grouped(levels: readonly number[]): Stratum[] {
  const sorted = [...levels].sort((a, b) => b - a);
  for (let ratio = RATIO; ; ratio *= 1.1) {
    const groups: number[][] = [];
    for (const level of sorted) {
      const group = groups.at(-1);
      // The peak is never averaged away.
      const isPeak = group !== undefined && groups.length === 1 && level < group[0]!;
      if (group && !isPeak && group[0]! <= Math.max(level * ratio, 1e-9)) group.push(level);
      else groups.push([level]);
    }
    if (groups.length <= MOST) {
      return groups.map((group) => ({
        level: group.reduce((sum, level) => sum + level, 0) / group.length,
        hours: group.length,
        backlog: 0,
      }));
    }
  }
}

/** Backlog at the start of each hour, after a week of settling. Demand beyond capacity over the whole week piles up without end: one week's. */
function fluidBacklogs(weights: readonly number[], arrivalsPerHour: number, capacityPerHour: number): number[] {
  let backlog = 0;
  const starts: number[] = [];
  for (let hour = 0; hour < 2 * weights.length; hour++) {
    starts[hour % weights.length] = backlog;
    backlog = Math.max(0, backlog + weights[hour % weights.length]! * arrivalsPerHour - capacityPerHour);
  }
  return starts;
}

/** Requests per second that a service's fleet serves at most, by the fluid. */
export function capacityPerS(world: World, prepared: PreparedService): number {
  switch (prepared.kind) {
    case 'llm': {
      const { prompt_tokens, output_tokens, shared_prefix_tokens } = prepared.service.traffic;
      const { promptTokens, outputTokens } = world.drivers;
      const hits = prepared.service.batching.prefix_caching ? shared_prefix_tokens : 0;
      const prompt = Math.max(1, meanTokens(prompt_tokens) * promptTokens - hits);
      const output = Math.max(1, meanTokens(output_tokens) * outputTokens);
      const engines = world.pools[prepared.pool]!.pool.replicas.initial * prepared.plan.engines;
      return fluidCapacity(prepared.plan, prompt, output).requestsPerS * engines;
    }
    case 'inference': {
      const { max_batch } = prepared.service.batching;
      const replicas = world.pools[prepared.pool]!.pool.replicas.initial;
      return (replicas * prepared.plan.servers * max_batch) / prepared.plan.batchTimeS[max_batch]!;
    }
    case 'queue':
      return prepared.service.servers / meanOf(prepared.service.service_time);
  }
}
