/** What KEDA reports to the HPA while a trigger fails. Source: kedacore/keda pkg/fallback/fallback.go (2026). */

export type FallbackBehavior =
  | 'static'
  | 'currentReplicas'
  | 'currentReplicasIfHigher'
  | 'currentReplicasIfLower'
  | 'scalingModifiers';

export interface Fallback {
  /** Failures in a row that are still tolerated; the fallback starts with the next one. */
  readonly failureThreshold: number;
  readonly replicas: number;
  readonly behavior: FallbackBehavior;
}

export interface FallbackTarget {
  readonly target: number;
  readonly metricType: 'AverageValue' | 'Value';
  readonly currentReplicas: number;
  /** Needed for `Value` metrics only; 0 makes a fallback impossible. */
  readonly readyReplicas: number;
}

export type FallbackMetric =
  | { readonly kind: 'error'; readonly failures: number; readonly why: string }
  /** The trigger reads as nil in the formula of the scaling modifiers. */
  | { readonly kind: 'nil'; readonly failures: number; readonly why: string }
  | { readonly kind: 'value'; readonly failures: number; readonly value: number; readonly why: string };

/** The state after one more failure of a trigger, `failuresBefore` of them in a row behind it. */
export function fallbackMetric(
  fallback: Fallback | null,
  failuresBefore: number,
  target: FallbackTarget,
): FallbackMetric {
  if (fallback === null)
    return { kind: 'error', failures: failuresBefore, why: 'the trigger failed and there is no fallback' };
  if (fallback.failureThreshold < 0 || fallback.replicas < 0) {
    return {
      kind: 'error',
      failures: failuresBefore,
      why: 'the fallback is not valid: its numbers must not be negative',
    };
  }
  const failures = failuresBefore + 1;
  if (failures <= fallback.failureThreshold) {
    return {
      kind: 'error',
      failures,
      why: `failure ${failures}, the fallback starts after ${fallback.failureThreshold}`,
    };
  }
  if (fallback.behavior === 'scalingModifiers')
    return { kind: 'nil', failures, why: 'the formula reads the trigger as nil' };
  const replicas = fallbackReplicas(fallback, target.currentReplicas);
  if (target.metricType === 'Value' && target.readyReplicas === 0) {
    return { kind: 'error', failures, why: 'no replica is ready, a fallback for a Value metric is impossible' };
  }
  const share = target.metricType === 'Value' ? replicas / target.readyReplicas : replicas;
  const value = Math.trunc(target.target * 1000 * share) / 1000;
  return { kind: 'value', failures, value, why: `fallback ${fallback.behavior}: stands for ${replicas} replicas` };
}

function fallbackReplicas(fallback: Fallback, current: number): number {
  switch (fallback.behavior) {
    case 'currentReplicas':
      return current;
    case 'currentReplicasIfHigher':
      return Math.max(current, fallback.replicas);
    case 'currentReplicasIfLower':
      return Math.min(current, fallback.replicas);
    default:
      return fallback.replicas;
  }
}
