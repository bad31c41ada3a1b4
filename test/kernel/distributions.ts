/** Closed-form distribution functions, and the Kolmogorov–Smirnov distance of a sample to one. */

/** sup |F_n − F| · √n; under F it exceeds 1.95 once in a thousand times. */
export function ksDistance(sample: readonly number[], cdf: (x: number) => number): number {
  const sorted = [...sample].sort((a, b) => a - b);
  const n = sorted.length;
  let most = 0;
  sorted.forEach((x, i) => {
    const f = cdf(x);
    most = Math.max(most, Math.abs(f - i / n), Math.abs((i + 1) / n - f));
  });
  return most * Math.sqrt(n);
}

export const exponentialCdf = (mean: number) => (x: number) => 1 - Math.exp(-x / mean);

/** Standard normal by the series Φ(x) = ½ + φ(x)·Σ x^(2k+1)/(1·3·…·(2k+1)). */
export function normalCdf(x: number): number {
  if (x < -8) return 0;
  if (x > 8) return 1;
  let term = x;
  let sum = x;
  for (let k = 1; Math.abs(term) > 1e-17; k++) {
    term *= (x * x) / (2 * k + 1);
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
}

/** The regularised lower incomplete gamma function of a half-integer or whole shape, by its recurrence from shape ½ or 1. */
export function gammaCdf(shape: number, scale: number) {
  return (x: number): number => {
    const y = x / scale;
    const isWhole = Number.isInteger(shape);
    let at = isWhole ? 1 : 0.5;
    let p = isWhole ? 1 - Math.exp(-y) : 2 * normalCdf(Math.sqrt(2 * y)) - 1;
    // P(a + 1, y) = P(a, y) − y^a·e^(−y)/Γ(a + 1); Γ(3/2) = √π/2.
    let gamma = isWhole ? 1 : Math.sqrt(Math.PI) / 2;
    for (; at < shape; at++) {
      p -= (y ** at * Math.exp(-y)) / gamma;
      gamma *= at + 1;
    }
    return p;
  };
}
