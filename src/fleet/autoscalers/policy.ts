import type { StepScalingPolicy } from './aws/stepScaling.js';
import type { TargetTrackingPolicy } from './aws/targetTracking.js';
import type { ScaleSetPolicy } from './azure/scaleSet.js';
import type { MigPolicy } from './gcp/managedInstanceGroup.js';
import type { HpaPolicy } from './hpa/policy.js';
import type { KedaPolicy } from './keda/policy.js';
import type { KnativePolicy } from './knative/policy.js';
import type { PredictivePolicy } from './predictive.js';
import type { RayPolicy } from './ray/policy.js';
import type { SchedulePolicy } from './schedule.js';
import type { WvaPolicy } from './wva/policy.js';

/** Everything that can decide a replica count. */
export type AutoscalerPolicy =
  | HpaPolicy
  | KedaPolicy
  | KnativePolicy
  | RayPolicy
  | StepScalingPolicy
  | TargetTrackingPolicy
  | MigPolicy
  | ScaleSetPolicy
  | SchedulePolicy
  | PredictivePolicy
  | WvaPolicy;

/** A metric that a policy reads: the name that it looks for and the names that it also accepts. */
export interface NeededMetric {
  readonly name: string;
  readonly observedAs: readonly string[];
}

/** The metrics that a policy reads, in the order of the policy. */
export function neededMetrics(policy: AutoscalerPolicy): readonly NeededMetric[] {
  const plain = (name: string): NeededMetric => ({ name, observedAs: [name] });
  switch (policy.kind) {
    case 'hpa':
      return policy.metrics.map((metric) => plain(metric.name));
    case 'keda':
      return policy.triggers.map((trigger) => ({ name: trigger.name, observedAs: trigger.observedAs }));
    case 'knative':
      return [{ name: policy.metric, observedAs: policy.observedAs }];
    case 'ray':
      return [{ name: 'ongoing requests', observedAs: policy.observedAs }];
    case 'aws-target':
      return policy.targets.map((target) => plain(target.metric));
    case 'aws-step':
    case 'predictive':
      return [plain(policy.metric)];
    case 'gcp-mig':
      return policy.signals.map((signal) => plain(signal.metric));
    case 'azure-vmss':
      return [...new Set(policy.rules.map((rule) => rule.metric))].map(plain);
    case 'wva':
      return [plain(policy.kvMetric), plain(policy.queueMetric)];
    case 'schedule':
      return [];
  }
}

/** Seconds between two looks of the real controller. */
export function syncPeriodS(policy: AutoscalerPolicy): number {
  switch (policy.kind) {
    case 'hpa':
      return policy.syncPeriodS;
    case 'keda':
      return Math.min(15, policy.pollingIntervalS);
    case 'knative':
      return 2;
    case 'ray':
      return 0.1;
    case 'aws-target':
      return policy.shape.periodS;
    default:
      return 60;
  }
}
