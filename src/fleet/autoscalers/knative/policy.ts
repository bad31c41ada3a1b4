import { type AppliedLimit, changeInWords, type Decision, metricValue, type Observation } from '../types.js';
import { type Buckets, emptyBuckets, isEmptyAt, recordBucket, weightedAverage, windowAverage } from './buckets.js';
import { type DeciderSpec, type DeciderState, decideScale, initialDeciderState } from './decider.js';
import { scaleToZero, type ZeroSettings, type ZeroState } from './scaleToZero.js';

/** Defaults of `config-autoscaler` (knative.dev docs, read 2026). The tick and bucket sizes are constants upstream. */
export const KNATIVE_DEFAULTS = {
  stableWindowS: 60,
  panicWindowPercent: 10,
  panicThresholdPercent: 200,
  maxScaleUpRate: 1000,
  maxScaleDownRate: 2,
  targetBurstCapacity: 211,
  gracePeriodS: 30,
  podRetentionS: 0,
  bucketS: 1,
} as const;

export interface KnativePolicy {
  readonly kind: 'knative';
  readonly metric: 'concurrency' | 'rps';
  /** Names under which the observation may hold the total in flight or per second. */
  readonly observedAs: readonly string[];
  readonly spec: DeciderSpec;
  readonly panicWindowS: number;
  readonly algorithm: 'linear' | 'weightedExponential';
  readonly minScale: number;
  /** 0: no maximum. */
  readonly maxScale: number;
  readonly zero: ZeroSettings;
}

export interface KnativeState {
  readonly decider: DeciderState;
  readonly stable: Buckets;
  readonly panic: Buckets;
  readonly zero: ZeroState;
  readonly lastSampleS: number | null;
}

export function initialKnativeState(policy: KnativePolicy, observation: Observation): KnativeState {
  return {
    decider: initialDeciderState(observation.readyReplicas, policy.spec, observation.timeS),
    stable: emptyBuckets(Math.max(policy.spec.stableWindowSeconds, KNATIVE_DEFAULTS.bucketS), KNATIVE_DEFAULTS.bucketS),
    panic: emptyBuckets(Math.max(policy.panicWindowS, KNATIVE_DEFAULTS.bucketS), KNATIVE_DEFAULTS.bucketS),
    zero: { phase: observation.currentReplicas > 0 ? 'active' : 'inactive', sinceS: observation.timeS },
    lastSampleS: null,
  };
}

/** One tick of the Knative Pod Autoscaler. The observed total is held for every second since the last tick, as its scraper would. */
export function decideKnative(
  state: KnativeState,
  observation: Observation,
  policy: KnativePolicy,
): Decision<KnativeState> {
  const { timeS, currentReplicas } = observation;
  const value = metricValue(observation, ...policy.observedAs) ?? null;
  const stable = value === null ? state.stable : hold(state.stable, state.lastSampleS, timeS, value);
  const panic = value === null ? state.panic : hold(state.panic, state.lastSampleS, timeS, value);
  const average = policy.algorithm === 'linear' ? windowAverage : weightedAverage;
  const hasData = !isEmptyAt(stable, timeS);
  const { result, state: decider } = decideScale(policy.spec, state.decider, {
    timeS,
    readyPods: observation.readyReplicas,
    stableValue: hasData ? average(stable, timeS) : null,
    panicValue: hasData ? average(panic, timeS) : null,
  });
  const windows = { stable, panic, lastSampleS: value === null ? state.lastSampleS : timeS };
  if (!result.valid) {
    const words = `${changeInWords(currentReplicas, currentReplicas)}: ${result.why}.`;
    return { desired: currentReplicas, explanation: { proposals: [], words }, state: { ...state, ...windows } };
  }
  const bounded = withinScale(result.desiredPodCount, policy);
  const zero = scaleToZero(policy.zero, state.zero, { timeS, desired: bounded.pods, minScale: policy.minScale });
  const isZeroStep = bounded.pods === 0 && zero.replicas !== currentReplicas;
  const desired = bounded.pods === 0 && zero.replicas > currentReplicas ? currentReplicas : zero.replicas;
  const limit = bounded.limit ?? (result.limit === null ? undefined : { name: 'KPA', why: result.limit });
  return {
    desired,
    state: { ...windows, decider, zero: zero.state },
    explanation: {
      proposals: [
        {
          metric: `${policy.metric} (stable window)`,
          value: average(stable, timeS),
          target: policy.spec.targetValue,
          replicas: result.stablePods,
          why: result.why,
        },
        {
          metric: `${policy.metric} (panic window)`,
          value: average(panic, timeS),
          target: policy.spec.targetValue,
          replicas: result.panicPods,
          why: result.isPanicking ? 'in panic' : 'not in panic',
        },
      ],
      ...(limit === undefined ? {} : { limit }),
      words: `${changeInWords(currentReplicas, desired)}: ${isZeroStep || bounded.pods === 0 ? zero.why : result.why}.`,
    },
  };
}

function hold(buckets: Buckets, lastSampleS: number | null, timeS: number, value: number): Buckets {
  const nowS = Math.floor(timeS);
  const fromS = lastSampleS === null ? nowS : Math.max(Math.floor(lastSampleS) + 1, nowS - buckets.windowS + 1);
  let held = buckets;
  for (let second = fromS; second <= nowS; second += 1) held = recordBucket(held, second, value);
  return held;
}

function withinScale(pods: number, policy: KnativePolicy): { readonly pods: number; readonly limit?: AppliedLimit } {
  if (policy.maxScale > 0 && pods > policy.maxScale) {
    return { pods: policy.maxScale, limit: { name: 'max-scale', why: `at most ${policy.maxScale} pods` } };
  }
  if (pods < policy.minScale) {
    return { pods: policy.minScale, limit: { name: 'min-scale', why: `at least ${policy.minScale} pods` } };
  }
  return { pods };
}
