import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  emptyBuckets,
  recordBucket,
  smoothingCoefficient,
  weightedAverage,
  windowAverage,
} from '../../../src/fleet/autoscalers/knative/buckets.js';
import { type DeciderSpec, decideScale, initialDeciderState } from '../../../src/fleet/autoscalers/knative/decider.js';
import { currentMax, maxWindow, recordMax } from '../../../src/fleet/autoscalers/knative/maxWindow.js';
import {
  decideKnative,
  initialKnativeState,
  type KnativePolicy,
} from '../../../src/fleet/autoscalers/knative/policy.js';
import { scaleToZero, type ZeroState } from '../../../src/fleet/autoscalers/knative/scaleToZero.js';
import { resolveTarget, TARGET_DEFAULTS } from '../../../src/fleet/autoscalers/knative/target.js';

const SPEC: DeciderSpec = {
  targetValue: 10,
  totalValue: 14,
  targetBurstCapacity: 100,
  panicThreshold: 2,
  maxScaleUpRate: 10,
  maxScaleDownRate: 2,
  stableWindowSeconds: 60,
  reachable: true,
  activationScale: 0,
  scaleDownDelaySeconds: 0,
};

/** Pods wanted at each look. */
function follow(
  spec: DeciderSpec,
  ready: number,
  looks: readonly (readonly [timeS: number, stable: number, panic: number])[],
): readonly number[] {
  let state = initialDeciderState(1, spec, 0);
  return looks.map(([timeS, stableValue, panicValue]) => {
    const decision = decideScale(spec, state, { timeS, readyPods: ready, stableValue, panicValue });
    state = decision.state;
    return decision.result.desiredPodCount;
  });
}

describe('decider', () => {
  it('follows the stable window within the rates', () => {
    expect(follow(SPEC, 1, [[0, 35, 15]])).toEqual([4]);
    expect(follow(SPEC, 1, [[0, 500, 15]])).toEqual([10]);
    expect(follow(SPEC, 8, [[0, 5, 5]])).toEqual([4]);
    expect(follow({ ...SPEC, reachable: false }, 8, [[0, 5, 5]])).toEqual([1]);
  });

  it('panics at twice the ready pods, never decreases in panic, and leaves strictly after a stable window', () => {
    expect(
      follow(SPEC, 2, [
        [0, 20, 60],
        [10, 10, 10],
        [60, 10, 10],
        [61, 10, 10],
      ]),
    ).toEqual([6, 6, 6, 1]);
  });

  it('re-arms the panic with every look above the threshold', () => {
    expect(
      follow(SPEC, 2, [
        [0, 20, 60],
        [50, 20, 60],
        [90, 10, 10],
        [111, 10, 10],
      ]),
    ).toEqual([6, 6, 6, 1]);
  });

  it('starts in panic if more than one pod is ready, so that a restart keeps them', () => {
    const state = initialDeciderState(5, SPEC, 0);
    expect(
      decideScale(SPEC, state, { timeS: 2, readyPods: 5, stableValue: 1, panicValue: 1 }).result.desiredPodCount,
    ).toBe(5);
  });

  it('holds the largest count of the scale-down delay', () => {
    const delayed = { ...SPEC, scaleDownDelaySeconds: 10 };
    expect(
      follow(delayed, 4, [
        [0, 40, 40],
        [2, 20, 20],
        [8, 20, 20],
        [10, 20, 20],
      ]),
    ).toEqual([4, 4, 4, 2]);
  });

  it('activates with at least the activation scale, but only if pods are wanted', () => {
    const spec = { ...SPEC, activationScale: 3, reachable: false };
    expect(
      follow(spec, 1, [
        [0, 5, 5],
        [2, 0, 0],
      ]),
    ).toEqual([3, 0]);
  });

  it('measures the free burst capacity', () => {
    const burst = (targetBurstCapacity: number): number =>
      decideScale({ ...SPEC, targetBurstCapacity }, initialDeciderState(1, SPEC, 0), {
        timeS: 0,
        readyPods: 10,
        stableValue: 30,
        panicValue: 30,
      }).result.excessBurstCapacity;
    expect([burst(0), burst(-1), burst(100)]).toEqual([0, -1, 10]);
  });

  it('decides nothing without data', () => {
    const { result } = decideScale(SPEC, initialDeciderState(1, SPEC, 0), {
      timeS: 0,
      readyPods: 1,
      stableValue: null,
      panicValue: null,
    });
    expect(result.valid).toBe(false);
  });
});

