import { describe, expect, it } from 'vitest';
import { groupPods } from '../../../src/fleet/autoscalers/hpa/podGroups.js';
import { replicasForMetric } from '../../../src/fleet/autoscalers/hpa/replicaCalculator.js';
import type { CalculatorInput, CalculatorMetric, Pod } from '../../../src/fleet/autoscalers/hpa/types.js';
import { LONG_AGO, readyPod, readyPods, sample, samples } from './pods.js';

const READINESS = { cpuInitializationPeriodS: 300, initialReadinessDelayS: 30 };

function look(pods: readonly Pod[], currentReplicas = pods.length): CalculatorInput {
  return { timeS: 0, pods, currentReplicas, tolerance: { scaleDown: 0.1, scaleUp: 0.1 }, readiness: READINESS };
}

function cpu(targetUtilizationPercent: number, podMetrics: ReturnType<typeof samples>): CalculatorMetric {
  return { type: 'ResourceUtilization', resource: 'cpu', targetUtilizationPercent, podMetrics };
}

describe('resource utilisation', () => {
  it('scales ready pods by the ratio of sums, truncated to whole percent', () => {
    // (450 + 550 + 659) / 3000 = 55.3 %, truncated to 55; 55/50 = 1.1 is the edge of the band
    expect(replicasForMetric(cpu(50, samples(450, 550, 659)), look(readyPods(3)))).toMatchObject({
      replicas: 3,
      utilizationPercent: 55,
    });
    // one milli more makes 56 %: 1.12 × 3 = 3.36
    expect(replicasForMetric(cpu(50, samples(460, 560, 660)), look(readyPods(3)))).toMatchObject({
      replicas: 4,
      utilizationPercent: 56,
      rawAverageMilli: 560n,
    });
  });

  it('counts a pod without a sample as idle on the way up and as fully busy on the way down', () => {
    const pods = readyPods(3);
    // up: 90 % of two pods, 60 % with an idle third: 1.2 × 3 pods
    expect(replicasForMetric(cpu(50, samples(900, 900)), look(pods))).toMatchObject({
      replicas: 4,
      utilizationPercent: 90,
    });
    // down: 10 % of two pods, 40 % with a busy third: 0.8 × 3 pods
    expect(replicasForMetric(cpu(50, samples(100, 100)), look(pods))).toMatchObject({ replicas: 3 });
    expect(replicasForMetric(cpu(100, samples(100, 100)), look(pods))).toMatchObject({ replicas: 2 });
  });

  it('changes nothing when the assumptions turn the direction around', () => {
    // 80 % on one of four: with three idle ones 20 %
    expect(replicasForMetric(cpu(50, samples(800)), look(readyPods(4)))).toMatchObject({
      replicas: 4,
      utilizationPercent: 80,
    });
  });

  it('ignores the samples of pods in their first minutes that are not ready', () => {
    const young: Pod = {
      ...readyPod('p1'),
      startTime: -60,
      readyCondition: { status: 'False', lastTransitionTime: -60 },
    };
    expect(replicasForMetric(cpu(50, samples(900, 1000)), look([readyPod('p0'), young]))).toMatchObject({
      replicas: 2,
      utilizationPercent: 90,
    });
  });

  it('says in the words of the controller what is missing', () => {
    expect(replicasForMetric(cpu(50, {}), look(readyPods(1)))).toEqual({
      ok: false,
      error: 'unable to get metrics for resource cpu: no metrics returned from resource metrics API',
    });
    const noRequest = { ...readyPod('p0'), requestMilli: null };
    expect(replicasForMetric(cpu(50, samples(1)), look([noRequest]))).toMatchObject({
      error: expect.stringContaining('missing request for cpu'),
    });
    expect(replicasForMetric(cpu(50, { other: sample(5) }), look(readyPods(1)))).toMatchObject({
      error: 'no metrics returned matched known pods',
    });
    expect(replicasForMetric(cpu(50, samples(1)), look([]))).toMatchObject({
      error: expect.stringContaining('no pods returned by selector'),
    });
  });
});

