import { describe, expect, it } from 'vitest';
import { stream } from '../../src/kernel/random.js';
import {
  categorical,
  constant,
  type Draw,
  erlang,
  exponential,
  fillWith,
  fittedHyperexponential,
  gamma,
  hyperexponential,
  inBlocks,
  lognormal,
  lognormalOf,
  standardNormal,
  weibull,
} from '../../src/kernel/variates.js';
import { exponentialCdf, gammaCdf, ksDistance, normalCdf } from './distributions.js';

const uniform = (name: string) => stream(2027, 0, name);
const take = (draw: Draw, n: number): number[] => Array.from({ length: n }, draw);
const mean = (xs: readonly number[]): number => xs.reduce((a, b) => a + b) / xs.length;
const deviation = (xs: readonly number[]): number => {
  const m = mean(xs);
  return Math.sqrt(mean(xs.map((x) => (x - m) ** 2)));
};

const lognormalCdf = (m: number, cv: number) => (x: number) => {
  const s2 = Math.log1p(cv * cv);
  return normalCdf((Math.log(x) - Math.log(m) + s2 / 2) / Math.sqrt(s2));
};
const hyperexponentialCdf = (m: number, cv: number) => (x: number) => {
  // Balanced means: p/μ1 = (1 − p)/μ2.
  const p = (1 + Math.sqrt((cv * cv - 1) / (cv * cv + 1))) / 2;
  return 1 - p * Math.exp((-2 * p * x) / m) - (1 - p) * Math.exp((-2 * (1 - p) * x) / m);
};
// Γ(1 + 1/k) and Γ(1 + 2/k) are elementary for shapes 2 (1, √π/2) and ½ (2, 24).
const weibullCdf = (shape: number, scale: number) => (x: number) => 1 - Math.exp(-((x / scale) ** shape));

type Case = readonly [name: string, draw: (name: string) => Draw, cdf: (x: number) => number, mean: number, cv: number];
const CASES: readonly Case[] = [
  ['exponential', (n) => exponential(uniform(n), 3), exponentialCdf(3), 3, 1],
  ['lognormal, narrow', (n) => lognormal(uniform(n), 900, 0.3), lognormalCdf(900, 0.3), 900, 0.3],
  ['lognormal, wide', (n) => lognormal(uniform(n), 900, 1.2), lognormalCdf(900, 1.2), 900, 1.2],
  ['gamma of shape ½', (n) => gamma(uniform(n), 4, Math.SQRT2), gammaCdf(0.5, 8), 4, Math.SQRT2],
  ['gamma of shape 1', (n) => gamma(uniform(n), 4, 1), exponentialCdf(4), 4, 1],
  ['gamma of shape 4', (n) => gamma(uniform(n), 4, 0.5), gammaCdf(4, 1), 4, 0.5],
  ['gamma of shape 2½', (n) => gamma(uniform(n), 5, Math.sqrt(0.4)), gammaCdf(2.5, 2), 5, Math.sqrt(0.4)],
  ['erlang of 3 phases', (n) => erlang(uniform(n), 6, 3), gammaCdf(3, 2), 6, Math.sqrt(1 / 3)],
  ['hyperexponential', (n) => hyperexponential(uniform(n), 2, 2), hyperexponentialCdf(2, 2), 2, 2],
  ['hyperexponential of cv 1', (n) => hyperexponential(uniform(n), 2, 1), exponentialCdf(2), 2, 1],
  [
    'weibull of shape 2',
    (n) => weibull(uniform(n), 1, Math.sqrt(4 / Math.PI - 1)),
    weibullCdf(2, 2 / Math.sqrt(Math.PI)),
    1,
    Math.sqrt(4 / Math.PI - 1),
  ],
  ['weibull of shape ½', (n) => weibull(uniform(n), 10, Math.sqrt(5)), weibullCdf(0.5, 5), 10, Math.sqrt(5)],
  ['weibull of shape 1', (n) => weibull(uniform(n), 10, 1), exponentialCdf(10), 10, 1],
];

