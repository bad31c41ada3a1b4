/** Confidence intervals from independent (or nearly independent) estimates: replications and batch means. */
import { logGamma } from './specialFunctions.js';

export type ConfidenceInterval = readonly [number, number] | null;

/** The 95 % interval of the mean of independent estimates by Student's t; `null` below two finite estimates. */
export function interval95(estimates: readonly number[]): ConfidenceInterval {
  return studentInterval(estimates, 0.95);
}

/** The two-sided Student interval of the mean at `level`; `null` when fewer than two estimates are given or one is not finite. */
export function studentInterval(estimates: readonly number[], level: number): ConfidenceInterval {
  const n = estimates.length;
  if (n < 2 || !estimates.every(Number.isFinite)) return null;
  let mean = 0;
  for (const value of estimates) mean += value;
  mean /= n;
  let squares = 0;
  for (const value of estimates) squares += (value - mean) ** 2;
  const half = studentQuantile((1 + level) / 2, n - 1) * Math.sqrt(squares / (n - 1) / n);
  return [mean - half, mean + half];
}

/**
 * The 95 % interval of a statistic of a whole run from the same statistic of its sections (Asmussen & Glynn, Stochastic Simulation,
 * §III.5): centred on the whole run's value, as wide as the sections scatter around it. Unlike the mean of the sections it does not
 * inherit their bias, which matters for quantiles and for traces whose load drifts. `null` below two finite sections.
 */
export function sectioned95(whole: number, sections: readonly number[]): ConfidenceInterval {
  const n = sections.length;
  if (n < 2 || !Number.isFinite(whole) || !sections.every(Number.isFinite)) return null;
  let squares = 0;
  for (const value of sections) squares += (value - whole) ** 2;
  const half = studentQuantile(0.975, n - 1) * Math.sqrt(squares / (n - 1) / n);
  return [whole - half, whole + half];
}

/**
 * Quantile of Student's t for `p` in (0.5, 1) and `df` ≥ 1 by bisection on the distribution function, which is computed from the
 * incomplete beta function's continued fraction (Numerical Recipes §6.4 form). Absolute error below 1e-10.
 */
export function studentQuantile(p: number, df: number): number {
  let low = 0;
  let high = 2;
  while (studentCdf(high, df) < p) high *= 2;
  for (let i = 0; i < 200 && high - low > 1e-12 * high; i++) {
    const middle = (low + high) / 2;
    if (studentCdf(middle, df) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function studentCdf(t: number, df: number): number {
  return 1 - 0.5 * incompleteBeta(df / (df + t * t), df / 2, 0.5);
}

function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return x < (a + 1) / (a + b + 2) ? (front * betaFraction(x, a, b)) / a : 1 - (front * betaFraction(1 - x, b, a)) / b;
}

function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  let c = 1;
  let d = 1 - ((a + b) * x) / (a + 1);
  d = 1 / (Math.abs(d) < tiny ? tiny : d);
  let h = d;
  for (let m = 1; m <= 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 + even * d;
    d = 1 / (Math.abs(d) < tiny ? tiny : d);
    c = 1 + even / c;
    if (Math.abs(c) < tiny) c = tiny;
    h *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 + odd * d;
    d = 1 / (Math.abs(d) < tiny ? tiny : d);
    c = 1 + odd / c;
    if (Math.abs(c) < tiny) c = tiny;
    const delta = d * c;
    h *= delta;
    if (Math.abs(delta - 1) < 1e-15) break;
  }
  return h;
}
