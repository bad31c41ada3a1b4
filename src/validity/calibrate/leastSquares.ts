/** Robust non-linear least squares with a ridge towards the start: what calibration is made of. Knows nothing of serving. */

export interface RobustFit {
  /** Standard deviations of the parameters' distance from 0, where the parent is. */
  readonly sigma: readonly number[];
  /** Residuals in units of log error. */
  readonly residuals: (parameters: readonly number[]) => readonly number[];
  /** Derivatives of the residuals, one row a parameter; absent: by differences. */
  readonly slopes?: (parameters: readonly number[], residuals: readonly number[]) => readonly (readonly number[])[];
  /** Weight of each residual; absent: 1. */
  readonly weights?: readonly number[];
  /** Log error of an ordinary measurement: what a residual is weighed against (default 0.15). */
  readonly noise?: number;
  readonly start?: readonly number[];
  readonly iterations?: number;
}

/** Beyond this many times the noise a residual counts by its size and no longer by its square (soft L1). */
const softness = 0.8;
const step = 0.03;
const longestMove = 0.7;

/** Soft L1: 2s²(√(1 + (e/s)²) − 1). */
const soft = (e: number, scale: number): number => 2 * scale * scale * (Math.sqrt(1 + (e / scale) ** 2) - 1);

/**
 * Minimise Σ w·soft(residual)/noise² + Σ (parameter/σ)² by Levenberg–Marquardt with numeric derivatives. Residuals that are not finite
 * count as nothing. Never returns a point with a higher objective than the start.
 */
export const fitRobust = (problem: RobustFit): readonly number[] => {
  const { sigma, residuals, noise = 0.15, iterations = 5 } = problem;
  const scale = softness * noise;
  const count = sigma.length;
  const weightOf = (index: number): number => (problem.weights?.[index] ?? 1) / (noise * noise);
  const objective = (x: readonly number[], errors: readonly number[]): number => {
    let sum = 0;
    errors.forEach((e, index) => {
      if (Number.isFinite(e)) sum += weightOf(index) * soft(e, scale);
    });
    return x.reduce((total, value, index) => total + (value / sigma[index]!) ** 2, sum);
  };
  let x = [...(problem.start ?? sigma.map(() => 0))];
  let errors = residuals(x);
  let best = objective(x, errors);
  let damping = 0.05;
  for (let round = 0; round < iterations; round++) {
    const slopes = problem.slopes?.(x, errors) ?? differences(x, errors, residuals);
    const { normal, gradient } = normalEquations(x, errors, slopes, weightOf, scale, sigma);
    let improved = false;
    for (let attempt = 0; attempt < 4 && !improved; attempt++) {
      const damped = normal.map((row, i) => row.map((value, j) => (i === j ? value * (1 + damping) : value)));
      const move = solveSymmetric(damped, gradient);
      const next = x.map((value, index) => value + Math.max(-longestMove, Math.min(longestMove, move[index]!)));
      const nextErrors = residuals(next);
      const nextBest = objective(next, nextErrors);
      improved = nextBest < best;
      damping = improved ? damping / 4 : damping * 8;
      if (improved) [x, errors, best] = [next, [...nextErrors], nextBest];
    }
    if (!improved || count === 0) break;
  }
  return x;
};

const differences = (
  x: readonly number[],
  errors: readonly number[],
  residuals: RobustFit['residuals'],
): readonly (readonly number[])[] =>
  x.map((_, index) => {
    const moved = residuals(x.map((value, at) => (at === index ? value + step : value)));
    return moved.map((e, at) => (e - errors[at]!) / step);
  });

const normalEquations = (
  x: readonly number[],
  errors: readonly number[],
  slopes: readonly (readonly number[])[],
  weightOf: (index: number) => number,
  scale: number,
  sigma: readonly number[],
): { readonly normal: number[][]; readonly gradient: number[] } => {
  const normal = x.map((_, i) => x.map((__, j) => (i === j ? 1 / sigma[i]! ** 2 : 0)));
  const gradient = x.map((value, i) => -value / sigma[i]! ** 2);
  errors.forEach((e, at) => {
    if (!Number.isFinite(e)) return;
    const weight = weightOf(at) / Math.sqrt(1 + (e / scale) ** 2);
    for (let i = 0; i < x.length; i++) {
      const slope = slopes[i]![at]!;
      if (!Number.isFinite(slope) || slope === 0) continue;
      gradient[i]! -= weight * slope * e;
      for (let j = 0; j < x.length; j++) {
        const other = slopes[j]![at]!;
        if (Number.isFinite(other)) normal[i]![j]! += weight * slope * other;
      }
    }
  });
  return { normal, gradient };
};

/** Solve a symmetric positive definite system by Cholesky's decomposition. */
export const solveSymmetric = (matrix: readonly (readonly number[])[], right: readonly number[]): readonly number[] => {
  const n = right.length;
  const lower = Array.from({ length: n }, () => new Float64Array(n));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i]![j]!;
      for (let k = 0; k < j; k++) sum -= lower[i]![k]! * lower[j]![k]!;
      lower[i]![j] = i === j ? Math.sqrt(Math.max(sum, 1e-300)) : sum / lower[j]![j]!;
    }
  }
  const half = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = right[i]!;
    for (let k = 0; k < i; k++) sum -= lower[i]![k]! * half[k]!;
    half[i] = sum / lower[i]![i]!;
  }
  const solution = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    let sum = half[i]!;
    for (let k = i + 1; k < n; k++) sum -= lower[k]![i]! * solution[k]!;
    solution[i] = sum / lower[i]![i]!;
  }
  return solution;
};
