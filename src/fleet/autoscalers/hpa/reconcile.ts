import { CONDITION_WORDS, type LimitCondition, limitWithBehavior, limitWithoutBehavior } from './limits.js';
import { storeScaleEvent } from './scaleEvents.js';
import { stabilise, stabiliseWithBehavior } from './stabilisation.js';
import type { Behavior, ReplicaProposal, ScaleEvent, TimedRecommendation } from './types.js';

export interface HpaSettings {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** Null when the manifest has no `behavior`: then the older rules apply. */
  readonly behavior: Behavior | null;
  readonly downscaleStabilizationS: number;
  readonly scaleUpLimitFactor: number;
  readonly scaleUpLimitMinimum: number;
}

export interface HpaState {
  /** Null before the first look: then the count that is found becomes the first recommendation. */
  readonly recommendations: readonly TimedRecommendation[] | null;
  readonly scaleUpEvents: readonly ScaleEvent[];
  readonly scaleDownEvents: readonly ScaleEvent[];
}

export const INITIAL_HPA_STATE: HpaState = { recommendations: null, scaleUpEvents: [], scaleDownEvents: [] };

export interface NamedProposal {
  readonly name: string;
  readonly proposal: ReplicaProposal;
}

export interface Reconciled {
  readonly desired: number;
  readonly state: HpaState;
  /** What all metrics together ask for; null when metrics were not consulted or gave no answer. */
  readonly metricReplicas: number | null;
  readonly metric: string | null;
  /** Why the metrics gave no answer, in the controller's words. */
  readonly metricsError?: string;
  readonly limit?: {
    readonly name: LimitCondition | 'ScaleDownStabilized' | 'ScaleUpStabilized' | 'ScalingDisabled';
    readonly why: string;
  };
  /** Set by the limits step; `DesiredWithinRange` when it changed nothing. */
  readonly condition?: LimitCondition;
}

/**
 * One sync of the HPA controller: the largest metric proposal, stabilised, then limited.
 *
 * A count outside the bounds is corrected without looking at metrics. At zero with a minimum above zero autoscaling is
 * off. If some metrics fail, the others may only scale up.
 * Source: kubernetes pkg/controller/podautoscaler/horizontal.go (master, 2026).
 */
export function reconcile(
  settings: HpaSettings,
  previous: HpaState,
  look: {
    readonly timeS: number;
    readonly currentReplicas: number;
    readonly proposals: () => readonly NamedProposal[];
  },
): Reconciled {
  const current = look.currentReplicas;
  const recommendations = previous.recommendations ?? [{ replicas: current, atS: look.timeS }];
  const state: HpaState = { ...previous, recommendations };
  const idle = { metricReplicas: null, metric: null };
  if (current === 0 && settings.minReplicas !== 0) {
    const why = 'the target has no replicas and the minimum is above zero: autoscaling is off';
    return { desired: 0, state, ...idle, limit: { name: 'ScalingDisabled', why } };
  }
  if (current > settings.maxReplicas) {
    const limit = { name: 'TooManyReplicas', why: 'the current count is above the maximum' } as const;
    return rescaled(settings, state, look, { desired: settings.maxReplicas, ...idle, limit });
  }
  if (current < settings.minReplicas) {
    const limit = { name: 'TooFewReplicas', why: 'the current count is below the minimum' } as const;
    return rescaled(settings, state, look, { desired: settings.minReplicas, ...idle, limit });
  }

  const metrics = largestProposal(look.proposals(), current);
  if (metrics.replicas === null) {
    return {
      desired: current,
      state,
      ...idle,
      ...(metrics.error === undefined ? {} : { metricsError: metrics.error }),
    };
  }
  const { behavior } = settings;
  const bounds = { min: settings.minReplicas, max: settings.maxReplicas };
  const stable =
    behavior === null
      ? stabilise(recommendations, metrics.replicas, settings.downscaleStabilizationS, look.timeS)
      : stabiliseWithBehavior(
          recommendations,
          current,
          metrics.replicas,
          { upS: behavior.scaleUp.stabilizationWindowSeconds, downS: behavior.scaleDown.stabilizationWindowSeconds },
          look.timeS,
        );
  const step = { factor: settings.scaleUpLimitFactor, minimum: settings.scaleUpLimitMinimum };
  const limited =
    behavior === null
      ? limitWithoutBehavior(current, stable.replicas, bounds, step)
      : limitWithBehavior(
          current,
          stable.replicas,
          bounds,
          behavior,
          { up: state.scaleUpEvents, down: state.scaleDownEvents },
          look.timeS,
        );
  const limit =
    limited.replicas !== stable.replicas
      ? { name: limited.condition, why: CONDITION_WORDS[limited.condition] }
      : stabilisationLimit(stable.reason);
  return rescaled(settings, { ...state, recommendations: stable.recommendations }, look, {
    desired: limited.replicas,
    metricReplicas: metrics.replicas,
    metric: metrics.name,
    condition: limited.condition,
    ...(metrics.error === undefined ? {} : { metricsError: metrics.error }),
    ...(limit === undefined ? {} : { limit }),
  });
}

interface LargestProposal {
  readonly replicas: number | null;
  readonly name: string | null;
  readonly error?: string;
}

/** The largest proposal; no answer if all failed, or if some failed and the rest would scale down. */
function largestProposal(proposals: readonly NamedProposal[], current: number): LargestProposal {
  let replicas: number | null = null;
  let name: string | null = null;
  let failed = 0;
  let firstError: string | undefined;
  for (const { name: metric, proposal } of proposals) {
    if (!proposal.ok) {
      failed += 1;
      firstError ??= proposal.error;
    } else if (replicas === null || proposal.replicas > replicas) {
      replicas = proposal.replicas;
      name = metric;
    }
  }
  if (firstError === undefined) return { replicas, name };
  const error = `invalid metrics (${failed} invalid out of ${proposals.length}), first error is: ${firstError}`;
  if (replicas === null || replicas < current) return { replicas: null, name: null, error };
  return { replicas, name, error };
}

function stabilisationLimit(
  reason: 'ReadyForNewScale' | 'ScaleUpStabilized' | 'ScaleDownStabilized',
): Reconciled['limit'] {
  if (reason === 'ScaleUpStabilized')
    return { name: reason, why: 'recent recommendations were lower: the lowest of the window applies' };
  if (reason === 'ScaleDownStabilized')
    return { name: reason, why: 'recent recommendations were higher: the highest of the window applies' };
  return undefined;
}

/** Remembers the change for the rate policies. */
function rescaled(
  settings: HpaSettings,
  state: HpaState,
  look: { readonly timeS: number; readonly currentReplicas: number },
  result: Omit<Reconciled, 'state'>,
): Reconciled {
  const change = result.desired - look.currentReplicas;
  const { behavior } = settings;
  if (change === 0 || behavior === null) return { ...result, state };
  const next: HpaState =
    change > 0
      ? { ...state, scaleUpEvents: storeScaleEvent(state.scaleUpEvents, change, behavior.scaleUp, look.timeS) }
      : { ...state, scaleDownEvents: storeScaleEvent(state.scaleDownEvents, -change, behavior.scaleDown, look.timeS) };
  return { ...result, state: next };
}
