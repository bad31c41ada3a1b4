import { APPLICATION_SHAPE, EC2_SHAPE } from '../aws/targetTracking.js';
import { MIG_STABILIZATION_S } from '../gcp/managedInstanceGroup.js';
import type { HpaPolicy } from '../hpa/policy.js';
import { CONTROLLER_DEFAULTS } from '../hpa/types.js';
import { readPauseAnnotations } from '../keda/activation.js';
import { KEDA_DEFAULTS, type KedaPolicy } from '../keda/policy.js';
import { KNATIVE_DEFAULTS, type KnativePolicy } from '../knative/policy.js';
import { resolveTarget, TARGET_DEFAULTS } from '../knative/target.js';
import type { AutoscalerPolicy } from '../policy.js';
import { RAY_DEFAULTS } from '../ray/config.js';
import { SATURATION_DEFAULTS } from '../wva/saturation.js';
import { toBehavior, toTolerance } from './behavior.js';
import type { InlineSpec } from './inlineSchema.js';

type Spec<Policy extends InlineSpec['policy']> = Extract<InlineSpec, { policy: Policy }>;

/** Metrics of a spec: the list, or the shorthand `metric` and `target`. Empty if neither is there. */
export function metricsOf(spec: {
  readonly metric?: string | undefined;
  readonly target?: number | undefined;
  readonly per?: 'replica' | 'total' | undefined;
  readonly metrics?:
    | readonly { readonly name: string; readonly target: number; readonly per: 'replica' | 'total' }[]
    | undefined;
}): readonly { readonly name: string; readonly target: number; readonly per: 'replica' | 'total' }[] {
  if (spec.metrics !== undefined) return spec.metrics;
  if (spec.metric === undefined || spec.target === undefined) return [];
  return [{ name: spec.metric, target: spec.target, per: spec.per ?? 'total' }];
}

/** A checked inline spec as a policy. */
export function toPolicy(spec: InlineSpec): AutoscalerPolicy {
  switch (spec.policy) {
    case 'hpa':
      return hpa(spec);
    case 'keda':
      return keda(spec);
    case 'knative':
      return knative(spec);
    case 'ray':
      return {
        kind: 'ray',
        gangSize: spec.gang_size,
        observedAs: ['ongoing_requests', 'in_flight', 'concurrency'],
        config: {
          minReplicas: spec.min,
          maxReplicas: spec.max,
          targetOngoingRequests: spec.target ?? RAY_DEFAULTS.targetOngoingRequests,
          upscalingFactor: spec.upscaling_factor ?? RAY_DEFAULTS.upscalingFactor,
          downscalingFactor: spec.downscaling_factor ?? RAY_DEFAULTS.downscalingFactor,
          upscaleDelayS: spec.upscale_delay ?? RAY_DEFAULTS.upscaleDelayS,
          downscaleDelayS: spec.downscale_delay ?? RAY_DEFAULTS.downscaleDelayS,
          downscaleToZeroDelayS: spec.downscale_to_zero_delay ?? null,
          lookBackPeriodS: spec.look_back ?? RAY_DEFAULTS.lookBackPeriodS,
        },
      };
    case 'target-tracking': {
      const shape = spec.service === 'ec2' ? EC2_SHAPE : APPLICATION_SHAPE;
      return {
        kind: 'aws-target',
        targets: metricsOf(spec).map(({ name, target }) => ({ metric: name, target })),
        shape: {
          ...shape,
          warmupS: spec.warmup ?? shape.warmupS,
          scaleInShare: spec.scale_in_share ?? shape.scaleInShare,
        },
        disableScaleIn: spec.disable_scale_in,
        min: spec.min,
        max: spec.max,
      };
    }
    case 'step':
      return {
        kind: 'aws-step',
        metric: spec.metric,
        threshold: spec.threshold,
        adjustmentType: (
          { change: 'ChangeInCapacity', percent: 'PercentChangeInCapacity', exact: 'ExactCapacity' } as const
        )[spec.adjustment],
        steps: spec.steps.map(({ from, to, by }) => ({ lower: from, upper: to, adjustment: by })),
        minAdjustmentMagnitude: spec.min_magnitude ?? null,
        min: spec.min,
        max: spec.max,
        warmupS: spec.warmup ?? EC2_SHAPE.warmupS,
        evaluationPeriods: spec.periods,
      };
    case 'mig':
      return {
        kind: 'gcp-mig',
        signals: metricsOf(spec).map(({ name, target, per }) => ({
          metric: name,
          target,
          kind: per === 'replica' ? 'average' : 'total',
        })),
        min: spec.min,
        max: spec.max,
        stabilizationS: MIG_STABILIZATION_S,
        scaleInControl:
          spec.scale_in === undefined
            ? null
            : { windowS: spec.scale_in.window, maxRemoved: maxRemoved(spec.scale_in.max) },
        schedules: [],
        originMs: 0,
      };
    case 'schedule':
      return {
        kind: 'schedule',
        originMs: Date.parse(spec.start),
        defaultReplicas: spec.default,
        min: spec.min,
        max: spec.max,
        windows: spec.windows.map((each) => ({
          name: each.name,
          cron: each.cron,
          timeZone: each.time_zone,
          durationS: each.duration,
          replicas: each.replicas,
        })),
      };
    case 'predictive':
      return {
        kind: 'predictive',
        metric: spec.metric,
        targetPerReplica: spec.target,
        seasonS: spec.season,
        bucketS: spec.bucket,
        leadS: spec.lead,
        seasons: spec.seasons,
        margin: spec.margin,
        min: spec.min,
        max: spec.max,
      };
    case 'wva':
      return {
        kind: 'wva',
        config: SATURATION_DEFAULTS,
        kvMetric: spec.kv_metric,
        queueMetric: spec.queue_metric,
        min: spec.min,
        max: spec.max,
      };
  }
}

