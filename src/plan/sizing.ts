/** The smallest number of replicas that meets every objective, by simulation. */
import type { Scenario } from '../scenario/types.js';
import type { SimulationResult, SloAttainment } from '../simulate/result.js';
import { poolFor } from '../simulate/sharing/shares.js';
import type { Simulator } from '../simulate/simulator.js';
import { shortenedTo } from '../simulate/window.js';
import type { World } from '../simulate/world/world.js';
import { isTooSmall, type Judged, violations } from './constraints.js';
import type { Violation } from './results.js';

export interface Sized {
  readonly replicas: number;
  /** An autoscaler sets the number of replicas: the pool was tried as it is, and `replicas` is what it starts with. */
  readonly varies: boolean;
  readonly world: World;
  readonly result: SimulationResult;
  /** Of the service and pool that were sized. */
  readonly violations: readonly Violation[];
}

export interface SizingOptions {
  readonly simulator: Simulator;
  readonly of: Judged;
  /** Where to start: what a fluid of the demand needs. */
  readonly start: number;
  /** Replications of each trial. */
  readonly replications: number;
  readonly seed: number;
  /** Monthly cost beyond which a candidate is of no interest. */
  readonly worthUsd: number;
  /** Chance with which each objective must hold. */
  readonly confidence: number;
  /** Counts simulations. */
  readonly onSimulated: () => void;
}

/** Requests of a trial, about: enough to resolve a 95th percentile to a few per cent. */
const TRIAL_REQUESTS = 20_000;

/** More replicas than this are never tried. */
const MOST = 4096;

/**
 * Gallops up from `start` until the objectives hold, then bisects down. More replicas never make a service slower here (the router
 * spreads requests), which a test checks. A pool with an autoscaler is tried once, as it is.
 *
 * @returns the smallest feasible fleet, or the last one tried with its violations
 */
export async function sizeReplicas(base: World, options: SizingOptions): Promise<Sized> {
  const { pool, scaling } = poolFor(base, options.of.service, options.of.pool);
  if (scaling) return tryReplicas(base, options, pool.replicas.initial);
  const tried = new Map<number, Sized>();
  const attempt = async (replicas: number): Promise<Sized> => {
    const sized = tried.get(replicas) ?? (await tryReplicas(base, options, replicas));
    tried.set(replicas, sized);
    return sized;
  };
  let low = 0;
  let high = Math.max(1, options.start);
  let best = await attempt(high);
  while (isTooSmall(best.violations)) {
    low = high;
    if (high >= MOST || best.result.cost.per_month_usd > options.worthUsd || isHopeless(tried, best)) return best;
    high = Math.min(MOST, Math.max(high + 1, Math.ceil(high * 1.4)));
    best = await attempt(high);
  }
  while (high - low > 1) {
    // The answer is usually close to where the search started.
    const middle = low === 0 ? Math.max(1, Math.min(high - 1, Math.floor(high * 0.75))) : Math.floor((low + high) / 2);
    const sized = await attempt(middle);
    if (isTooSmall(sized.violations)) low = middle;
    else {
      high = middle;
      best = sized;
    }
  }
  return best;
}

/** One trial: the world with so many replicas, over a window short enough for a search. */
export async function tryReplicas(base: World, options: SizingOptions, replicas: number): Promise<Sized> {
  const { of, confidence, seed, replications } = options;
  const varies = poolFor(base, of.service, of.pool).scaling !== undefined;
  const world = varies ? base : withReplicas(base, of, replicas);
  const trial = { ...world, scenario: shortenedTo(world.scenario, TRIAL_REQUESTS) };
  const result = await options.simulator(trial, { seed, replications });
  options.onSimulated();
  return { replicas, varies, world, result, violations: violations(world.scenario, result, confidence, of) };
}

/** Doubling the fleet more than twice without the failing objective moving by a hundredth: replicas are not what it lacks. */
function isHopeless(tried: ReadonlyMap<number, Sized>, now: Sized): boolean {
  const before = [...tried.values()].findLast((each) => each.replicas * 4 <= now.replicas);
  if (!before) return false;
  return now.violations.every(({ what }) => {
    const [, service, , objective] = /^services\.([^.]+)\.(slo)\.(.+)$/.exec(what) ?? [];
    if (service === undefined || objective === undefined) return false;
    const then = missed(before.result.services[service]?.slo_attainment[objective]);
    const here = missed(now.result.services[service]?.slo_attainment[objective]);
    return here > then * 0.99;
  });
}

/** What an objective is about: the smaller, the better. */
function missed(slo: SloAttainment | undefined): number {
  return (slo?.limit_share === undefined ? slo?.value_ms : 1 - slo.share_within) ?? Infinity;
}

/** The same world with another number of replicas of a service on its pool. */
export function withReplicas(world: World, { service, pool }: Judged, replicas: number): World {
  const share = world.shares[service];
  const own = world.scenario.services[service];
  if (share && own && own.kind !== 'queue' && own.replicas) {
    const fixed = { min: replicas, max: replicas, initial: replicas };
    return {
      ...world,
      scenario: { ...world.scenario, services: { ...world.scenario.services, [service]: { ...own, replicas: fixed } } },
      shares: { ...world.shares, [service]: { ...share, pool: { ...share.pool, replicas: fixed } } },
    };
  }
  const prepared = world.pools[pool]!;
  const changed = { ...prepared.pool, replicas: { min: replicas, max: replicas, initial: replicas } };
  const scenario: Scenario = { ...world.scenario, pools: { ...world.scenario.pools, [pool]: changed } };
  return {
    ...world,
    scenario,
    pools: { ...world.pools, [pool]: { ...prepared, pool: changed } },
    ...(share && {
      shares: { ...world.shares, [service]: { ...share, pool: { ...share.pool, replicas: changed.replicas } } },
    }),
  };
}