describe('windows', () => {
  it('the maximum agrees with a search through the last buckets', () => {
    const records = fc.array(fc.record({ step: fc.nat(3), value: fc.nat(9) }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(records, fc.integer({ min: 1, max: 6 }), (steps, buckets) => {
        let window = maxWindow(buckets);
        let index = 0;
        const seen: { index: number; value: number }[] = [];
        for (const { step, value } of steps) {
          index += step;
          seen.push({ index, value });
          window = recordMax(window, index, value);
          const last = index;
          expect(currentMax(window)).toBe(
            Math.max(...seen.filter((each) => last - each.index < buckets).map((each) => each.value)),
          );
        }
      }),
    );
  });

  it('averages over what has been written, and forgets what left the window', () => {
    let buckets = recordBucket(emptyBuckets(5, 1), 100, 4);
    expect(windowAverage(buckets, 100)).toBe(4);
    buckets = recordBucket(buckets, 101, 2);
    expect(windowAverage(buckets, 101)).toBe(3);
    expect(windowAverage(buckets, 105)).toBe(2);
    expect(windowAverage(buckets, 106)).toBe(0);
  });

  it('counts a gap as zeros and ignores what is older than the window', () => {
    let buckets = recordBucket(emptyBuckets(5, 1), 100, 5);
    buckets = recordBucket(buckets, 104, 5);
    expect(windowAverage(buckets, 104)).toBe(2);
    expect(recordBucket(buckets, 99, 1000)).toBe(buckets);
    expect(windowAverage(recordBucket(buckets, 102, 5), 104)).toBe(3);
  });

  it('weighs the newest bucket most', () => {
    const coefficient = smoothingCoefficient(5);
    expect(coefficient).toBeCloseTo(1 - 0.0001 ** 0.2, 12);
    expect(smoothingCoefficient(60)).toBe(0.2);
    let buckets = recordBucket(emptyBuckets(5, 1), 0, 10);
    buckets = recordBucket(buckets, 1, 5);
    expect(weightedAverage(buckets, 1)).toBeCloseTo(coefficient * 5 + coefficient * (1 - coefficient) * 10, 12);
    expect(weightedAverage(buckets, 2)).toBeCloseTo(
      (1 - coefficient) * (coefficient * 5 + coefficient * (1 - coefficient) * 10),
      12,
    );
  });
});

describe('target', () => {
  const resolve = (request: Partial<Parameters<typeof resolveTarget>[0]>) =>
    resolveTarget(
      { metric: 'concurrency', containerConcurrency: 0, target: null, utilization: null, ...request },
      TARGET_DEFAULTS,
    );

  it.each([
    [{}, 70, 100],
    [{ containerConcurrency: 10 }, 7, 10],
    [{ containerConcurrency: 10, target: 40 }, 7, 10],
    [{ target: 40, utilization: 0.5 }, 20, 40],
    [{ metric: 'rps' as const, containerConcurrency: 10 }, 140, 200],
    [{ target: 0.01, utilization: 0.1 }, 0.01, 0.01],
  ])('%o aims at %d of %d', (request, target, total) => {
    const resolved = resolve(request);
    expect(resolved.target).toBeCloseTo(target, 12);
    expect(resolved.total).toBe(total);
  });
});

describe('scale to zero', () => {
  it('waits for a stable window of activity, then for the longer of grace and retention', () => {
    const settings = { stableWindowS: 60, gracePeriodS: 30, podRetentionS: 45, isScaleToZeroEnabled: true };
    let state: ZeroState = { phase: 'active', sinceS: 0 };
    const at = (timeS: number, desired = 0): number => {
      const decision = scaleToZero(settings, state, { timeS, desired, minScale: 0 });
      state = decision.state;
      return decision.replicas;
    };
    expect([at(30), at(60), at(104), at(105)]).toEqual([1, 1, 1, 0]);
    expect(at(110, 2)).toBe(2);
    expect(state).toEqual({ phase: 'active', sinceS: 110 });
  });
});

describe('a revision over time', () => {
  const policy: KnativePolicy = {
    kind: 'knative',
    metric: 'concurrency',
    observedAs: ['concurrency'],
    spec: { ...SPEC, maxScaleUpRate: 1000 },
    panicWindowS: 6,
    algorithm: 'linear',
    minScale: 0,
    maxScale: 6,
    zero: { stableWindowS: 60, gracePeriodS: 30, podRetentionS: 0, isScaleToZeroEnabled: true },
  };

  it('panics up to its maximum, then comes down to zero', () => {
    let replicas = 1;
    let state = initialKnativeState(policy, {
      timeS: 0,
      currentReplicas: 1,
      readyReplicas: 1,
      unreadyReplicas: 0,
      metrics: {},
    });
    const counts: number[] = [];
    for (let timeS = 0; timeS <= 400; timeS += 2) {
      const concurrency = timeS < 60 ? 5 : timeS < 120 ? 90 : 0;
      const decision = decideKnative(
        state,
        { timeS, currentReplicas: replicas, readyReplicas: replicas, unreadyReplicas: 0, metrics: { concurrency } },
        policy,
      );
      state = decision.state;
      replicas = decision.desired;
      counts.push(replicas);
    }
    expect(counts[20]).toBe(1);
    expect(Math.max(...counts)).toBe(6);
    // within the panic window, long before the stable window would ask for it
    expect(counts.indexOf(6) * 2).toBeLessThanOrEqual(66);
    expect(counts.at(-1)).toBe(0);
  });
});
