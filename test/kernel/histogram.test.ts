import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketOf, Histogram, lowerEdge } from '../../src/kernel/histogram.js';
import { stream } from '../../src/kernel/random.js';
import { exponential, hyperexponential, lognormal } from '../../src/kernel/variates.js';

const of = (values: Iterable<number>): Histogram => {
  const histogram = new Histogram();
  for (const value of values) histogram.add(value);
  return histogram;
};
const buckets = (histogram: Histogram): [number, number][] => {
  const filled: [number, number][] = [];
  for (let b = 0; b < Histogram.buckets; b++) if (histogram.countIn(b) !== 0) filled.push([b, histogram.countIn(b)]);
  return filled;
};

const positive = fc.double({ min: 1e-8, max: 1e10, noNaN: true });

describe('buckets', () => {
  it('contain their values, and are at most 1/128 of them wide', () => {
    fc.assert(
      fc.property(positive, (value) => {
        const low = lowerEdge(bucketOf(value));
        const high = lowerEdge(bucketOf(value) + 1);
        expect(low).toBeLessThanOrEqual(value);
        expect(high).toBeGreaterThan(value);
        expect((high - low) / low).toBeLessThanOrEqual(1 / 128);
      }),
    );
  });

  it('begin exactly at their lower edge', () => {
    for (let bucket = 1; bucket < Histogram.buckets; bucket++) {
      const edge = lowerEdge(bucket);
      if (bucketOf(edge) !== bucket || bucketOf(edge * (1 - 2 ** -53)) !== bucket - 1) expect(bucket).toBe('exact');
    }
  });

  it('hold what is too small, too large, negative or no number at the ends', () => {
    expect([0, -1, 1e-12, Number.NaN].map(bucketOf)).toEqual([0, 0, 0, 0]);
    expect([2 ** 41, Infinity].map(bucketOf)).toEqual([Histogram.buckets - 1, Histogram.buckets - 1]);
  });
});

describe('quantiles', () => {
  const n = 50_000;
  const draws = {
    exponential: exponential(stream(1, 0, 'h1'), 0.02),
    lognormal: lognormal(stream(1, 0, 'h2'), 900, 1.5),
    hyperexponential: hyperexponential(stream(1, 0, 'h3'), 1e-4, 3),
  };
  it.each(Object.entries(draws))('of %s samples are within 1 %% of the sorted sample’s', (_, draw) => {
    const values = Array.from({ length: n }, draw);
    const histogram = of(values);
    values.sort((a, b) => a - b);
    for (const p of [0.001, 0.01, 0.1, 0.5, 0.9, 0.95, 0.99, 0.999]) {
      const exact = values[Math.ceil(p * n) - 1]!;
      // Where the sample is sparse, the next values bound what a quantile may be.
      const [low, high] = [values[Math.ceil(p * n) - 2]!, values[Math.ceil(p * n)]!];
      expect(histogram.quantile(p)).toBeGreaterThan(Math.min(exact * 0.99, low));
      expect(histogram.quantile(p)).toBeLessThan(Math.max(exact * 1.01, high));
    }
    expect(histogram.mean).toBeCloseTo(values.reduce((a, b) => a + b) / n, 9);
  });

  it('lie between the extremes, rise with p, and end at the extremes', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(positive, fc.constant(0)), { minLength: 1, maxLength: 50 }), (values) => {
        const histogram = of(values);
        const quantiles = Array.from({ length: 101 }, (_, i) => histogram.quantile(i / 100));
        const [low, high] = [Math.min(...values), Math.max(...values)];
        for (const [i, q] of quantiles.entries()) {
          expect(q).toBeGreaterThanOrEqual(i === 0 ? low : quantiles[i - 1]!);
          expect(q).toBeLessThanOrEqual(high);
        }
        expect(quantiles[100]).toBe(high);
      }),
      { numRuns: 100 },
    );
  });

  it('are exact when all values are the same, and not a number when there are none', () => {
    const histogram = new Histogram();
    expect([histogram.quantile(0.5), histogram.mean, histogram.shareWithin(1)]).toEqual([
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ]);
    histogram.addMany(0.1, 7);
    expect([0, 0.5, 1].map((p) => histogram.quantile(p))).toEqual([0.1, 0.1, 0.1]);
  });
});

