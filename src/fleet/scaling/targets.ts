/** What a policy holds its metrics against. */
import { CONTROLLER_DEFAULTS } from '../autoscalers/hpa/types.js';
import type { AutoscalerPolicy } from '../autoscalers/policy.js';
import { neededMetrics } from '../autoscalers/policy.js';
import type { MetricReading } from './readings.js';

export interface ScaleTarget {
  readonly metric: string;
  readonly reading: MetricReading;
  readonly target: number;
  /** The target is what one replica should carry; otherwise it is held against the value as it is read. */
  readonly perReplica: boolean;
  /** Share above the target at which nothing changes yet. */
  readonly tolerance: number;
}

/** @param readings of the policy, as `readingsOf` gives them · @returns nothing for policies without a target a metric (Knative, Ray, …) */
export function targetsOf(policy: AutoscalerPolicy, readings: readonly MetricReading[]): readonly ScaleTarget[] {
  const byName = new Map(neededMetrics(policy).map(({ name }, i) => [name, readings[i]!]));
  const of = (metric: string, target: number, perReplica: boolean, tolerance = 0): ScaleTarget[] => {
    const reading = byName.get(metric);
    return reading ? [{ metric, reading, target, perReplica, tolerance }] : [];
  };
  switch (policy.kind) {
    case 'hpa':
      return policy.metrics.flatMap(({ name, target }) =>
        target.type === 'Utilization'
          ? of(name, target.percent, true, policy.tolerance.scaleUp)
          : of(name, target.value, target.type === 'AverageValue', policy.tolerance.scaleUp),
      );
    case 'keda':
      if (policy.scalingModifiers) return [];
      return policy.triggers.flatMap(({ name, target, metricType }) =>
        of(name, target, metricType !== 'Value', CONTROLLER_DEFAULTS.tolerance.scaleUp),
      );
    case 'aws-target':
      return policy.targets.flatMap(({ metric, target }) => of(metric, target, true));
    case 'gcp-mig':
      return policy.signals.flatMap(({ metric, target, kind }) => of(metric, target, kind === 'average'));
    case 'aws-step':
      return of(policy.metric, policy.threshold, false);
    case 'azure-vmss':
      return policy.rules
        .filter(({ direction }) => direction === 'Increase')
        .flatMap(({ metric, threshold }) => of(metric, threshold, false));
    case 'predictive':
      return of(policy.metric, policy.targetPerReplica, true);
    case 'knative':
    case 'ray':
    case 'schedule':
    case 'wva':
      return [];
  }
}
