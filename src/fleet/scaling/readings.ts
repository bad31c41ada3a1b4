/** Which signal feeds which metric of a policy, and how replicas are put together for it. */
import type { AutoscalerPolicy } from '../autoscalers/policy.js';
import { neededMetrics } from '../autoscalers/policy.js';
import { aggregationOf, type MetricMeaning, meaningOf } from './signals.js';

export interface MetricReading extends MetricMeaning {
  /** The name under which the observation holds the value. */
  readonly observedAs: string;
  /** Over the replicas that export it. */
  readonly aggregation: 'total' | 'mean' | 'max';
  /** Without a replica that exports it, nobody knows the value (an average over pods); a sum over no series is 0. */
  readonly nullWhenAbsent: boolean;
}

export type Readings =
  | { readonly ok: true; readonly readings: readonly MetricReading[] }
  | { readonly ok: false; readonly unknown: readonly string[] };

/** Resolves every metric that the policy reads; names those that a simulated fleet does not export. */
export function readingsOf(policy: AutoscalerPolicy): Readings {
  const readings: MetricReading[] = [];
  const unknown: string[] = [];
  for (const { name, observedAs } of neededMetrics(policy)) {
    const source = observedAs.find((candidate) => meaningOf(candidate) !== undefined);
    if (source === undefined) {
      unknown.push(name);
      continue;
    }
    const meaning = meaningOf(source)!;
    const query = observedAs.map(aggregationOf).find((each) => each !== undefined);
    const perReplica = isPerReplica(policy, name);
    readings.push({
      ...meaning,
      observedAs: observedAs[0]!,
      aggregation: query ?? (perReplica || meaning.isMean || isShareRead(policy, name, meaning) ? 'mean' : 'total'),
      nullWhenAbsent: perReplica,
    });
  }
  return unknown.length > 0 ? { ok: false, unknown } : { ok: true, readings };
}

/** The policy reads a mean over replicas by definition. */
function isPerReplica(policy: AutoscalerPolicy, name: string): boolean {
  switch (policy.kind) {
    case 'hpa': {
      const source = policy.metrics.find((metric) => metric.name === name)?.source;
      return source !== 'Object' && source !== 'External';
    }
    case 'keda': {
      const type = policy.triggers.find((trigger) => trigger.name === name)?.type;
      return type === 'cpu' || type === 'memory';
    }
    // CloudWatch's metrics of a service or group are means over its instances.
    case 'aws-target':
    case 'wva':
      return true;
    case 'gcp-mig':
      return policy.signals.find((signal) => signal.metric === name)?.kind === 'average';
    default:
      return false;
  }
}

/** A share (KV use, utilisation) of a whole fleet is a mean, unless it is divided by the replicas afterwards. */
function isShareRead(policy: AutoscalerPolicy, name: string, { signal }: MetricMeaning): boolean {
  if (signal !== 'kv' && signal !== 'busy') return false;
  if (policy.kind === 'hpa')
    return policy.metrics.find((metric) => metric.name === name)?.target.type !== 'AverageValue';
  if (policy.kind === 'keda')
    return policy.triggers.find((trigger) => trigger.name === name)?.metricType !== 'AverageValue';
  return policy.kind !== 'predictive';
}
