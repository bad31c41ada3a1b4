import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Stretch } from '../../../src/fleet/llm/stretch.js';
import { Histogram } from '../../../src/kernel/histogram.js';

interface Terms {
  readonly gpu0: number;
  readonly slope: number;
  readonly floor: number;
  readonly host: number;
}

const terms = fc.record({
  gpu0: fc.integer({ min: 1, max: 1000 }).map((n) => n * 1.017e-4),
  slope: fc.oneof(
    fc.constant(0),
    fc.integer({ min: 1, max: 1000 }).map((n) => n * 1.3e-8),
    fc.constant(3.3e-13),
  ),
  floor: fc.oneof(
    fc.constant(0),
    fc.integer({ min: 0, max: 1200 }).map((n) => n * 1.013e-4),
  ),
  host: fc.oneof(fc.constant(0), fc.constant(0.00123)),
});
const steps = fc.integer({ min: 1, max: 3000 });

const stretchOf = (of: Terms): Stretch => {
  const stretch = Object.assign(new Stretch(), of);
  stretch.begin();
  return stretch;
};
const stepsToReach = (stretch: Stretch, seconds: number, limit: number): number => {
  stretch.reach = seconds;
  return stretch.stepsToReach(limit);
};
const stepTime = ({ gpu0, slope, floor, host }: Terms, i: number): number => Math.max(gpu0 + i * slope, floor) + host;
const close = (a: number, b: number): void =>
  expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-10 * Math.max(1, Math.abs(b)));

describe('Stretch', () => {
  it('lasts as long as its steps do one by one', () => {
    fc.assert(
      fc.property(terms, steps, (of, n) => {
        let sum = 0;
        for (let i = 0; i < n; i++) sum += stepTime(of, i);
        close(stretchOf(of).duration(n), sum);
      }),
    );
  });

  it('reaches a time in the fewest steps that last until then', () => {
    fc.assert(
      fc.property(terms, steps, fc.double({ min: 0, max: 1.2, noNaN: true }), (of, limit, part) => {
        const stretch = stretchOf(of);
        const seconds = part * stretch.duration(limit);
        const n = stepsToReach(stretch, seconds, limit);
        expect(n).toBeGreaterThanOrEqual(1);
        expect(n).toBeLessThanOrEqual(limit);
        if (n > 1) expect(stretch.duration(n - 1)).toBeLessThan(seconds);
        if (n < limit) expect(stretch.duration(n)).toBeGreaterThanOrEqual(seconds);
      }),
    );
  });

  it('is found again from each of its step boundaries', () => {
    fc.assert(
      fc.property(terms, steps, (of, n) => {
        const stretch = stretchOf(of);
        expect(stepsToReach(stretch, stretch.duration(n), 3001)).toBe(n);
      }),
    );
  });

  it('puts every step into the bucket that its duration belongs to, from any step to any other', () => {
    fc.assert(
      fc.property(terms, steps, fc.nat({ max: 3000 }), fc.integer({ min: 1, max: 9 }), (of, to, skip, weight) => {
        const from = Math.min(skip, to);
        const whole = new Histogram();
        const single = new Histogram();
        stretchOf(of).record(whole, from, to, weight);
        for (let i = from; i < to; i++) single.addMany(stepTime(of, i), weight);
        expect(whole.count).toBe(single.count);
        for (let b = 0; b < Histogram.buckets; b++)
          if (whole.countIn(b) !== single.countIn(b)) expect([b, whole.countIn(b)]).toEqual([b, single.countIn(b)]);
        close(whole.sum, single.sum);
        close(whole.sumSquares, single.sumSquares);
        if (to > from) {
          close(whole.min, single.min);
          close(whole.max, single.max);
        }
      }),
    );
  });

  it('integrates a quantity that grows with its steps', () => {
    fc.assert(
      fc.property(
        terms,
        fc.integer({ min: 0, max: 2000 }),
        fc.nat({ max: 5000 }),
        fc.nat({ max: 300 }),
        (of, n, base, growth) => {
          let sum = 0;
          for (let i = 0; i < n; i++) sum += stepTime(of, i) * (base + i * growth);
          const stretch = stretchOf(of);
          Object.assign(stretch, { base, growth });
          stretch.weigh(n);
          close(stretch.total / Math.max(1, sum), sum / Math.max(1, sum));
        },
      ),
    );
  });

  it('stays on its floor when the slope is too small to be seen', () => {
    const stretch = stretchOf({ gpu0: 0.01, slope: 1e-25, floor: 0.02, host: 0 });
    expect(stretch.duration(1000)).toBeCloseTo(20, 9);
    expect(stepsToReach(stretch, 1, 1000)).toBe(50);
  });
});
