import { changeInWords, type Decision, type MetricProposal, metricValue, type Observation } from '../types.js';
import { toMilli } from './milli.js';
import { type HpaSettings, type HpaState, type NamedProposal, reconcile } from './reconcile.js';
import { replicasForMetric } from './replicaCalculator.js';
import type { CalculatorMetric, Pod, PodSample, ReadinessPeriods, ReplicaProposal, Tolerance } from './types.js';

export interface HpaMetric {
  /** The name under which the observation holds the value. */
  readonly name: string;
  readonly source: 'Resource' | 'ContainerResource' | 'Pods' | 'Object' | 'External';
  /** Resource sources only: `cpu`, `memory`, … */
  readonly resource?: string;
  readonly target:
    | { readonly type: 'Utilization'; readonly percent: number }
    | { readonly type: 'AverageValue' | 'Value'; readonly value: number };
}

export interface HpaPolicy extends HpaSettings {
  readonly kind: 'hpa';
  readonly metrics: readonly HpaMetric[];
  readonly tolerance: Tolerance;
  readonly readiness: ReadinessPeriods;
  readonly syncPeriodS: number;
}

/** Pods and samples of one look, where the caller knows them one by one. */
export interface PodDetail {
  readonly pods: readonly Pod[];
  /** Samples by metric name. */
  readonly samples: Readonly<Record<string, Readonly<Record<string, PodSample>>>>;
}

/**
 * One sync of a HorizontalPodAutoscaler on an observation.
 *
 * Without `detail`, ready replicas all report the observed average and unready ones are pending pods without a sample.
 */
export function decideHpa(
  state: HpaState,
  observation: Observation,
  policy: HpaPolicy,
  detail?: PodDetail,
): Decision<HpaState> {
  const pods = detail?.pods ?? uniformPods(observation);
  const cache: NamedProposal[] = [];
  const proposals = (): readonly NamedProposal[] => {
    for (const metric of policy.metrics)
      cache.push({ name: metric.name, proposal: propose(metric, pods, observation, policy, detail) });
    return cache;
  };
  const result = reconcile(policy, state, {
    timeS: observation.timeS,
    currentReplicas: observation.currentReplicas,
    proposals,
  });
  const words = inWords(observation.currentReplicas, result.desired, result.metric, result.metricsError);
  return {
    desired: result.desired,
    state: result.state,
    explanation: {
      proposals: cache.map(({ proposal }, index) => described(policy.metrics[index]!, observation, proposal)),
      ...(result.limit === undefined ? {} : { limit: result.limit }),
      words: result.limit === undefined ? `${words}.` : `${words}: ${result.limit.why}.`,
    },
  };
}

function inWords(current: number, desired: number, metric: string | null, error: string | undefined): string {
  const change = changeInWords(current, desired);
  if (metric === null) return error === undefined ? change : `${change}, ${error}`;
  return `${change}, led by ${metric}${error === undefined ? '' : ` (${error})`}`;
}

function described(metric: HpaMetric, observation: Observation, proposal: ReplicaProposal): MetricProposal {
  return {
    metric: metric.name,
    value: metricValue(observation, metric.name) ?? null,
    target: metric.target.type === 'Utilization' ? metric.target.percent : metric.target.value,
    replicas: proposal.ok ? proposal.replicas : null,
    why: proposal.ok ? proposal.why : proposal.error,
  };
}

/** The readable pods behind an aggregate: `ready` pods that report, `unready` ones that are pending. */
function uniformPods(observation: Observation): readonly Pod[] {
  const longAgo = Number.NEGATIVE_INFINITY;
  const ready = Array.from(
    { length: observation.readyReplicas },
    (_, index): Pod => ({
      name: `ready-${index}`,
      phase: 'Running',
      startTime: longAgo,
      readyCondition: { status: 'True', lastTransitionTime: longAgo },
      // Utilisation is observed in percent: a request of 100 units makes usage and percent the same number.
      requestMilli: 100_000n,
    }),
  );
  const unready = Array.from(
    { length: observation.unreadyReplicas },
    (_, index): Pod => ({
      name: `unready-${index}`,
      phase: 'Pending',
      startTime: null,
      readyCondition: null,
      requestMilli: 100_000n,
    }),
  );
  return [...ready, ...unready];
}

function propose(
  metric: HpaMetric,
  pods: readonly Pod[],
  observation: Observation,
  policy: HpaPolicy,
  detail: PodDetail | undefined,
): ReplicaProposal {
  const value = metricValue(observation, metric.name);
  const samples = detail?.samples[metric.name];
  if (samples === undefined && (value === undefined || value === null)) {
    return {
      ok: false,
      error: `unable to get metric ${metric.name}: ${value === null ? 'its source failed' : 'nobody measures it'}`,
    };
  }
  const input = {
    timeS: observation.timeS,
    pods,
    currentReplicas: observation.currentReplicas,
    tolerance: policy.tolerance,
    readiness: policy.readiness,
  };
  const spec = calculatorMetric(metric, value ?? 0, samples ?? uniformSamples(pods, value ?? 0, observation.timeS));
  return spec === null
    ? {
        ok: false,
        error: `metric ${metric.name}: a ${metric.source} source cannot have a ${metric.target.type} target`,
      }
    : replicasForMetric(spec, input);
}

function uniformSamples(pods: readonly Pod[], value: number, timeS: number): Readonly<Record<string, PodSample>> {
  const valueMilli = toMilli(value);
  const running = pods.filter((pod) => pod.phase === 'Running');
  return Object.fromEntries(running.map((pod) => [pod.name, { valueMilli, timestamp: timeS, window: 0 }]));
}

function calculatorMetric(
  metric: HpaMetric,
  value: number,
  podMetrics: Readonly<Record<string, PodSample>>,
): CalculatorMetric | null {
  const { target } = metric;
  if (target.type === 'Utilization') {
    if (metric.source !== 'Resource' && metric.source !== 'ContainerResource') return null;
    return {
      type: `${metric.source}Utilization`,
      resource: metric.resource ?? 'cpu',
      targetUtilizationPercent: target.percent,
      podMetrics,
    };
  }
  const targetMilli = toMilli(target.value);
  switch (metric.source) {
    case 'Resource':
    case 'ContainerResource':
      return target.type === 'Value'
        ? null
        : { type: 'ResourceAverageValue', resource: metric.resource ?? 'cpu', targetMilli, podMetrics };
    case 'Pods':
      return target.type === 'Value' ? null : { type: 'PodsAverageValue', targetMilli, podMetrics };
    case 'Object':
    case 'External':
      return { type: `${metric.source}${target.type}`, targetMilli, valuesMilli: [toMilli(value)] };
  }
}
