import type { HpaMetric } from '../hpa/policy.js';
import { type MetricProposal, metricValue, type Observation } from '../types.js';
import { fallbackMetric } from './fallback.js';
import type { KedaPolicy, Trigger } from './policy.js';
import { compositeMetric } from './scalingModifiers.js';

/** All triggers of a ScaledObject read once: what the HPA sees, whether KEDA is active, and the failure counts. */
export interface Readings {
  readonly metrics: readonly HpaMetric[];
  /** Values for `metrics` by name; null for one that failed. */
  readonly values: Readonly<Record<string, number | null>>;
  readonly isActive: boolean;
  readonly isError: boolean;
  readonly failures: Readonly<Record<string, number>>;
  /** The triggers as read, for explanations; `replicas` is null because KEDA proposes through the HPA. */
  readonly proposals: readonly MetricProposal[];
}

export const COMPOSITE_METRIC = 'composite-metric';

interface Reading {
  readonly trigger: Trigger;
  readonly raw: number | null;
  /** What is reported to the HPA: the value, a fallback, or null. */
  readonly reported: number | null;
  readonly isFallback: boolean;
  readonly isNil: boolean;
  readonly failures: number;
  readonly why: string;
}

export function readTriggers(
  policy: KedaPolicy,
  failures: Readonly<Record<string, number>>,
  observation: Observation,
): Readings {
  const readings = policy.triggers.map((trigger) => read(trigger, policy, failures[trigger.name] ?? 0, observation));
  // CPU and memory are the HPA's business: alone they keep a workload active, beside others they say nothing.
  const external = readings.filter(({ trigger }) => !isResource(trigger));
  const base = {
    isError: external.some((reading) => reading.raw === null),
    failures: Object.fromEntries(readings.map((reading) => [reading.trigger.name, reading.failures])),
  };
  const proposals = readings.map(
    (reading): MetricProposal => ({
      metric: reading.trigger.name,
      value: reading.raw,
      target: reading.trigger.target,
      replicas: null,
      why: reading.why,
    }),
  );
  if (policy.scalingModifiers !== null) {
    const composite = readComposite(policy, readings);
    const { activationTarget, metricType, target } = policy.scalingModifiers;
    return {
      ...base,
      metrics: [{ name: COMPOSITE_METRIC, source: 'External', target: { type: metricType, value: target } }],
      values: { [COMPOSITE_METRIC]: composite.value },
      isActive: composite.value !== null && !composite.isFallback && composite.value > activationTarget,
      proposals: [
        ...proposals,
        { metric: COMPOSITE_METRIC, value: composite.value, target, replicas: null, why: composite.why },
      ],
    };
  }
  return {
    ...base,
    metrics: readings.map(({ trigger }) => hpaMetric(trigger)),
    values: Object.fromEntries(readings.map((reading) => [reading.trigger.name, reading.reported])),
    isActive:
      external.length === 0 || external.some(({ trigger, raw }) => raw !== null && raw > trigger.activationThreshold),
    proposals,
  };
}

function read(trigger: Trigger, policy: KedaPolicy, failuresBefore: number, observation: Observation): Reading {
  const raw = metricValue(observation, ...trigger.observedAs) ?? null;
  if (raw !== null) {
    const why =
      raw > trigger.activationThreshold
        ? 'active'
        : `not above the activation threshold ${trigger.activationThreshold}`;
    return { trigger, raw, reported: raw, isFallback: false, isNil: false, failures: 0, why };
  }
  // A resource metric comes from the kubelet, KEDA has no fallback for it.
  const fallback = isResource(trigger) ? null : policy.fallback;
  const modifiers = policy.scalingModifiers;
  const outcome = fallbackMetric(fallback, failuresBefore, {
    target: modifiers?.target ?? trigger.target,
    metricType: modifiers?.metricType ?? (trigger.metricType === 'Value' ? 'Value' : 'AverageValue'),
    currentReplicas: observation.currentReplicas,
    readyReplicas: observation.readyReplicas,
  });
  return {
    trigger,
    raw,
    reported: outcome.kind === 'value' ? outcome.value : null,
    isFallback: outcome.kind === 'value',
    isNil: outcome.kind === 'nil',
    failures: outcome.failures,
    why: outcome.why,
  };
}

interface Composite {
  readonly value: number | null;
  readonly isFallback: boolean;
  readonly why: string;
}

/** A fallback of any trigger stands for the composite; otherwise the formula, in which failed triggers may be nil. */
function readComposite(policy: KedaPolicy, readings: readonly Reading[]): Composite {
  const modifiers = policy.scalingModifiers!;
  const fallback = readings.find((reading) => reading.isFallback);
  if (fallback !== undefined) return { value: fallback.reported, isFallback: true, why: fallback.why };
  const failed = readings.find((reading) => reading.raw === null && !reading.isNil);
  if (failed !== undefined) return { value: null, isFallback: false, why: `${failed.trigger.name}: ${failed.why}` };
  const variables = Object.fromEntries(readings.map((reading) => [reading.trigger.name, reading.raw]));
  const composite = compositeMetric(modifiers.formula, variables, modifiers.target, policy.fallback?.replicas ?? null);
  return composite.ok
    ? { value: composite.value, isFallback: false, why: composite.why }
    : { value: null, isFallback: false, why: composite.error };
}

function isResource(trigger: Trigger): boolean {
  return trigger.type === 'cpu' || trigger.type === 'memory';
}

function hpaMetric(trigger: Trigger): HpaMetric {
  if (isResource(trigger)) {
    const target =
      trigger.metricType === 'Utilization'
        ? ({ type: 'Utilization', percent: trigger.target } as const)
        : ({ type: 'AverageValue', value: trigger.target } as const);
    return { name: trigger.name, source: 'Resource', resource: trigger.type, target };
  }
  return {
    name: trigger.name,
    source: 'External',
    target: { type: trigger.metricType === 'Value' ? 'Value' : 'AverageValue', value: trigger.target },
  };
}
