import * as z from 'zod';
import { once } from '../../../catalog/kept.js';
import type { HpaMetric, HpaPolicy } from '../hpa/policy.js';
import { CONTROLLER_DEFAULTS } from '../hpa/types.js';
import { BEHAVIOR_KEYS, behaviorSchema, toBehavior, toTolerance } from './behavior.js';
import { asMap, type Checked, check, type ManifestDocument, problemAt } from './document.js';
import { quantity } from './quantity.js';

const selector = () => z.unknown().optional();
const metricIdentifier = () => z.strictObject({ name: z.string(), selector: selector() });
const valueTarget = () =>
  z.strictObject({
    type: z.enum(['Value', 'AverageValue']),
    value: quantity().optional(),
    averageValue: quantity().optional(),
  });
const resourceTarget = () =>
  z.strictObject({
    type: z.enum(['Utilization', 'AverageValue']),
    averageUtilization: z.number().int().positive().optional(),
    averageValue: quantity().optional(),
  });
const resourceSource = () => z.strictObject({ name: z.string(), target: resourceTarget() });

const metric = () =>
  z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('Resource'), resource: resourceSource() }),
    z.strictObject({
      type: z.literal('ContainerResource'),
      containerResource: resourceSource().extend({ container: z.string() }),
    }),
    z.strictObject({
      type: z.literal('Pods'),
      pods: z.strictObject({ metric: metricIdentifier(), target: valueTarget() }),
    }),
    z.strictObject({
      type: z.literal('Object'),
      object: z.strictObject({ metric: metricIdentifier(), target: valueTarget(), describedObject: z.unknown() }),
    }),
    z.strictObject({
      type: z.literal('External'),
      external: z.strictObject({ metric: metricIdentifier(), target: valueTarget() }),
    }),
  ]);

const spec = once(() =>
  z.strictObject({
    scaleTargetRef: z.looseObject({ kind: z.string(), name: z.string() }),
    minReplicas: z.number().int().min(0).default(1),
    maxReplicas: z.number().int().positive(),
    metrics: z.array(metric()).optional(),
    behavior: behaviorSchema().optional(),
  }),
);

const KEYS = [
  'scaleTargetRef',
  'minReplicas',
  'maxReplicas',
  'metrics',
  'behavior',
  'resource',
  'pods',
  'object',
  'external',
  'target',
  ...BEHAVIOR_KEYS,
];

/** What the API server fills in for a manifest without metrics: 80 % of the CPU request. */
const DEFAULT_METRICS: readonly HpaMetric[] = [
  { name: 'cpu', source: 'Resource', resource: 'cpu', target: { type: 'Utilization', percent: 80 } },
];

/** A HorizontalPodAutoscaler (`autoscaling/v2`) as a policy. */
export function hpaFromManifest(manifest: ManifestDocument): Checked<HpaPolicy> {
  const root = asMap(manifest.data) ?? {};
  const { apiVersion } = root;
  if (apiVersion !== 'autoscaling/v2') {
    const message = `a HorizontalPodAutoscaler of ${String(apiVersion)} is not supported yet`;
    return { ok: false, problems: [problemAt(manifest, ['apiVersion'], 'E1501', message, 'autoscaling/v2 is')] };
  }
  const checked = check(manifest, ['spec'], root['spec'], spec(), KEYS);
  if (!checked.ok) return checked;
  const { value } = checked;
  if (value.minReplicas > value.maxReplicas) {
    return {
      ok: false,
      problems: [problemAt(manifest, ['spec', 'maxReplicas'], 'E1303', 'maxReplicas is below minReplicas')],
    };
  }
  const metrics: HpaMetric[] = [];
  const problems = [];
  for (const [index, read] of (value.metrics ?? []).entries()) {
    const converted = toMetric(read);
    if (typeof converted === 'string')
      problems.push(problemAt(manifest, ['spec', 'metrics', index], 'E1301', converted));
    else metrics.push(converted);
  }
  if (problems.length > 0) return { ok: false, problems };
  return {
    ok: true,
    value: {
      kind: 'hpa',
      minReplicas: value.minReplicas,
      maxReplicas: value.maxReplicas,
      metrics: metrics.length === 0 ? DEFAULT_METRICS : metrics,
      behavior: toBehavior(value.behavior),
      tolerance: toTolerance(value.behavior),
      readiness: {
        cpuInitializationPeriodS: CONTROLLER_DEFAULTS.cpuInitializationPeriodS,
        initialReadinessDelayS: CONTROLLER_DEFAULTS.initialReadinessDelayS,
      },
      syncPeriodS: CONTROLLER_DEFAULTS.syncPeriodS,
      downscaleStabilizationS: CONTROLLER_DEFAULTS.downscaleStabilizationS,
      scaleUpLimitFactor: CONTROLLER_DEFAULTS.scaleUpLimitFactor,
      scaleUpLimitMinimum: CONTROLLER_DEFAULTS.scaleUpLimitMinimum,
    },
  };
}

function toMetric(read: z.output<ReturnType<typeof metric>>): HpaMetric | string {
  switch (read.type) {
    case 'Resource':
      return resourceMetric('Resource', read.resource.name, read.resource.name, read.resource.target);
    case 'ContainerResource': {
      const { container, name, target } = read.containerResource;
      return resourceMetric('ContainerResource', `${container}/${name}`, name, target);
    }
    case 'Pods':
      return valueMetric('Pods', read.pods.metric.name, read.pods.target);
    case 'Object':
      return valueMetric('Object', read.object.metric.name, read.object.target);
    case 'External':
      return valueMetric('External', read.external.metric.name, read.external.target);
  }
}

function resourceMetric(
  source: 'Resource' | 'ContainerResource',
  name: string,
  resource: string,
  target: z.output<ReturnType<typeof resourceTarget>>,
): HpaMetric | string {
  if (target.type === 'Utilization') {
    if (target.averageUtilization === undefined) return 'a Utilization target needs averageUtilization';
    return { name, source, resource, target: { type: 'Utilization', percent: target.averageUtilization } };
  }
  if (target.averageValue === undefined) return 'an AverageValue target needs averageValue';
  return { name, source, resource, target: { type: 'AverageValue', value: target.averageValue } };
}

function valueMetric(
  source: 'Pods' | 'Object' | 'External',
  name: string,
  target: z.output<ReturnType<typeof valueTarget>>,
): HpaMetric | string {
  if (source === 'Pods' && target.type === 'Value') return 'a Pods metric needs an AverageValue target';
  const value = target.type === 'Value' ? target.value : target.averageValue;
  if (value === undefined) return `a ${target.type} target needs ${target.type === 'Value' ? 'value' : 'averageValue'}`;
  if (value <= 0) return 'the target must be above zero';
  return { name, source, target: { type: target.type, value } };
}