describe('variates', () => {
  it.each(CASES)('%s follows its distribution function', (name, draw, cdf) => {
    expect(ksDistance(take(draw(name), 20_000), cdf)).toBeLessThan(1.95);
  });

  it.each(CASES)('%s has its mean and coefficient of variation', (name, draw, _, m, cv) => {
    const n = 100_000;
    const xs = take(draw(`moments ${name}`), n);
    expect(Math.abs(mean(xs) / m - 1)).toBeLessThan((4 * cv) / Math.sqrt(n));
    // The fourth moment of the heaviest tails (lognormal 1.2, Weibull ½) makes their deviation uncertain by some percent.
    expect(Math.abs(deviation(xs) / mean(xs) / cv - 1)).toBeLessThan(cv > 1.1 ? 0.12 : 0.02);
  });

  it('a standard normal is normal, and its draws are not correlated', () => {
    const xs = take(standardNormal(uniform('normal')), 50_000);
    expect(ksDistance(xs, normalCdf)).toBeLessThan(1.95);
    expect(Math.abs(mean(xs.slice(1).map((x, i) => x * xs[i]!)))).toBeLessThan(4 / Math.sqrt(50_000));
  });

  it('lognormalOf has the median exp(mu)', () => {
    const xs = take(lognormalOf(uniform('median'), Math.log(50), 0.7), 20_001).sort((a, b) => a - b);
    expect(Math.abs(xs[10_000]! / 50 - 1)).toBeLessThan(0.025);
  });

  it('has no spread at a coefficient of variation of 0', () => {
    for (const make of [lognormal, gamma, weibull]) expect(take(make(uniform('flat'), 5, 0), 3)).toEqual([5, 5, 5]);
    expect(constant(5)()).toBe(5);
  });

  it('gives finite values at the ends of the uniform range and for many phases', () => {
    for (const u of [0, 1 - 2 ** -53]) {
      expect(exponential(() => u, 2)()).toBeLessThan(100);
      expect(erlang(() => u, 2, 3)()).toBeLessThan(100);
      expect(Number.isFinite(hyperexponential(() => u, 2, 3)())).toBe(true);
      expect(Number.isFinite(weibull(() => u, 2, 3)())).toBe(true);
    }
    // e^−5000 is no double: the product of so many uniforms must not be taken at once.
    expect(mean(take(erlang(uniform('phases'), 7, 5000), 200)) / 7).toBeCloseTo(1, 2);
  });

  it('refuses a hyperexponential below a coefficient of variation of 1, and balances its phases above', () => {
    expect(() => hyperexponential(uniform('h'), 1, 0.9)).toThrow(RangeError);
    const { p1, mean1, mean2 } = fittedHyperexponential(2, 3);
    expect(p1 * mean1).toBeCloseTo((1 - p1) * mean2, 12);
    expect(p1 * mean1 + (1 - p1) * mean2).toBeCloseTo(2, 12);
    expect(2 * (p1 * mean1 ** 2 + (1 - p1) * mean2 ** 2) - 4).toBeCloseTo(36, 9);
  });

  it.each(CASES)('fills blocks with the numbers that calls give: %s', (name, draw) => {
    // Odd sizes and calls between: the second normal of a pair is not lost.
    const mixed = draw(name);
    const seen: number[] = [];
    for (const size of [5, 1, 0, 32, 7]) {
      const into = new Float64Array(size);
      fillWith(mixed, into);
      seen.push(...into, mixed());
    }
    expect(seen).toEqual(take(draw(name), seen.length));
    expect(take(inBlocks(draw(name)), 100)).toEqual(take(draw(name), 100));
  });

  it('picks indices by their weights and never one of weight 0', () => {
    const pick = categorical(uniform('pick'), [0, 1, 0, 3, 6, 0]);
    const counts: number[] = new Array(6).fill(0);
    for (let i = 0; i < 50_000; i++) counts[pick()]!++;
    expect([counts[0], counts[2], counts[5]]).toEqual([0, 0, 0]);
    for (const [i, p] of [
      [1, 0.1],
      [3, 0.3],
      [4, 0.6],
    ] as const) {
      expect(Math.abs(counts[i]! - 50_000 * p)).toBeLessThan(4 * Math.sqrt(50_000 * p * (1 - p)));
    }
    expect(() => categorical(uniform('none'), [0, 0])).toThrow(RangeError);
  });
});
