import type { StepScalingPolicy } from './stepScaling.js';
import { APPLICATION_SHAPE, type TargetTrackingPolicy } from './targetTracking.js';

/** SageMaker endpoints through Application Auto Scaling (AWS documentation, "Automatic scaling of SageMaker AI models", read 2026). */
export interface SageMakerEndpoint {
  /** Requests per second that one instance was measured to serve. */
  readonly maxRatePerS: number;
  /** Share of it that is aimed at; AWS suggests 0.5. */
  readonly safetyFactor: number;
  readonly min: number;
  readonly max: number;
}

/** Target for `SageMakerVariantInvocationsPerInstance`: invocations per instance and **minute**. */
export function invocationsTarget(endpoint: Pick<SageMakerEndpoint, 'maxRatePerS' | 'safetyFactor'>): number {
  return endpoint.maxRatePerS * endpoint.safetyFactor * 60;
}

export function invocationsPolicy(endpoint: SageMakerEndpoint): TargetTrackingPolicy {
  return {
    kind: 'aws-target',
    targets: [{ metric: 'SageMakerVariantInvocationsPerInstance', target: invocationsTarget(endpoint) }],
    shape: APPLICATION_SHAPE,
    disableScaleIn: false,
    min: endpoint.min,
    max: endpoint.max,
  };
}

/**
 * High-resolution tracking of requests in flight (`ConcurrentRequestsPerModel` or `…PerCopy`), reported every ten
 * seconds. The alarm shape at that resolution is assumed to be the same number of periods.
 */
export function concurrencyPolicy(
  endpoint: Pick<SageMakerEndpoint, 'min' | 'max'>,
  target: number,
  per: 'Model' | 'Copy',
): TargetTrackingPolicy {
  return {
    kind: 'aws-target',
    targets: [{ metric: `ConcurrentRequestsPer${per}`, target }],
    shape: { ...APPLICATION_SHAPE, periodS: 10 },
    disableScaleIn: false,
    min: endpoint.min,
    max: endpoint.max,
  };
}

/** Target tracking cannot leave zero; a step policy on `NoCapacityInvocationFailures` does (metric name from memory, assumed). */
export function fromZeroPolicy(endpoint: Pick<SageMakerEndpoint, 'max'>): StepScalingPolicy {
  return {
    kind: 'aws-step',
    metric: 'NoCapacityInvocationFailures',
    threshold: 1,
    adjustmentType: 'ChangeInCapacity',
    steps: [{ lower: 0, upper: null, adjustment: 1 }],
    minAdjustmentMagnitude: null,
    min: 0,
    max: endpoint.max,
    warmupS: 300,
    evaluationPeriods: 1,
  };
}
