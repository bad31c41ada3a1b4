import { ceilInt32, perReplica, saturatingSum } from './milli.js';
import { isWithin } from './tolerance.js';
import type { CalculatorInput, CalculatorMetric, ReplicaProposal } from './types.js';

type TotalMetric = Extract<CalculatorMetric, { readonly valuesMilli: readonly unknown[] }>;

/** Replicas for a metric that is one number for the whole workload (`Object` and `External` sources). */
export function totalMetricReplicas(metric: TotalMetric, input: CalculatorInput): ReplicaProposal {
  if (metric.valuesMilli.length === 0) {
    return {
      ok: false,
      error: `unable to get ${metric.type.startsWith('Object') ? 'object' : 'external'} metric: no values returned`,
    };
  }
  const usage = saturatingSum(metric.valuesMilli);
  const target = Number(metric.targetMilli);
  return metric.type === 'ObjectAverageValue' || metric.type === 'ExternalAverageValue'
    ? averageValue(usage, target, input)
    : plainValue(usage, target, input);
}

/** `AverageValue`: total over target, whatever is ready. */
function averageValue(usage: bigint, target: number, input: CalculatorInput): ReplicaProposal {
  const current = input.statusReplicas ?? input.currentReplicas;
  const ratio = Number(usage) / (target * current);
  const isSmallChange = isWithin(ratio, input.tolerance);
  return {
    ok: true,
    replicas: isSmallChange ? current : ceilInt32(Number(usage) / target),
    usageMilli: perReplica(usage, current),
    why: isSmallChange
      ? `ratio ${ratio.toFixed(3)} is within tolerance`
      : `total ${Number(usage) / 1000} over ${target / 1000} for each replica`,
  };
}

/** `Value`: scales the pods that run and are ready by the ratio; from zero the ratio itself is the count. */
function plainValue(usage: bigint, target: number, input: CalculatorInput): ReplicaProposal {
  const ratio = Number(usage) / target;
  if (input.currentReplicas === 0) {
    return {
      ok: true,
      replicas: ceilInt32(ratio),
      usageMilli: usage,
      why: `from zero: ratio ${ratio.toFixed(3)}, rounded up`,
    };
  }
  if (isWithin(ratio, input.tolerance)) {
    return {
      ok: true,
      replicas: input.currentReplicas,
      usageMilli: usage,
      why: `ratio ${ratio.toFixed(3)} is within tolerance`,
    };
  }
  if (input.pods.length === 0) {
    return {
      ok: false,
      error: 'unable to calculate ready pods: no pods returned by selector while calculating replica count',
    };
  }
  const ready = input.pods.filter((pod) => pod.phase === 'Running' && pod.readyCondition?.status === 'True').length;
  return {
    ok: true,
    replicas: ceilInt32(ratio * ready),
    usageMilli: usage,
    why: `ratio ${ratio.toFixed(3)} × ${ready} ready`,
  };
}
