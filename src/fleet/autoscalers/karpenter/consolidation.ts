/** Rules of Karpenter's consolidation. Source: kubernetes-sigs/karpenter pkg/controllers/disruption/consolidation.go (2026). */

/** A spot node moves to spot only if so many types are cheaper: otherwise the cheapest, most interrupted one would win. */
export const MIN_CHEAPER_TYPES_FOR_SPOT_TO_SPOT = 15;

export interface SpotToSpotLook {
  readonly featureGate: boolean;
  readonly cheaperInstanceTypes: number;
  /** Nodes that are replaced together; the rule of fifteen holds for a single one. Default 1. */
  readonly candidates?: number;
}

export function canConsolidateSpotToSpot(look: SpotToSpotLook): {
  readonly consolidate: boolean;
  readonly why: string;
} {
  if (!look.featureGate) return { consolidate: false, why: 'the SpotToSpotConsolidation feature gate is off' };
  if (look.cheaperInstanceTypes === 0) return { consolidate: false, why: 'no cheaper instance type' };
  if ((look.candidates ?? 1) > 1) return { consolidate: true, why: 'several nodes at once need no minimum of types' };
  const consolidate = look.cheaperInstanceTypes >= MIN_CHEAPER_TYPES_FOR_SPOT_TO_SPOT;
  return {
    consolidate,
    why: `${look.cheaperInstanceTypes} cheaper types, at least ${MIN_CHEAPER_TYPES_FOR_SPOT_TO_SPOT} are needed`,
  };
}

export interface BalancedLook {
  /** Savings as a share of the pool's cost. */
  readonly savingsShare: number;
  /** Disruption as a share of the pool's. */
  readonly disruptionShare: number;
}

/** Policy `Balanced`: worth it if the savings share is at least 1/k of the disruption share (k = 2). */
export function isBalancedMove(look: BalancedLook, k = 2): boolean {
  if (look.disruptionShare === 0) return look.savingsShare > 0;
  return look.savingsShare / look.disruptionShare >= 1 / k;
}