describe('other metrics', () => {
  it('counts running pods that are not ready as capacity, because readiness is a matter of CPU only', () => {
    const loading: Pod = { ...readyPod('p1'), readyCondition: { status: 'False', lastTransitionTime: LONG_AGO } };
    const metric = { type: 'PodsAverageValue', targetMilli: 5000, podMetrics: samples(9000, 3000) } as const;
    expect(replicasForMetric(metric, look([readyPod('p0'), loading]))).toMatchObject({
      replicas: 3,
      usageMilli: 6000n,
    });
  });

  it('scales an average value by total over target, whatever is ready', () => {
    const metric = { type: 'ExternalAverageValue', targetMilli: 32_000, valuesMilli: [100_000, 60_000] } as const;
    expect(replicasForMetric(metric, look(readyPods(1), 3))).toMatchObject({ replicas: 5, usageMilli: 53_334n });
    expect(replicasForMetric(metric, { ...look(readyPods(1), 3), statusReplicas: 5 })).toMatchObject({
      replicas: 5,
      usageMilli: 32_000n,
    });
  });

  it('scales a value by the pods that run and are ready, and from zero by the ratio alone', () => {
    const metric = { type: 'ObjectValue', targetMilli: 10_000, valuesMilli: [35_000] } as const;
    expect(replicasForMetric(metric, look(readyPods(2), 4))).toMatchObject({ replicas: 7 });
    expect(replicasForMetric(metric, look([], 0))).toMatchObject({ replicas: 4 });
  });

  it('keeps integers beyond 2^53 exact and saturates where int64 ends', () => {
    const huge = 9_007_199_254_740_993n;
    const exact = { type: 'ExternalValue', targetMilli: huge, valuesMilli: [huge] } as const;
    expect(replicasForMetric(exact, look(readyPods(1)))).toMatchObject({ replicas: 1, usageMilli: huge });
    const overflow = { type: 'ExternalAverageValue', targetMilli: 1, valuesMilli: [2n ** 62n, 2n ** 62n] } as const;
    expect(replicasForMetric(overflow, look(readyPods(1)))).toMatchObject({
      replicas: 2_147_483_647,
      usageMilli: 2n ** 63n - 1n,
    });
  });
});

describe('groups of pods', () => {
  const group = (pod: Partial<Pod>, timestamp = 0): string => {
    const groups = groupPods(
      [{ ...readyPod('p0'), ...pod }],
      { p0: { valueMilli: 1, timestamp, window: 30 } },
      'cpu',
      READINESS,
      0,
    );
    if (groups.readyPodCount === 1) return 'ready';
    return groups.unreadyPods.has('p0') ? 'unready' : groups.missingPods.has('p0') ? 'missing' : 'ignored';
  };

  it.each([
    ['a pod that is being deleted', { deleted: true }, 'ignored'],
    ['a failed pod', { phase: 'Failed' }, 'ignored'],
    ['a pending pod', { phase: 'Pending' }, 'unready'],
    ['a pod without a Ready condition', { readyCondition: null }, 'unready'],
    ['a pod that has not started', { startTime: null }, 'unready'],
    [
      'a young pod whose sample began before it was ready',
      { startTime: -60, readyCondition: { status: 'True', lastTransitionTime: -20 } },
      'unready',
    ],
    [
      'a young pod with a whole window since it was ready',
      { startTime: -60, readyCondition: { status: 'True', lastTransitionTime: -30 } },
      'ready',
    ],
    [
      'an old pod that lost readiness',
      { startTime: -600, readyCondition: { status: 'False', lastTransitionTime: -500 } },
      'ready',
    ],
    [
      'an old pod that never was ready',
      { startTime: -600, readyCondition: { status: 'False', lastTransitionTime: -590 } },
      'unready',
    ],
  ] as const)('puts %s where the controller does', (_what, pod, expected) => {
    expect(group(pod as Partial<Pod>)).toBe(expected);
  });
});