function maxRemoved(max: number | string): { readonly fixed: number } | { readonly percent: number } {
  return typeof max === 'number' ? { fixed: max } : { percent: Number.parseInt(max, 10) };
}

function hpa(spec: Spec<'hpa'>): HpaPolicy {
  return {
    kind: 'hpa',
    minReplicas: spec.min,
    maxReplicas: spec.max,
    metrics: metricsOf(spec).map(({ name, target, per }) => ({
      name,
      source: per === 'replica' ? 'Pods' : 'External',
      target: { type: 'AverageValue', value: target },
    })),
    behavior: toBehavior(spec.behavior),
    tolerance: toTolerance(spec.behavior),
    readiness: CONTROLLER_DEFAULTS,
    syncPeriodS: CONTROLLER_DEFAULTS.syncPeriodS,
    downscaleStabilizationS: CONTROLLER_DEFAULTS.downscaleStabilizationS,
    scaleUpLimitFactor: CONTROLLER_DEFAULTS.scaleUpLimitFactor,
    scaleUpLimitMinimum: CONTROLLER_DEFAULTS.scaleUpLimitMinimum,
  };
}

function keda(spec: Spec<'keda'>): KedaPolicy {
  const single =
    spec.metric === undefined || spec.target === undefined
      ? []
      : [{ name: spec.metric, target: spec.target, activation: spec.activation }];
  return {
    kind: 'keda',
    minReplicaCount: spec.min,
    maxReplicaCount: spec.max,
    idleReplicaCount: spec.idle ?? null,
    pollingIntervalS: spec.polling_interval ?? KEDA_DEFAULTS.pollingIntervalS,
    cooldownPeriodS: spec.cooldown ?? KEDA_DEFAULTS.cooldownPeriodS,
    initialCooldownPeriodS: spec.initial_cooldown ?? KEDA_DEFAULTS.initialCooldownPeriodS,
    triggers: (spec.metrics ?? single).map(({ name, target, activation }) => ({
      name,
      observedAs: [name],
      type: 'inline',
      metricType: 'AverageValue',
      target,
      activationThreshold: activation,
    })),
    fallback:
      spec.fallback === undefined
        ? null
        : {
            failureThreshold: spec.fallback.after_failures,
            replicas: spec.fallback.replicas,
            behavior: spec.fallback.behavior,
          },
    scalingModifiers: null,
    behavior: toBehavior(spec.behavior),
    pause: readPauseAnnotations({}),
  };
}

function knative(spec: Spec<'knative'>): KnativePolicy {
  const { target, total } = resolveTarget(
    {
      metric: spec.metric,
      containerConcurrency: spec.container_concurrency,
      target: spec.target ?? null,
      utilization: spec.utilization ?? null,
    },
    TARGET_DEFAULTS,
  );
  const stableWindowS = spec.window ?? KNATIVE_DEFAULTS.stableWindowS;
  return {
    kind: 'knative',
    metric: spec.metric,
    observedAs: spec.metric === 'rps' ? ['rps', 'rate_per_s'] : ['concurrency', 'in_flight', 'ongoing_requests'],
    algorithm: 'linear',
    panicWindowS: (stableWindowS * KNATIVE_DEFAULTS.panicWindowPercent) / 100,
    minScale: spec.min,
    maxScale: spec.max,
    spec: {
      targetValue: target,
      totalValue: total,
      targetBurstCapacity: KNATIVE_DEFAULTS.targetBurstCapacity,
      panicThreshold: KNATIVE_DEFAULTS.panicThresholdPercent / 100,
      maxScaleUpRate: KNATIVE_DEFAULTS.maxScaleUpRate,
      maxScaleDownRate: KNATIVE_DEFAULTS.maxScaleDownRate,
      stableWindowSeconds: stableWindowS,
      reachable: true,
      activationScale: 0,
      scaleDownDelaySeconds: spec.scale_down_delay ?? 0,
    },
    zero: {
      stableWindowS,
      gracePeriodS: KNATIVE_DEFAULTS.gracePeriodS,
      podRetentionS: KNATIVE_DEFAULTS.podRetentionS,
      isScaleToZeroEnabled: true,
    },
  };
}
