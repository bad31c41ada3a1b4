import { changeInWords, clamp, type Decision, metricValue, type Observation } from '../types.js';
import type { RayConfig } from './config.js';
import { applyDelay, applyFactors, type PendingDecision } from './delay.js';
import { roundToGang } from './gang.js';
import { type Point, timeWeightedAverage } from './series.js';

export interface RayPolicy {
  readonly kind: 'ray';
  readonly config: RayConfig;
  /** 1 without gang scheduling. */
  readonly gangSize: number;
  /** Names under which the observation may hold the ongoing (queued and running) requests of all replicas. */
  readonly observedAs: readonly string[];
}

export interface RayState {
  readonly pending: PendingDecision;
  /** Samples within the look-back period. */
  readonly history: readonly Point[];
}

export const INITIAL_RAY_STATE: RayState = { pending: null, history: [] };

export interface RayLook {
  readonly timeS: number;
  readonly totalRequests: number;
  readonly currentReplicas: number;
  /** What the deployment is set to; decisions move it. */
  readonly targetReplicas: number;
}

export interface RayDecision {
  readonly replicas: number;
  readonly pending: PendingDecision;
  /** What the policy wants before factors and delays. */
  readonly wanted: number;
  readonly why: string;
}

/** The default policy: as many replicas as hold `targetOngoingRequests` each. Without replicas it keeps the target. */
export function queueLengthPolicy(look: RayLook, config: RayConfig): number {
  if (look.currentReplicas === 0) return look.targetReplicas;
  const errorRatio = look.totalRequests / (config.targetOngoingRequests * look.currentReplicas);
  return look.currentReplicas * errorRatio;
}

/**
 * A decision with factors and delays, before the bounds. A deployment at zero with requests waiting starts at once.
 * `policy` gives the wanted count and may be a custom one. Source: ray python/ray/serve/autoscaling_policy.py (2026).
 */
export function decideWithDelays(
  look: RayLook,
  config: RayConfig,
  pending: PendingDecision,
  policy: (look: RayLook, config: RayConfig) => number = queueLengthPolicy,
): RayDecision {
  if (look.currentReplicas === 0 && look.totalRequests > 0) {
    const replicas = Math.max(Math.ceil(config.upscalingFactor), look.targetReplicas);
    return { replicas, pending, wanted: replicas, why: 'cold start: requests wait and there is no replica' };
  }
  const wanted = policy(look, config);
  const scaled = applyFactors(wanted, look.currentReplicas, config);
  if (look.currentReplicas === 0 && scaled > 0)
    return { replicas: scaled, pending, wanted, why: 'from zero without delay' };
  const delayed = applyDelay(Math.max(0, scaled), look.targetReplicas, config, pending, look.timeS);
  return { ...delayed, wanted };
}

/** One look of the Ray Serve controller, on requests averaged over the look-back period. */
export function decideRay(state: RayState, observation: Observation, policy: RayPolicy): Decision<RayState> {
  const { config } = policy;
  const { timeS, currentReplicas } = observation;
  const value = metricValue(observation, ...policy.observedAs) ?? null;
  if (value === null) {
    const words = `${changeInWords(currentReplicas, currentReplicas)}: no request metric.`;
    return { desired: currentReplicas, explanation: { proposals: [], words }, state };
  }
  const recent = state.history.filter(([atS]) => atS > timeS - config.lookBackPeriodS);
  const history: readonly Point[] = [...recent, [timeS, value]];
  // The newest sample has no duration yet; alone it counts as it is.
  const totalRequests = timeWeightedAverage(history, { endS: timeS }) ?? value;
  const look = { timeS, totalRequests, currentReplicas: observation.readyReplicas, targetReplicas: currentReplicas };
  const decision = decideWithDelays(look, config, state.pending);
  const whole = roundToGang(decision.replicas, policy.gangSize);
  const desired = clamp(whole, config.minReplicas, config.maxReplicas);
  const bound = desired < whole ? 'max_replicas' : 'min_replicas';
  return {
    desired,
    state: { pending: decision.pending, history },
    explanation: {
      proposals: [
        {
          metric: 'ongoing requests',
          value: totalRequests,
          target: config.targetOngoingRequests,
          replicas: Math.ceil(decision.wanted),
          why: `${totalRequests.toFixed(2)} over ${config.targetOngoingRequests} for each replica`,
        },
      ],
      ...(desired === whole ? {} : { limit: { name: bound, why: `${bound} applies` } }),
      words: `${changeInWords(currentReplicas, desired)}: ${decision.why}.`,
    },
  };
}
