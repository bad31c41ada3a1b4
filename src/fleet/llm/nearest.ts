/** Routing by distance: requests are served in the region that is nearest to their users, as long as it has room. */
import type { Router } from './routing.js';

export interface NearestSettings {
  /** Round trip by origin and group. */
  readonly rttS: readonly (readonly number[])[];
  /** An engine with so many requests waiting takes no more while another group has one with fewer. */
  readonly maxWaiting: number;
}

/**
 * The engine with the fewest requests in the group that is nearest to the request's origin; the next nearest where all engines of a group
 * are gone or have their line full, and the nearest again where all lines are.
 */
export function nearest({ rttS, maxWaiting }: NearestSettings): Router {
  return (targets, request) => {
    const distances = rttS[request?.origin ?? 0]!;
    let best = 0;
    let bestFull = true;
    let bestRtt = Infinity;
    let fewest = Infinity;
    for (let i = 0; i < targets.length; i++) {
      const { outstanding, waitingRequests = 0, group = 0 } = targets[i]!;
      const isFull = waitingRequests >= maxWaiting;
      const rtt = distances[group]!;
      if (isFull !== bestFull ? isFull : rtt > bestRtt || (rtt === bestRtt && outstanding >= fewest)) continue;
      best = i;
      bestFull = isFull;
      bestRtt = rtt;
      fewest = outstanding;
    }
    return best;
  };
}
