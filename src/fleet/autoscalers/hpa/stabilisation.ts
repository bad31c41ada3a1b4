import type { TimedRecommendation } from './types.js';

export interface Stabilised {
  readonly replicas: number;
  readonly recommendations: readonly TimedRecommendation[];
  readonly reason: 'ReadyForNewScale' | 'ScaleUpStabilized' | 'ScaleDownStabilized';
}

/**
 * Stabilisation without `behavior`: the highest recommendation of the window, so that dips are ignored.
 * The slot of an outdated recommendation is reused for the new one, as upstream does.
 */
export function stabilise(
  recommendations: readonly TimedRecommendation[],
  desired: number,
  windowS: number,
  nowS: number,
): Stabilised {
  const cutoffS = nowS - windowS;
  let highest = desired;
  let outdatedIndex = -1;
  recommendations.forEach((past, index) => {
    if (past.atS < cutoffS) outdatedIndex = index;
    else if (past.replicas > highest) highest = past.replicas;
  });
  return {
    replicas: highest,
    recommendations: recorded(recommendations, desired, nowS, outdatedIndex),
    reason: highest === desired ? 'ReadyForNewScale' : 'ScaleDownStabilized',
  };
}

/**
 * Stabilisation with `behavior` (Kubernetes ≥ 1.24): the current count is moved into the band between the lowest recent
 * recommendation of the up window and the highest of the down window. Window edges are exclusive.
 */
export function stabiliseWithBehavior(
  recommendations: readonly TimedRecommendation[],
  current: number,
  desired: number,
  windows: { readonly upS: number; readonly downS: number },
  nowS: number,
): Stabilised {
  const upCutoffS = nowS - windows.upS;
  const downCutoffS = nowS - windows.downS;
  let lowest = desired;
  let highest = desired;
  let outdatedIndex = -1;
  recommendations.forEach((past, index) => {
    if (past.atS > upCutoffS) lowest = Math.min(past.replicas, lowest);
    if (past.atS > downCutoffS) highest = Math.max(past.replicas, highest);
    if (past.atS < upCutoffS && past.atS < downCutoffS) outdatedIndex = index;
  });
  let replicas = current;
  if (replicas < lowest) replicas = lowest;
  if (replicas > highest) replicas = highest;
  const stabilisedReason = desired >= current ? 'ScaleUpStabilized' : 'ScaleDownStabilized';
  return {
    replicas,
    recommendations: recorded(recommendations, desired, nowS, outdatedIndex),
    reason: replicas === desired ? 'ReadyForNewScale' : stabilisedReason,
  };
}

function recorded(
  recommendations: readonly TimedRecommendation[],
  replicas: number,
  atS: number,
  outdatedIndex: number,
): readonly TimedRecommendation[] {
  const latest = { replicas, atS };
  return outdatedIndex < 0 ? [...recommendations, latest] : recommendations.with(outdatedIndex, latest);
}
