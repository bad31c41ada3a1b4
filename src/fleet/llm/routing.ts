/** Which engine gets the next request. Policies are functions of what a router can see: requests outstanding at each engine. */
import type { Uniform } from '../../kernel/random.js';

export interface Target {
  readonly outstanding: number;
}

export type Router = (targets: readonly Target[]) => number;

export type RoutingPolicy = 'least-outstanding' | 'round-robin' | 'random';

export function router(policy: RoutingPolicy, uniform: Uniform): Router {
  switch (policy) {
    case 'least-outstanding':
      return leastOutstanding;
    case 'round-robin':
      return roundRobin();
    case 'random':
      return (targets) => Math.floor(uniform() * targets.length);
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
