import { ceilCount, changeInWords, clamp, type Decision, metricValue, type Observation } from './types.js';

/**
 * Predictive scaling by a seasonal naive forecast: what the same phase of earlier seasons needed, looked up ahead by the
 * start-up time. The vendors' forecasters are proprietary; this is our own, and a reactive floor stands under it.
 */
export interface PredictivePolicy {
  readonly kind: 'predictive';
  /** Total load of the workload. */
  readonly metric: string;
  /** Load that one replica should carry. */
  readonly targetPerReplica: number;
  readonly seasonS: number;
  readonly bucketS: number;
  /** How far ahead replicas must be ordered: their start-up time. */
  readonly leadS: number;
  /** Seasons of history that are averaged. */
  readonly seasons: number;
  /** Added to the forecast, as a fraction. */
  readonly margin: number;
  readonly min: number;
  readonly max: number;
}

export interface PredictiveState {
  /** Mean load by bucket number (time over `bucketS`), oldest first. */
  readonly buckets: readonly { readonly bucket: number; readonly sum: number; readonly count: number }[];
}

export const INITIAL_PREDICTIVE_STATE: PredictiveState = { buckets: [] };

export function decidePredictive(
  state: PredictiveState,
  observation: Observation,
  policy: PredictivePolicy,
): Decision<PredictiveState> {
  const current = observation.currentReplicas;
  const value = metricValue(observation, policy.metric) ?? null;
  const buckets = value === null ? state.buckets : record(state.buckets, observation.timeS, value, policy);
  const forecast = peakForecast(buckets, observation.timeS, policy);
  const reactive = value === null ? null : ceilCount(value / policy.targetPerReplica);
  const ahead = forecast === null ? null : ceilCount((forecast * (1 + policy.margin)) / policy.targetPerReplica);
  const wanted = Math.max(reactive ?? (ahead === null ? current : 0), ahead ?? 0);
  const desired = clamp(wanted, policy.min, policy.max);
  const why = ahead !== null && ahead >= (reactive ?? 0) ? 'the forecast leads' : 'the present load leads';
  return {
    desired,
    state: { buckets },
    explanation: {
      proposals: [
        {
          metric: policy.metric,
          value,
          target: policy.targetPerReplica,
          replicas: reactive,
          why: value === null ? 'no data' : 'load now',
        },
        {
          metric: `${policy.metric} (forecast)`,
          value: forecast,
          target: policy.targetPerReplica,
          replicas: ahead,
          why:
            forecast === null
              ? 'less than one season of history'
              : `peak of the next ${policy.leadS} s in earlier seasons`,
        },
      ],
      ...(desired === wanted ? {} : { limit: { name: 'bounds', why: `between ${policy.min} and ${policy.max}` } }),
      words: `${changeInWords(current, desired)}: ${why}.`,
    },
  };
}

function record(
  buckets: PredictiveState['buckets'],
  timeS: number,
  value: number,
  policy: PredictivePolicy,
): PredictiveState['buckets'] {
  const bucket = Math.floor(timeS / policy.bucketS);
  const oldest = bucket - Math.ceil((policy.seasons * policy.seasonS) / policy.bucketS);
  const last = buckets.at(-1);
  if (last?.bucket === bucket) return buckets.with(-1, { bucket, sum: last.sum + value, count: last.count + 1 });
  return [...buckets.filter((each) => each.bucket >= oldest), { bucket, sum: value, count: 1 }];
}

/** Highest forecast over the buckets from now to now + lead; null while no earlier season is known. */
function peakForecast(buckets: PredictiveState['buckets'], timeS: number, policy: PredictivePolicy): number | null {
  const means = new Map(buckets.map(({ bucket, sum, count }) => [bucket, sum / count]));
  const season = Math.round(policy.seasonS / policy.bucketS);
  const first = Math.floor(timeS / policy.bucketS);
  const last = Math.floor((timeS + policy.leadS) / policy.bucketS);
  let peak: number | null = null;
  for (let bucket = first; bucket <= last; bucket += 1) {
    const past: number[] = [];
    for (let back = 1; back <= policy.seasons; back += 1) {
      const mean = means.get(bucket - back * season);
      if (mean !== undefined) past.push(mean);
    }
    if (past.length === 0) continue;
    const forecast = past.reduce((sum, mean) => sum + mean, 0) / past.length;
    peak = peak === null ? forecast : Math.max(peak, forecast);
  }
  return peak;
}
