import { describe, expect, it } from 'vitest';
import { interval95, sectioned95, studentInterval, studentQuantile } from '../../src/kernel/intervals.js';
import { stream } from '../../src/kernel/random.js';
import { logGamma } from '../../src/kernel/specialFunctions.js';
import { exponential, standardNormal } from '../../src/kernel/variates.js';

/** Student's t by p and degrees of freedom, from standard tables with more digits (R 4: qt(p, df)). */
const TABLE = [
  [0.95, 1, 6.313751514675],
  [0.975, 1, 12.706204736175],
  [0.995, 1, 63.656741162872],
  [0.95, 2, 2.919985580354],
  [0.975, 2, 4.30265272991],
  [0.975, 3, 3.182446305284],
  [0.9, 4, 1.533206274059],
  [0.975, 4, 2.776445105198],
  [0.95, 5, 2.015048373333],
  [0.995, 9, 3.249835541592],
  [0.975, 10, 2.228138851965],
  [0.975, 30, 2.042272456301],
  [0.975, 100, 1.983971518449],
  [0.975, 1000, 1.962339080802],
] as const;

describe('studentQuantile', () => {
  it.each(TABLE)('of %d with %d degrees of freedom is %d', (p, df, t) => {
    expect(Math.abs(studentQuantile(p, df) - t)).toBeLessThan(1e-9);
  });

  it('has elementary forms at 1 and 2 degrees of freedom', () => {
    for (const p of [0.55, 0.6, 0.75, 0.9, 0.99, 0.9995]) {
      expect(studentQuantile(p, 1) / Math.tan(Math.PI * (p - 0.5))).toBeCloseTo(1, 9);
      expect(studentQuantile(p, 2) / ((2 * p - 1) * Math.sqrt(2 / (4 * p * (1 - p))))).toBeCloseTo(1, 9);
    }
  });
});

describe('intervals', () => {
  it('of few estimates are those computed by hand', () => {
    // Mean 4, deviation 2, t(0.975, 2) = 4.3027: half width 4.3027·2/√3.
    const [low, high] = interval95([2, 4, 6])!;
    expect(low).toBeCloseTo(4 - (4.30265272991 * 2) / Math.sqrt(3), 9);
    expect(high).toBeCloseTo(4 + (4.30265272991 * 2) / Math.sqrt(3), 9);
    expect(studentInterval([2, 4, 6], 0.9)![1]).toBeCloseTo(4 + (2.919985580354 * 2) / Math.sqrt(3), 9);
    expect(sectioned95(5, [2, 4, 6])![1]).toBeCloseTo(5 + 4.30265272991 * Math.sqrt(11 / 2 / 3), 9);
    expect(interval95([3, 3, 3])).toEqual([3, 3]);
  });

  it('do not exist for fewer than two estimates or a missing one', () => {
    expect([interval95([]), interval95([1]), interval95([1, Number.NaN]), interval95([1, Infinity])]).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect([sectioned95(1, [1]), sectioned95(Number.NaN, [1, 2]), sectioned95(1, [1, Number.NaN])]).toEqual([
      null,
      null,
      null,
    ]);
  });

  it.each([2, 5, 20])('of %d normal estimates contain the mean in 95 percent of experiments', (n) => {
    const normal = standardNormal(stream(1, 0, `coverage ${n}`));
    const runs = 4000;
    let inside = 0;
    for (let i = 0; i < runs; i++) {
      const [low, high] = interval95(Array.from({ length: n }, () => 7 + 3 * normal()))!;
      if (low <= 7 && 7 <= high) inside++;
    }
    expect(inside / runs).toBeGreaterThan(0.94);
    expect(inside / runs).toBeLessThan(0.96);
  });

  it('of means of fifty exponentials contain the mean in nearly 95 percent of experiments', () => {
    const draw = exponential(stream(1, 0, 'exponential coverage'), 2);
    const meanOf50 = () => Array.from({ length: 50 }, draw).reduce((a, b) => a + b) / 50;
    let inside = 0;
    for (let i = 0; i < 2000; i++) {
      const [low, high] = interval95(Array.from({ length: 5 }, meanOf50))!;
      if (low <= 2 && 2 <= high) inside++;
    }
    expect(inside / 2000).toBeGreaterThan(0.93);
    expect(inside / 2000).toBeLessThan(0.97);
  });
});

describe('logGamma', () => {
  it('is ln (n − 1)! and has its known values at halves', () => {
    let factorial = 1;
    for (let n = 1; n <= 20; n++) {
      expect(Math.abs(logGamma(n) - Math.log(factorial))).toBeLessThan(1e-13 * Math.max(1, Math.log(factorial)));
      factorial *= n;
    }
    expect(Math.abs(logGamma(0.5) - Math.log(Math.PI) / 2)).toBeLessThan(1e-13);
    expect(Math.abs(logGamma(0.01) - 4.599479878042021)).toBeLessThan(1e-12);
    expect(Math.abs(logGamma(171.5) / 709.1426 - 1)).toBeLessThan(1e-5);
  });
});
