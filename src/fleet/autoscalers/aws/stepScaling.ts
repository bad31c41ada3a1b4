import { changeInWords, clamp, type Decision, metricValue, type Observation } from '../types.js';

/** Step scaling of EC2 Auto Scaling and Application Auto Scaling (AWS documentation, "Step and simple scaling policies", read 2026). */
export interface StepAdjustment {
  /** Bounds relative to the alarm threshold; null is open. */
  readonly lower: number | null;
  readonly upper: number | null;
  readonly adjustment: number;
}

export interface StepScalingPolicy {
  readonly kind: 'aws-step';
  readonly metric: string;
  readonly threshold: number;
  readonly adjustmentType: 'ChangeInCapacity' | 'PercentChangeInCapacity' | 'ExactCapacity';
  readonly steps: readonly StepAdjustment[];
  /** Percent changes move at least this many instances; null: no minimum. */
  readonly minAdjustmentMagnitude: number | null;
  readonly min: number;
  readonly max: number;
  /** Seconds that a new instance counts as warming. */
  readonly warmupS: number;
  /** Consecutive breaching looks that raise the alarm. */
  readonly evaluationPeriods: number;
}

export interface StepOutcome {
  readonly newCapacity: number;
  /** The unlimited capacity; null when no step covers the metric. */
  readonly wanted: number | null;
  readonly why: string;
}

/** Above the threshold the lower bound belongs to a step, below it the upper one. */
function covers(step: StepAdjustment, distance: number): boolean {
  if (step.upper !== null && step.upper <= 0)
    return distance <= step.upper && (step.lower === null || distance > step.lower);
  return (step.lower === null || distance >= step.lower) && (step.upper === null || distance < step.upper);
}

/** Percent of the capacity in whole instances: towards zero beyond one, away from zero below one. */
export function percentInInstances(capacity: number, percent: number): number {
  const exact = (capacity * percent) / 100;
  if (exact > 0 && exact < 1) return 1;
  if (exact < 0 && exact > -1) return -1;
  return Math.trunc(exact) + 0;
}

/**
 * New capacity for a metric value. Instances that still warm up do not count as capacity while scaling out, so repeated
 * breaches of the same step add instances once; while any warm up, scaling in waits.
 */
export function stepScaling(
  policy: Omit<StepScalingPolicy, 'kind' | 'metric' | 'warmupS' | 'evaluationPeriods'>,
  look: { readonly metric: number; readonly currentCapacity: number; readonly warmingInstances: number },
): StepOutcome {
  const current = look.currentCapacity;
  const bounded = (capacity: number): number => clamp(capacity, policy.min, policy.max);
  const step = policy.steps.find((candidate) => covers(candidate, look.metric - policy.threshold));
  if (step === undefined) return { newCapacity: bounded(current), wanted: null, why: `no step covers ${look.metric}` };
  if (policy.adjustmentType === 'ExactCapacity') {
    return { newCapacity: bounded(step.adjustment), wanted: step.adjustment, why: `exactly ${step.adjustment}` };
  }
  const warm = current - look.warmingInstances;
  const isPercent = policy.adjustmentType === 'PercentChangeInCapacity';
  let change = isPercent ? percentInInstances(warm, step.adjustment) : step.adjustment;
  if (isPercent && policy.minAdjustmentMagnitude !== null && step.adjustment !== 0) {
    change = Math.sign(step.adjustment) * Math.max(Math.abs(change), policy.minAdjustmentMagnitude);
  }
  if (change < 0 && look.warmingInstances > 0) {
    return { newCapacity: bounded(current), wanted: current, why: 'instances warm up: no scale-in meanwhile' };
  }
  const wanted = change > 0 ? Math.max(current, warm + change) : current + change;
  return { newCapacity: bounded(wanted), wanted, why: `${change >= 0 ? '+' : ''}${change} on ${warm} warm instances` };
}

export interface StepScalingState {
  readonly breaches: number;
  readonly warming: readonly { readonly count: number; readonly readyAtS: number }[];
}

export const INITIAL_STEP_STATE: StepScalingState = { breaches: 0, warming: [] };

/** One evaluation of the alarm and its policy. Missing data neither raises nor clears the alarm. */
export function decideStep(
  state: StepScalingState,
  observation: Observation,
  policy: StepScalingPolicy,
): Decision<StepScalingState> {
  const current = observation.currentReplicas;
  const warming = state.warming.filter((batch) => batch.readyAtS > observation.timeS);
  const value = metricValue(observation, policy.metric) ?? null;
  if (value === null) {
    return {
      desired: current,
      state: { ...state, warming },
      explanation: { proposals: [], words: `${changeInWords(current, current)}: no data.` },
    };
  }
  const isBreach = policy.steps.some((step) => step.adjustment !== 0 && covers(step, value - policy.threshold));
  const breaches = isBreach ? state.breaches + 1 : 0;
  const warmingInstances = warming.reduce((sum, batch) => sum + batch.count, 0);
  const outcome =
    breaches >= policy.evaluationPeriods
      ? stepScaling(policy, { metric: value, currentCapacity: current, warmingInstances })
      : {
          newCapacity: clamp(current, policy.min, policy.max),
          wanted: current,
          why: `breach ${breaches} of ${policy.evaluationPeriods}`,
        };
  const added = outcome.newCapacity - current;
  const isBounded = outcome.wanted !== null && outcome.wanted !== outcome.newCapacity;
  return {
    desired: outcome.newCapacity,
    state: {
      breaches,
      warming: added > 0 ? [...warming, { count: added, readyAtS: observation.timeS + policy.warmupS }] : warming,
    },
    explanation: {
      proposals: [
        { metric: policy.metric, value, target: policy.threshold, replicas: outcome.wanted, why: outcome.why },
      ],
      ...(isBounded
        ? { limit: { name: added > 0 ? 'MaxSize' : 'MinSize', why: `the group holds ${policy.min} to ${policy.max}` } }
        : {}),
      words: `${changeInWords(current, outcome.newCapacity)}: ${outcome.why}.`,
    },
  };
}
