import { changeInWords, clamp, type Decision, metricValue, type Observation } from '../types.js';
import { analyseSaturation, type ReplicaLoad, type SaturationConfig } from './saturation.js';

/** One variant under the Workload Variant Autoscaler. */
export interface WvaPolicy {
  readonly kind: 'wva';
  readonly config: SaturationConfig;
  /** Names of the observed means over ready replicas: KV cache usage (0–1) and queue length. */
  readonly kvMetric: string;
  readonly queueMetric: string;
  readonly min: number;
  readonly max: number;
}

/** One step of at most one replica. While replicas start, nothing is decided. `loads` replaces the observed means. */
export function decideWva(
  _state: null,
  observation: Observation,
  policy: WvaPolicy,
  loads?: readonly ReplicaLoad[],
): Decision<null> {
  const current = observation.currentReplicas;
  const kv = metricValue(observation, policy.kvMetric) ?? null;
  const queue = metricValue(observation, policy.queueMetric) ?? null;
  const replicas = loads ?? uniformLoads(observation.readyReplicas, kv, queue);
  const analysis = analyseSaturation(replicas, policy.config);
  const isInTransition = replicas.length !== current;
  const step = isInTransition ? 0 : analysis.shouldScaleUp ? 1 : analysis.scaleDownSafe ? -1 : 0;
  const desired = clamp(current + step, policy.min, policy.max);
  const bounds = { name: 'bounds', why: `between ${policy.min} and ${policy.max}` };
  const transition = { name: 'transition', why: `${replicas.length} of ${current} replicas report` };
  const limit = isInTransition ? transition : desired === current + step ? undefined : bounds;
  return {
    desired,
    state: null,
    explanation: {
      proposals: [
        {
          metric: policy.kvMetric,
          value: kv,
          target: policy.config.kvCacheThreshold,
          replicas: current + step,
          why: analysis.why,
        },
        {
          metric: policy.queueMetric,
          value: queue,
          target: policy.config.queueLengthThreshold,
          replicas: current + step,
          why: analysis.why,
        },
      ],
      ...(limit === undefined ? {} : { limit }),
      words: `${changeInWords(current, desired)}: ${isInTransition ? transition.why : analysis.why}.`,
    },
  };
}

function uniformLoads(ready: number, kv: number | null, queue: number | null): readonly ReplicaLoad[] {
  if (kv === null || queue === null) return [];
  return Array.from({ length: ready }, () => ({ kvCacheUsage: kv, queueLength: queue }));
}
