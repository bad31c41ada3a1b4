/** The load levels of a week: hours that look alike are simulated once and weighted by how often they occur. */
import { fluidCapacity } from '../../fleet/llm/capacity.js';
import { mostRequestsPerS } from '../../fleet/stations/visits.js';
import { meanTokens } from '../../workload/draws.js';
import { sum } from '../arithmetic.js';
import { outputCvOf, phaseOf } from '../results/bottleneck.js';
import { mostReplicas } from '../services/instances.js';
import { meanBesideS, meanPromptTokens } from '../services/media.js';
import { poolFor } from '../sharing/shares.js';
import type { PreparedService, World } from '../world/world.js';

/** Hours of the week that are simulated once for all of them. */
export interface Stratum {
  /** Mean multiple of the mean demand. */
  readonly level: number;
  /** Hours of the week that it stands for. */
  readonly hours: number;
  /** An overload with what follows until its backlog is served: simulated hour by hour from here on, as one piece. */
  readonly episode?: { readonly startHour: number; readonly length: number };
}

/** Levels within this ratio of each other are one stratum; widened until no more than `MOST` are left. */
const RATIO = 1.06;
const MOST = 12;

/**
 * The strata of a service's week, the peak first. Hours without a backlog depend on nothing but their load, so equal loads are simulated
 * once. Overloaded hours and those that serve their backlog hang together: a fluid finds such episodes (where they begin and end), equal
 * ones are simulated once, in full. The busiest hour is always simulated.
 *
 * @param capacityPerS requests per second that the fleet serves when more are waiting
 */
export function weekStrata({ drivers }: World, prepared: PreparedService, capacityPerS: number): readonly Stratum[] {
  const { rate, shape } = prepared.service.traffic;
  const { weights } = shape;
  const hasBacklog = overloaded(weights, (rate ?? 0) * drivers.users, capacityPerS);
  const plain = weights.filter((_, hour) => !hasBacklog[hour]);
  return [...grouped(plain), ...episodes(weights, hasBacklog)];
}

/** Hours that begin or end with a backlog, by the fluid, after a week of settling. */
function overloaded(weights: readonly number[], meanPerS: number, capacityPerS: number): boolean[] {
  let backlog = 0;
  const found: boolean[] = [];
  for (let hour = 0; hour < 2 * weights.length; hour++) {
    const before = backlog;
    backlog = Math.max(0, backlog + (weights[hour % weights.length]! * meanPerS - capacityPerS) * 3600);
    found[hour % weights.length] = before > 0 || backlog > 0;
  }
  return found;
}

/** Runs of hours with a backlog, each with one hour more for its last requests; equal runs count together. */
function episodes(weights: readonly number[], hasBacklog: readonly boolean[]): Stratum[] {
  const n = weights.length;
  if (!hasBacklog.includes(true)) return [];
  if (!hasBacklog.includes(false)) return [{ level: 1, hours: n, episode: { startHour: 0, length: n } }];
  const found = new Map<string, Stratum>();
  for (let start = 0; start < n; start++) {
    if (!hasBacklog[start] || hasBacklog[(start + n - 1) % n]) continue;
    let length = 1;
    while (hasBacklog[(start + length) % n]) length++;
    const loads = Array.from({ length }, (_, i) => weights[(start + i) % n]!);
    const key = loads.join();
    const level = loads.reduce((sum, load) => sum + load, 0) / length;
    const known = found.get(key);
    found.set(key, {
      level,
      hours: (known?.hours ?? 0) + length,
      episode: known?.episode ?? { startHour: start, length },
    });
  }
  return [...found.values()];
}

/** Groups sorted levels; each group is simulated at its mean, so that its requests are counted in full. */
export function grouped(levels: readonly number[]): Stratum[] {
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
      }));
    }
  }
}

/** Requests per second that a service's fleet serves at most, by the fluid: an upper bound. */
export function fluidCapacityPerS(world: World, prepared: PreparedService): number {
  switch (prepared.kind) {
    case 'llm': {
      const { traffic, batching } = prepared.service;
      const hits = batching.prefix_caching ? traffic.shared_prefix_tokens : 0;
      const prompt = meanPromptTokens(traffic, prepared.model, world.drivers.promptTokens);
      const output = Math.max(1, meanTokens(traffic.output_tokens) * world.drivers.outputTokens);
      const requests = {
        computedTokens: Math.max(1, prompt - hits),
        promptTokens: Math.max(1, prompt),
        outputTokens: output,
        outputCv: outputCvOf(prepared),
      };
      const capacities = prepared.lanes.map((lane) => {
        const { requestsPerS } = fluidCapacity(
          lane.plan,
          phaseOf(lane, { ...requests, encodeS: meanBesideS(traffic, lane.plan) }),
        );
        const replicas = mostReplicas({ ...prepared, ...lane }, poolFor(world, prepared.name, lane.pool));
        return requestsPerS * replicas * lane.plan.engines;
      });
      // Pools that do the same add up; of those that each do a part, the slower sets the pace.
      return prepared.link ? Math.min(...capacities) : sum(capacities);
    }
    case 'inference': {
      const { max_batch } = prepared.service.batching;
      const replicas = mostReplicas(prepared, poolFor(world, prepared.name, prepared.pool));
      return (replicas * prepared.plan.servers * max_batch) / prepared.plan.batchTimeS[max_batch]!;
    }
    case 'queue':
      return mostRequestsPerS(prepared.service);
  }
}
