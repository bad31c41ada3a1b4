/** Which engine gets the next request. Policies are functions of what a router can see. */
import type { Uniform } from '../../kernel/random.js';
import { type NearestSettings, nearest } from './nearest.js';

export interface Target {
  /** Requests that wait or run there. */
  readonly outstanding: number;
  /** Which engine it is, however the list of targets changes; its place in the list unless given. */
  readonly index?: number;
  /** The group of replicas that it belongs to; the only one unless given. */
  readonly group?: number;
  /** Of the outstanding ones, those that wait. */
  readonly waitingRequests?: number;
  /** Prompt tokens of the request that it has cached; none unless given. */
  cachedTokens?(request: Routable): number;
}

/** What a router may know of a request. */
export interface Routable {
  readonly sharedTokens: number;
  readonly promptTokens: number;
  /** Equal for requests of one conversation or one repeated prompt; −1 when nothing is repeated. */
  readonly contentKey: number;
  /** Where it comes from; the only origin unless given. */
  readonly origin?: number;
}

/** Returns a place in the list of targets, which is never empty. */
export type Router = (targets: readonly Target[], request?: Routable) => number;

export type RoutingPolicy =
  | 'least-outstanding'
  | 'join-shortest-queue'
  | 'round-robin'
  | 'random'
  | 'power-of-two'
  | 'prefix-aware'
  | 'session-affinity'
  | 'weighted'
  | 'nearest';

export interface RouterSettings {
  /** Weights of the engines (policy weighted) by index; 1 where none is given. */
  readonly weights?: readonly number[];
  /** Weights of the engines by their group, instead. */
  readonly groupWeights?: readonly number[];
  /** Policy nearest. */
  readonly nearest?: NearestSettings;
}

export function router(policy: RoutingPolicy, uniform: Uniform, settings: RouterSettings = {}): Router {
  switch (policy) {
    case 'least-outstanding':
    // A router sees requests, not work: the shortest queue is where the fewest are outstanding.
    case 'join-shortest-queue':
      return leastOutstanding;
    case 'round-robin':
      return roundRobin();
    case 'random':
      return (targets) => Math.floor(uniform() * targets.length);
    case 'power-of-two':
      return powerOfTwo(uniform);
    case 'prefix-aware':
      return prefixAware;
    case 'session-affinity':
      return sessionAffinity;
    case 'weighted':
      return weighted(settings);
    case 'nearest':
      return settings.nearest === undefined ? leastOutstanding : nearest(settings.nearest);
  }
}

/** The engine with the fewest requests, the first of several. */
function leastOutstanding(targets: readonly Target[]): number {
  let best = 0;
  let fewest = Infinity;
  for (let i = 0; i < targets.length; i++) {
    const { outstanding } = targets[i]!;
    if (outstanding < fewest) {
      fewest = outstanding;
      best = i;
    }
  }
  return best;
}

function roundRobin(): Router {
  let turn = 0;
  return (targets) => turn++ % targets.length;
}

/** The emptier of two engines drawn at random (Mitzenmacher 2001). */
function powerOfTwo(uniform: Uniform): Router {
  return (targets) => {
    const n = targets.length;
    const first = Math.floor(uniform() * n);
    if (n === 1) return first;
    const other = Math.floor(uniform() * (n - 1));
    const second = other < first ? other : other + 1;
    return targets[second]!.outstanding < targets[first]!.outstanding ? second : first;
  };
}

/**
 * Load is out of balance, and caches are not looked at, when the fullest engine has this many requests more than the emptiest and this
 * factor more: balance-abs-threshold and balance-rel-threshold of the SGLang router (defaults of its README, read 2026-11; vendor).
 */
const IMBALANCE = { requests: 32, factor: 1.0001 };

/** The engine that has the longest start of the prompt cached, of several the one with the fewest requests. */
const prefixAware: Router = (targets, request) => {
  let best = 0;
  let longest = -1;
  let fewest = Infinity;
  let most = 0;
  let emptiest = 0;
  let least = Infinity;
  for (let i = 0; i < targets.length; i++) {
    const target = targets[i]!;
    const { outstanding } = target;
    if (outstanding > most) most = outstanding;
    if (outstanding < least) {
      least = outstanding;
      emptiest = i;
    }
    const cached = request === undefined || target.cachedTokens === undefined ? 0 : target.cachedTokens(request);
    if (cached > longest || (cached === longest && outstanding < fewest)) {
      longest = cached;
      fewest = outstanding;
      best = i;
    }
  }
  return most - least > IMBALANCE.requests && most > IMBALANCE.factor * least ? emptiest : best;
};

/**
 * Always the same engine for the same conversation or prompt, by rendezvous hashing: where engines come and go, only what was theirs
 * moves. What is never repeated goes to the engine with the fewest requests.
 */
const sessionAffinity: Router = (targets, request) => {
  if (request === undefined || request.contentKey < 0) return leastOutstanding(targets);
  let best = 0;
  let highest = -1;
  for (let i = 0; i < targets.length; i++) {
    const score = mix(request.contentKey, targets[i]!.index ?? i);
    if (score > highest) {
      highest = score;
      best = i;
    }
  }
  return best;
};

/** A hash of two small integers, 0…2³²−1; mixing constants of MurmurHash3's finaliser (public domain). */
function mix(key: number, engine: number): number {
  let h = Math.imul(key + 1, 0x9e3779b1) ^ Math.imul(engine + 1, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** In proportion to weights, evenly interleaved: smooth weighted round robin, as nginx does it. */
function weighted({ weights = [], groupWeights }: RouterSettings): Router {
  const credit: number[] = [];
  return (targets) => {
    let best = 0;
    let highest = -Infinity;
    let total = 0;
    for (let i = 0; i < targets.length; i++) {
      const index = targets[i]!.index ?? i;
      const weight = (groupWeights === undefined ? weights[index] : groupWeights[targets[i]!.group ?? 0]) ?? 1;
      total += weight;
      credit[index] = (credit[index] ?? 0) + weight;
      if (credit[index] > highest) {
        highest = credit[index];
        best = i;
      }
    }
    const chosen = targets[best]!.index ?? best;
    credit[chosen] = credit[chosen]! - total;
    return best;
  };
}
