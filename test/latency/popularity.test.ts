import { describe, expect, it } from 'vitest';
import { stream } from '../../src/kernel/random.js';
import { expectedDistinct, lruHitRate, zipf } from '../../src/latency/popularity.js';

/** The law itself, thing by thing. */
const weights = (count: number, exponent: number): number[] => {
  const raw = Array.from({ length: count }, (_, i) => (i + 1) ** -exponent);
  const all = raw.reduce((sum, each) => sum + each, 0);
  return raw.map((each) => each / all);
};

describe('popularity', () => {
  it('sums to one over all members, in classes that say nearly the same as one for each', () => {
    for (const [count, exponent] of [
      [1, 1],
      [50, 0],
      [200, 1],
      [10_000, 0.8],
    ] as const) {
      const classes = zipf(count, exponent);
      expect(classes.reduce((sum, { members }) => sum + members, 0)).toBe(count);
      expect(classes.reduce((sum, { probability, members }) => sum + probability * members, 0)).toBeCloseTo(1, 12);
      const own = weights(count, exponent);
      for (const draws of [1, 7, 64, 1000]) {
        const exact = own.reduce((sum, p) => sum + 1 - (1 - p) ** draws, 0);
        expect(expectedDistinct(classes, draws) / exact).toBeCloseTo(1, 3);
      }
    }
  });

  it('has n·(1 − (1 − 1/n)^k) different ones among k of n that are alike', () => {
    expect(expectedDistinct(zipf(20, 0), 10)).toBeCloseTo(20 * (1 - 0.95 ** 10), 10);
    expect(expectedDistinct(zipf(20, 0), 1)).toBeCloseTo(1, 12);
  });

  it('hits all where all have places, and places/n where all are alike', () => {
    expect(lruHitRate(zipf(40, 1), 40)).toBe(1);
    expect(lruHitRate(zipf(100, 0), 25)).toBeCloseTo(0.25, 9);
  });

  it.each([
    [200, 1, 40],
    [200, 1, 8],
    [1000, 0.7, 100],
    [30, 1.5, 5],
  ])('of %i by exponent %f finds %i places as a simulated LRU does', (count, exponent, places) => {
    const cumulated: number[] = [];
    let below = 0;
    for (const weight of weights(count, exponent)) cumulated.push((below += weight));
    const uniform = stream(3, 0, 'adapters');
    // Insertion order of a Set is the order of last use.
    const loaded = new Set<number>();
    const draws = 200_000;
    let hits = 0;
    for (let i = 0; i < draws; i++) {
      const u = uniform();
      let low = 0;
      for (let high = count - 1; low < high; ) {
        const middle = (low + high) >> 1;
        if (u < cumulated[middle]!) high = middle;
        else low = middle + 1;
      }
      if (loaded.delete(low)) hits++;
      else if (loaded.size === places) loaded.delete(loaded.values().next().value!);
      loaded.add(low);
    }
    expect(Math.abs(hits / draws - lruHitRate(zipf(count, exponent), places))).toBeLessThan(0.01);
  });
});
