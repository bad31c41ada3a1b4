import { describe, expect, it } from 'vitest';
import { stream } from '../../src/kernel/random.js';
import { inBlocks } from '../../src/kernel/variates.js';
import {
  type DistributionSpec,
  drawOf,
  drawTokens,
  type LengthsSpec,
  meanOf,
  meanTokens,
} from '../../src/workload/draws.js';

const N = 50_000;
const sample = (draw: () => number): number[] => Array.from({ length: N }, draw).sort((a, b) => a - b);
const mean = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0) / xs.length;
const cvOf = (xs: readonly number[]): number => {
  const m = mean(xs);
  return Math.sqrt(mean(xs.map((x) => (x / m - 1) ** 2)));
};

describe('drawOf', () => {
  const SPECS: readonly (readonly [DistributionSpec, number])[] = [
    [{ distribution: 'deterministic', mean: 3 }, 0],
    [{ distribution: 'exponential', mean: 3 }, 1],
    [{ distribution: 'lognormal', mean: 3, cv: 0.8 }, 0.8],
    [{ distribution: 'gamma', mean: 3, cv: 0.6 }, 0.6],
    [{ distribution: 'weibull', mean: 3, cv: 0.7 }, 0.7],
    [{ distribution: 'hyperexponential', mean: 3, cv: 1.5 }, 1.5],
    [{ distribution: 'erlang', mean: 3, k: 4 }, 0.5],
    [{ distribution: 'empirical', values: [1, 3, 5] }, Math.sqrt(8 / 3) / 3],
  ];
  it.each(SPECS)('%o has the mean that meanOf says, and its spread', (spec, cv) => {
    const m = meanOf(spec);
    expect(m).toBe(3);
    const xs = sample(drawOf(spec, stream(1, 0, spec.distribution)));
    expect(Math.abs(mean(xs) / m - 1)).toBeLessThan((4 * cv) / Math.sqrt(N) + 1e-12);
    expect(Math.abs(cvOf(xs) - cv)).toBeLessThan(0.03);
  });
});

describe('drawTokens', () => {
  const draw = (spec: LengthsSpec, scale = 1): number[] => sample(drawTokens(spec, stream(1, 0, spec.kind), scale));

  it('gives whole numbers of at least one', () => {
    for (const spec of [
      { kind: 'lognormal', mean: 1.2, cv: 3 },
      { kind: 'constant', tokens: 0 },
      { kind: 'histogram', values: [0.4, 2.6], weights: [1, 1] },
      { kind: 'quantiles', p50: 1, p99: 20 },
    ] as const) {
      const xs = draw(spec);
      expect(xs[0]).toBeGreaterThanOrEqual(1);
      expect(xs.every(Number.isInteger)).toBe(true);
    }
  });

  it('meets both quantiles that were asked for', () => {
    const xs = draw({ kind: 'quantiles', p50: 300, p99: 4000 });
    expect(Math.abs(xs[N / 2]! / 300 - 1)).toBeLessThan(0.03);
    expect(Math.abs(xs[0.99 * N]! / 4000 - 1)).toBeLessThan(0.06);
  });

  it('covers a uniform range evenly, both ends included', () => {
    const xs = draw({ kind: 'uniform', min: 8, max: 10 });
    for (const value of [8, 9, 10])
      expect(Math.abs(xs.filter((x) => x === value).length / N - 1 / 3)).toBeLessThan(0.01);
  });

  it('draws a histogram by its weights', () => {
    const xs = draw({ kind: 'histogram', values: [10, 100], weights: [3, 1] });
    expect(Math.abs(xs.filter((x) => x === 100).length / N - 0.25)).toBeLessThan(0.01);
  });

  it('draws the same numbers one at a time and in blocks', () => {
    const of = () => drawTokens({ kind: 'lognormal', mean: 900, cv: 1.2 }, stream(3, 0, 'blocks'), 1.3);
    const one = of();
    const many = inBlocks(of());
    expect(Array.from({ length: 100 }, many)).toEqual(Array.from({ length: 100 }, one));
  });

  it.each([
    { kind: 'constant', tokens: 900 },
    { kind: 'lognormal', mean: 900, cv: 1.2 },
    { kind: 'quantiles', p50: 900, p99: 4000 },
    { kind: 'uniform', min: 100, max: 1700 },
    { kind: 'histogram', values: [100, 500, 3000], weights: [1, 2, 1] },
  ] as const)('of %o has the mean that meanTokens says, times the growth', (spec) => {
    expect(Math.abs(mean(draw(spec)) / meanTokens(spec) - 1)).toBeLessThan(0.025);
    expect(Math.abs(mean(draw(spec, 1.7)) / (1.7 * meanTokens(spec)) - 1)).toBeLessThan(0.025);
  });
});
