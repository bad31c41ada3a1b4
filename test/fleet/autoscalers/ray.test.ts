import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RAY_DEFAULTS } from '../../../src/fleet/autoscalers/ray/config.js';
import { applyDelay, applyFactors, type PendingDecision } from '../../../src/fleet/autoscalers/ray/delay.js';
import { roundToGang } from '../../../src/fleet/autoscalers/ray/gang.js';
import {
  decideRay,
  decideWithDelays,
  INITIAL_RAY_STATE,
  type RayPolicy,
  type RayState,
} from '../../../src/fleet/autoscalers/ray/policy.js';
import { mergeTotals, timeWeightedAverage } from '../../../src/fleet/autoscalers/ray/series.js';

const CONFIG = { ...RAY_DEFAULTS, minReplicas: 0, maxReplicas: 10, upscaleDelayS: 10, downscaleDelayS: 60 };

describe('factors', () => {
  const factors = { upscalingFactor: 0.5, downscalingFactor: 0.5 };
  it.each([
    [20, 10, 15],
    [5, 20, 13],
    // ceil(10 − 0.5) would stay at 10 for ever
    [9, 10, 9],
    [9.5, 10, 10],
    [3, 0, 3],
  ])('towards %d from %d gives %d', (desired, current, expected) => {
    expect(applyFactors(desired, current, factors)).toBe(expected);
  });
});

describe('delays', () => {
  /** Replicas after each (time, wish), with the target following the decisions. */
  function follow(target: number, wishes: readonly (readonly [number, number])[], config = CONFIG): readonly number[] {
    let pending: PendingDecision = null;
    let current = target;
    return wishes.map(([timeS, desired]) => {
      const decision = applyDelay(desired, current, config, pending, timeS);
      pending = decision.pending;
      current = decision.replicas;
      return current;
    });
  }

  it('hold a decision until it has been wanted without interruption', () => {
    expect(
      follow(2, [
        [0, 5],
        [9.9, 5],
        [10, 5],
      ]),
    ).toEqual([2, 2, 5]);
    expect(
      follow(2, [
        [0, 5],
        [5, 2],
        [10, 5],
        [15, 5],
        [20, 5],
      ]),
    ).toEqual([2, 2, 2, 2, 5]);
    expect(
      follow(2, [
        [0, 5],
        [5, 1],
        [10, 5],
        [20, 5],
      ]),
    ).toEqual([2, 2, 2, 5]);
  });

  it('stop at one on the way down, and reach zero after its own delay', () => {
    expect(
      follow(3, [
        [0, 0],
        [60, 0],
        [61, 0],
        [121, 0],
      ]),
    ).toEqual([3, 1, 1, 0]);
    expect(
      follow(
        1,
        [
          [0, 0],
          [5, 0],
        ],
        { ...CONFIG, downscaleToZeroDelayS: 5 },
      ),
    ).toEqual([1, 0]);
  });

  it('survive the rounding of large clock values', () => {
    const start = 1_700_000_000.1;
    expect(
      follow(1, [
        [start, 2],
        [start + 9.999_999_9, 2],
      ]),
    ).toEqual([1, 2]);
  });
});

describe('the queue-length policy', () => {
  const look = { timeS: 0, totalRequests: 9, currentReplicas: 2, targetReplicas: 2 };
  it('wants a replica for every two ongoing requests', () => {
    expect(decideWithDelays(look, { ...CONFIG, upscaleDelayS: 0 }, null).replicas).toBe(5);
  });

  it('starts from zero at once', () => {
    const cold = { ...look, currentReplicas: 0, targetReplicas: 0 };
    expect(decideWithDelays(cold, CONFIG, null).replicas).toBe(1);
    expect(decideWithDelays(cold, { ...CONFIG, upscalingFactor: 2.5 }, null).replicas).toBe(3);
    expect(decideWithDelays({ ...cold, totalRequests: 0 }, CONFIG, null).replicas).toBe(0);
  });
});

describe('gangs', () => {
  it('are whole', () => {
    expect([0, 1, 4, 5].map((raw) => roundToGang(raw, 4))).toEqual([0, 4, 4, 8]);
    expect(roundToGang(9, 4, { min: 4, max: 8 })).toBe(8);
  });
});

describe('step functions', () => {
  it('add up to the instantaneous total', () => {
    expect(
      mergeTotals([
        [
          [1, 5],
          [3, 5],
          [4, 2],
        ],
        [[2.004, 1]],
      ]),
    ).toEqual([
      [1, 5],
      [2, 6],
      [4, 3],
    ]);
    expect(mergeTotals([[[1.234, 5]], []])).toEqual([[1.234, 5]]);
  });

  it('average by time, from the window on', () => {
    const points = [
      [0, 2],
      [4, 6],
    ] as const;
    expect(timeWeightedAverage(points, { lastHoldS: 4 })).toBe(4);
    expect(timeWeightedAverage(points, { startS: 2, endS: 5 })).toBeCloseTo(10 / 3, 12);
    expect(timeWeightedAverage(points, { startS: -4, endS: 4 })).toBe(1);
    expect(timeWeightedAverage([], {})).toBeNull();
    expect(timeWeightedAverage(points, { startS: 5, endS: 5 })).toBeNull();
  });

  it('lie between the smallest and the largest value', () => {
    const points = fc.array(fc.record({ gap: fc.integer({ min: 1, max: 9 }), value: fc.nat(99) }), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(points, (steps) => {
        let timeS = 0;
        const series = steps.map(({ gap, value }) => [(timeS += gap), value] as const);
        const average = timeWeightedAverage(series) ?? Number.NaN;
        const values = series.map(([, value]) => value);
        expect(average).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9);
        expect(average).toBeLessThanOrEqual(Math.max(...values) + 1e-9);
      }),
    );
  });
});

describe('a deployment over time', () => {
  it('grows after the delay on the averaged load and keeps its bounds', () => {
    const policy: RayPolicy = {
      kind: 'ray',
      gangSize: 1,
      observedAs: ['ongoing'],
      config: { ...CONFIG, minReplicas: 1, maxReplicas: 4 },
    };
    let state: RayState = INITIAL_RAY_STATE;
    let replicas = 1;
    const counts: number[] = [];
    for (let timeS = 0; timeS <= 40; timeS += 1) {
      const decision = decideRay(
        state,
        { timeS, currentReplicas: replicas, readyReplicas: replicas, unreadyReplicas: 0, metrics: { ongoing: 20 } },
        policy,
      );
      state = decision.state;
      replicas = decision.desired;
      counts.push(replicas);
    }
    expect(counts.slice(0, 10)).toEqual(new Array<number>(10).fill(1));
    expect(counts.at(-1)).toBe(4);
  });
});
