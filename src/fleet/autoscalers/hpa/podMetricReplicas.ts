import { groupPods } from './podGroups.js';
import { isWithin } from './tolerance.js';
import type { CalculatorInput, CalculatorMetric, Pod, ReplicaProposal } from './types.js';

type PodMetric = Extract<CalculatorMetric, { readonly podMetrics: unknown }>;
type Values = Map<string, bigint>;

/** How a metric turns samples into a ratio, and what stands for a pod without a sample on the way down. */
interface Measure {
  ratio(values: Values): Usage | string;
  missingOnScaleDown(pod: string): bigint;
}

interface Usage {
  readonly ratio: number;
  readonly report: {
    readonly utilizationPercent?: number;
    readonly rawAverageMilli?: bigint;
    readonly usageMilli?: bigint;
  };
  readonly words: string;
}

/**
 * Replicas for a metric sampled pod by pod (`Resource`, `ContainerResource`, `Pods` sources).
 *
 * Pods without a sample count as idle on the way up and as busy on the way down; unready pods count as idle on the way
 * up. If these assumptions turn the direction around, nothing changes.
 */
export function podMetricReplicas(metric: PodMetric, input: CalculatorInput): ReplicaProposal {
  const resource = metric.type === 'PodsAverageValue' ? '' : metric.resource;
  if (Object.keys(metric.podMetrics).length === 0) return { ok: false, error: noSamples(resource) };
  if (input.pods.length === 0)
    return { ok: false, error: 'no pods returned by selector while calculating replica count' };
  const groups = groupPods(input.pods, metric.podMetrics, resource, input.readiness, input.timeS);
  const values: Values = new Map();
  for (const [name, sample] of Object.entries(metric.podMetrics)) {
    if (!groups.ignoredPods.has(name) && !groups.unreadyPods.has(name)) values.set(name, BigInt(sample.valueMilli));
  }
  if (values.size === 0)
    return { ok: false, error: 'did not receive metrics for targeted pods (pods might be unready)' };
  const measure = measureOf(metric, input.pods);
  if (typeof measure === 'string') return { ok: false, error: measure };
  const usage = measure.ratio(values);
  if (typeof usage === 'string') return { ok: false, error: usage };

  const current = input.currentReplicas;
  const scalesUpWithUnready = groups.unreadyPods.size > 0 && usage.ratio > 1;
  if (!scalesUpWithUnready && groups.missingPods.size === 0) {
    if (isWithin(usage.ratio, input.tolerance)) return answer(usage, current, 'within tolerance');
    return answer(usage, Math.ceil(usage.ratio * groups.readyPodCount), `× ${groups.readyPodCount} ready`);
  }

  if (usage.ratio < 1) for (const pod of groups.missingPods) values.set(pod, measure.missingOnScaleDown(pod));
  if (usage.ratio > 1) for (const pod of groups.missingPods) values.set(pod, 0n);
  if (scalesUpWithUnready) for (const pod of groups.unreadyPods) values.set(pod, 0n);
  const assumed = measure.ratio(values);
  if (typeof assumed === 'string') return { ok: false, error: assumed };

  const counted = `counting ${groups.unreadyPods.size} unready and ${groups.missingPods.size} without a sample`;
  const turnsAround = (usage.ratio < 1 && assumed.ratio > 1) || (usage.ratio > 1 && assumed.ratio < 1);
  if (isWithin(assumed.ratio, input.tolerance) || turnsAround) {
    return answer(usage, current, `${counted} the ratio is ${assumed.ratio.toFixed(3)}: no change`);
  }
  const replicas = Math.ceil(assumed.ratio * values.size);
  if ((assumed.ratio < 1 && replicas > current) || (assumed.ratio > 1 && replicas < current)) {
    return answer(usage, current, `${counted} the count would move against the ratio: no change`);
  }
  return answer(usage, replicas, `${counted} the ratio is ${assumed.ratio.toFixed(3)} × ${values.size} pods`);
}

function measureOf(metric: PodMetric, pods: readonly Pod[]): Measure | string {
  if (metric.type === 'PodsAverageValue' || metric.type === 'ResourceAverageValue') {
    const target = BigInt(metric.targetMilli);
    return { ratio: (values) => averageRatio(values, target), missingOnScaleDown: () => target };
  }
  const requests = new Map<string, bigint>();
  for (const pod of pods) {
    if (pod.requestMilli === null || pod.requestMilli === undefined) {
      return `missing request for ${metric.resource} in a container of Pod ${pod.name}`;
    }
    requests.set(pod.name, BigInt(pod.requestMilli));
  }
  const target = metric.targetUtilizationPercent;
  // A pod without a sample is assumed to use its whole request, or the target where that is higher.
  const assumedPercent = BigInt(Math.max(100, target));
  return {
    ratio: (values) => utilizationRatio(values, requests, target),
    missingOnScaleDown: (pod) => ((requests.get(pod) ?? 0n) * assumedPercent) / 100n,
  };
}

/** Ratio of sums, truncated to whole percent before the division by the target. */
function utilizationRatio(
  values: Values,
  requests: ReadonlyMap<string, bigint>,
  targetPercent: number,
): Usage | string {
  let used = 0n;
  let requested = 0n;
  let entries = 0n;
  for (const [pod, value] of values) {
    const request = requests.get(pod);
    if (request === undefined) continue;
    used += value;
    requested += request;
    entries += 1n;
  }
  if (requested === 0n) return 'no metrics returned matched known pods';
  const percent = Number((used * 100n) / requested);
  return {
    ratio: percent / targetPercent,
    report: { utilizationPercent: percent, rawAverageMilli: used / entries },
    words: `${percent} % of the request against ${targetPercent} %`,
  };
}

function averageRatio(values: Values, target: bigint): Usage {
  let total = 0n;
  for (const value of values.values()) total += value;
  const average = total / BigInt(values.size);
  return {
    ratio: Number(average) / Number(target),
    report: { usageMilli: average },
    words: `average ${Number(average) / 1000} against ${Number(target) / 1000}`,
  };
}

function answer(usage: Usage, replicas: number, why: string): ReplicaProposal {
  return { ok: true, replicas, ...usage.report, why: `${usage.words}, ratio ${usage.ratio.toFixed(3)} ${why}` };
}

function noSamples(resource: string): string {
  return resource === ''
    ? 'unable to get metric: no metrics returned from custom metrics API'
    : `unable to get metrics for resource ${resource}: no metrics returned from resource metrics API`;
}