describe('shareWithin', () => {
  it('is off by no more than what lies in the limit’s bucket, and rises with the limit', () => {
    fc.assert(
      fc.property(
        fc.array(positive, { minLength: 1, maxLength: 60 }),
        fc.array(positive, { minLength: 2, maxLength: 10 }),
        (values, limits) => {
          const histogram = of(values);
          let last = 0;
          for (const limit of limits.sort((a, b) => a - b)) {
            const share = histogram.shareWithin(limit);
            const exact = values.filter((v) => v <= limit).length / values.length;
            const inBucket = histogram.countIn(bucketOf(limit)) / values.length;
            expect(Math.abs(share - exact)).toBeLessThanOrEqual(inBucket + 1e-12);
            expect(share).toBeGreaterThanOrEqual(last - 1e-12);
            last = share;
          }
          expect(histogram.shareWithin(Math.max(...values))).toBe(1);
          expect(histogram.shareWithin(Math.min(...values) * 0.999)).toBe(0);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('addProgression', () => {
  const same = (first: number, step: number, n: number, weight: number): void => {
    const whole = new Histogram();
    whole.addProgression({ first, step }, n, weight);
    const single = new Histogram();
    for (let i = 0; i < n; i++) single.addMany(first + i * step, weight);
    expect(buckets(whole)).toEqual(buckets(single));
    expect(whole.count).toBe(single.count);
    expect([whole.min, whole.max]).toEqual([single.min, single.max]);
    expect(Math.abs(whole.sum - single.sum)).toBeLessThanOrEqual(1e-10 * single.sum);
    expect(Math.abs(whole.sumSquares - single.sumSquares)).toBeLessThanOrEqual(1e-10 * single.sumSquares);
  };

  it('puts every term into the bucket that it belongs to', () => {
    fc.assert(
      fc.property(
        positive,
        fc.double({ min: 0, max: 3, noNaN: true }),
        fc.integer({ min: 1, max: 2000 }),
        fc.integer({ min: 1, max: 300 }),
        (first, relative, n, weight) => {
          same(first, first * relative ** 8, n, weight);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('puts terms on bucket edges where single ones go', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: Histogram.buckets - 400 }),
        fc.integer({ min: 1, max: 64 }),
        fc.integer({ min: 1, max: 500 }),
        (bucket, parts, n) => {
          const first = lowerEdge(bucket);
          same(first, (lowerEdge(bucket + 1) - first) / parts, n, 1);
          same(first, (lowerEdge(bucket + 1) - first) * parts, n, 1);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('handles no terms, one term, no step, steps below the last digit, and a start at zero', () => {
    same(0.5, 0.1, 0, 3);
    same(0.5, 0.1, 1, 3);
    same(0.5, 0, 100, 3);
    same(0.5, 1e-18, 1000, 1);
    same(lowerEdge(5000) * (1 - 2 ** -53), 1e-19 * lowerEdge(5000), 1000, 1);
    same(0, 1e-12, 5000, 1);
  });

  it('costs by the buckets and not by the terms', () => {
    const histogram = new Histogram();
    histogram.addProgression({ first: 0.01, step: 1e-15 }, 2 ** 40, 2);
    expect(histogram.count).toBe(2 ** 41);
  });
});

describe('merge', () => {
  it('is associative and commutative, and the same as adding to one', () => {
    const many = fc.array(positive, { maxLength: 40 });
    fc.assert(
      fc.property(many, many, many, (a, b, c) => {
        const left = of(a);
        left.merge(of(b));
        left.merge(of(c));
        const right = of(c);
        right.merge(of(a));
        const rest = of(b);
        rest.merge(right);
        const all = of([...a, ...b, ...c]);
        for (const merged of [left, rest]) {
          expect(buckets(merged)).toEqual(buckets(all));
          expect([merged.count, merged.min, merged.max]).toEqual([all.count, all.min, all.max]);
          expect(Math.abs(merged.sum - all.sum)).toBeLessThanOrEqual(1e-12 * all.sum);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('weighs strata', () => {
    const merged = of([1, 1]);
    merged.merge(of([2, 2]), 3);
    expect([merged.count, merged.mean, merged.quantile(0.2), merged.quantile(0.9) > 1.98]).toEqual([
      8,
      1.75,
      merged.quantile(0.2),
      true,
    ]);
    expect(merged.shareWithin(1.5)).toBe(0.25);
  });

  it('is undone by clear', () => {
    const histogram = of([1, 2, 3]);
    histogram.clear();
    histogram.add(5);
    expect(buckets(histogram)).toEqual(buckets(of([5])));
    expect([histogram.count, histogram.sum, histogram.min, histogram.max]).toEqual([1, 5, 5, 5]);
  });
});
