import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stream } from '../../src/kernel/random.js';
import { standardNormal } from '../../src/kernel/variates.js';
import { warmupLength } from '../../src/kernel/warmup.js';

/** MSER-5 as it is defined: for each cut the standard error of the rest, from scratch; the smallest cut of equals. */
function slowWarmup(series: readonly number[]): number {
  const groups = Math.floor(series.length / 5);
  if (groups < 4) return 0;
  const means = Array.from({ length: groups }, (_, g) => series.slice(5 * g, 5 * g + 5).reduce((a, b) => a + b) / 5);
  let best = 0;
  let least = Infinity;
  for (let cut = 0; cut <= groups / 2; cut++) {
    const rest = means.slice(cut);
    const mean = rest.reduce((a, b) => a + b) / rest.length;
    const error = rest.reduce((sum, x) => sum + (x - mean) ** 2, 0) / rest.length ** 2;
    if (error < least) [least, best] = [error, cut];
  }
  return best * 5;
}

const noise = (name: string, n: number, of: (i: number) => number): number[] => {
  const normal = standardNormal(stream(1, 0, name));
  return Array.from({ length: n }, (_, i) => of(i) + normal());
};

describe('warmupLength', () => {
  it('finds where an exponential transient has died away', () => {
    const dropped = warmupLength(noise('transient', 2000, (i) => 50 * Math.exp(-i / 60)));
    // The transient is down to one standard deviation at 60·ln 50 = 235, to a tenth at 373.
    expect(dropped).toBeGreaterThan(180);
    expect(dropped).toBeLessThan(450);
  });

  it('drops a step at its place', () => {
    const dropped = warmupLength(noise('step', 1000, (i) => (i < 200 ? 0 : 30)));
    expect(dropped).toBe(200);
  });

  it('drops little of a series that is stationary from the start', () => {
    const dropped = Array.from({ length: 40 }, (_, k) => warmupLength(noise(`flat ${k}`, 1000, () => 10)));
    const sorted = dropped.sort((a, b) => a - b);
    expect(sorted[20]).toBeLessThan(150);
    expect(Math.max(...dropped)).toBeLessThanOrEqual(500);
  });

  it('never drops more than half, nothing of a short series, nothing of a constant one', () => {
    expect(warmupLength(Array.from({ length: 1000 }, (_, i) => i))).toBeLessThanOrEqual(500);
    expect(warmupLength([9, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1])).toBe(0);
    expect(warmupLength([])).toBe(0);
    expect(warmupLength(new Array(100).fill(4))).toBe(0);
  });

  it('minimises what MSER-5 minimises', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 50 }), { minLength: 20, maxLength: 200 }), (values) => {
        // Distinct values keep ties out of it.
        const series = values.map((v, i) => v + Math.sin(i * 1.7) * 0.31);
        expect(warmupLength(series)).toBe(slowWarmup(series));
      }),
    );
  });

  it('is not fooled by a large offset', () => {
    const series = noise('offset', 1000, (i) => (i < 150 ? 40 : 0));
    expect(warmupLength(series.map((x) => x + 1e9))).toBe(warmupLength(series));
  });
});
