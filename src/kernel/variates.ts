/** Random variates from a uniform stream: functions that draw, with mean (and coefficient of variation) as parameters. */
import type { Uniform } from './random.js';
import { logGamma } from './specialFunctions.js';

/** Draws one number at a time or, where it has `fill`, many. */
export interface Draw {
  (): number;
  /**
   * Draws as many numbers as `into` has places, the same that so many calls give: a loop for each step of the way from a uniform number to
   * what is asked for, where a call goes through all of them, too deep to be inlined. Not shared between distributions, since a loop is
   * compiled for what it calls.
   */
  readonly fill?: (into: Float64Array) => void;
}

/** Numbers made at a time by `inBlocks`. */
const BLOCK = 32;

/**
 * The same numbers, made a block at a time: all that is left to do for one of them is to take it, so that a hot loop inlines it whatever
 * the distribution. Nobody else may draw from the same stream, and values that depend on when they are drawn are not for it.
 */
export function inBlocks(draw: Draw): Draw {
  const block = new Float64Array(BLOCK);
  let at = BLOCK;
  return () => {
    if (at === BLOCK) {
      fillWith(draw, block);
      at = 0;
    }
    return block[at++]!;
  };
}

/** Draws as many numbers as `into` has places. */
export function fillWith(draw: Draw, into: Float64Array): void {
  if (draw.fill !== undefined) draw.fill(into);
  else for (let i = 0; i < into.length; i++) into[i] = draw();
}

export function constant(mean: number): Draw {
  return () => mean;
}

export function exponential(uniform: Uniform, mean: number): Draw {
  const draw = (): number => -Math.log1p(-uniform()) * mean;
  const fill = (into: Float64Array): void => {
    for (let i = 0; i < into.length; i++) into[i] = draw();
  };
  return Object.assign(draw, { fill });
}

/** Standard normal by Marsaglia's polar method; the second value of each pair is kept. */
export function standardNormal(uniform: Uniform): Draw {
  // Typed: a fraction in a plain variable of a closure is an object, and a new one each time (see `Clock`).
  const spare = new Float64Array(1);
  let hasSpare = false;
  const draw = (): number => {
    if (hasSpare) {
      hasSpare = false;
      return spare[0]!;
    }
    let u: number;
    let v: number;
    let s: number;
    do {
      u = 2 * uniform() - 1;
      v = 2 * uniform() - 1;
      s = u * u + v * v;
    } while (s >= 1 || s === 0);
    const scale = Math.sqrt((-2 * Math.log(s)) / s);
    spare[0] = v * scale;
    hasSpare = true;
    return u * scale;
  };
  const fill = (into: Float64Array): void => {
    for (let i = 0; i < into.length; i++) into[i] = draw();
  };
  return Object.assign(draw, { fill });
}

/** Lognormal with the given mean and coefficient of variation. */
export function lognormal(uniform: Uniform, mean: number, cv: number): Draw {
  if (cv === 0) return constant(mean);
  const sigma2 = Math.log1p(cv * cv);
  return lognormalOf(uniform, Math.log(mean) - sigma2 / 2, Math.sqrt(sigma2));
}

/** exp(mu + sigma·N(0,1)). */
export function lognormalOf(uniform: Uniform, mu: number, sigma: number): Draw {
  const normal = standardNormal(uniform);
  const fill = (into: Float64Array): void => {
    fillWith(normal, into);
    for (let i = 0; i < into.length; i++) into[i] = Math.exp(mu + sigma * into[i]!);
  };
  return Object.assign(() => Math.exp(mu + sigma * normal()), { fill });
}

/** Gamma with the given mean and coefficient of variation: Marsaglia & Tsang (2000), boosted for shapes below one. */
export function gamma(uniform: Uniform, mean: number, cv: number): Draw {
  if (cv === 0) return constant(mean);
  const shape = 1 / (cv * cv);
  const scale = mean / shape;
  const normal = standardNormal(uniform);
  const d = (shape < 1 ? shape + 1 : shape) - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  return () => {
    for (;;) {
      const x = normal();
      const t = 1 + c * x;
      if (t <= 0) continue;
      const v = t * t * t;
      const u = uniform();
      if (Math.log(u) < 0.5 * x * x + d - d * v + d * Math.log(v)) {
        const boost = shape < 1 ? (1 - uniform()) ** (1 / shape) : 1;
        return d * v * boost * scale;
      }
    }
  };
}

/** Erlang-k with the given mean: the sum of k exponentials. */
export function erlang(uniform: Uniform, mean: number, k: number): Draw {
  return () => {
    let product = 1;
    let log = 0;
    for (let i = 0; i < k; i++) {
      product *= 1 - uniform();
      // Many phases multiply to less than a double can hold.
      if (product < 1e-250) {
        log += Math.log(product);
        product = 1;
      }
    }
    return (-(log + Math.log(product)) * mean) / k;
  };
}

/** Two-phase hyperexponential with balanced means; `cv` of at least one. */
export function hyperexponential(uniform: Uniform, mean: number, cv: number): Draw {
  const { p1, mean1, mean2 } = fittedHyperexponential(mean, cv);
  return () => -Math.log1p(-uniform()) * (uniform() < p1 ? mean1 : mean2);
}

/** Its phases: the first, with mean `mean1`, is taken with probability `p1`, and p1·mean1 = p2·mean2. */
export function fittedHyperexponential(mean: number, cv: number): { p1: number; mean1: number; mean2: number } {
  const scv = cv * cv;
  if (!(scv >= 1)) throw new RangeError(`hyperexponential needs cv >= 1, got ${cv}`);
  const p1 = 0.5 * (1 + Math.sqrt((scv - 1) / (scv + 1)));
  return { p1, mean1: mean / (2 * p1), mean2: mean / (2 * (1 - p1)) };
}

/** Weibull with the given mean and coefficient of variation; its shape solves Γ(1+2/k)/Γ(1+1/k)² = 1 + cv² by bisection. */
export function weibull(uniform: Uniform, mean: number, cv: number): Draw {
  if (cv === 0) return constant(mean);
  let low = 0.05;
  let high = 200;
  for (let i = 0; i < 200; i++) {
    const k = Math.sqrt(low * high);
    const scv = Math.exp(logGamma(1 + 2 / k) - 2 * logGamma(1 + 1 / k)) - 1;
    if (scv > cv * cv) low = k;
    else high = k;
  }
  const shape = Math.sqrt(low * high);
  const scale = mean / Math.exp(logGamma(1 + 1 / shape));
  return () => scale * (-Math.log1p(-uniform())) ** (1 / shape);
}

/** Picks an index with probability proportional to its weight (binary search in the cumulative weights). */
export function categorical(uniform: Uniform, weights: readonly number[]): Draw {
  const cumulative = new Float64Array(weights.length);
  let total = 0;
  for (let i = 0; i < weights.length; i++) cumulative[i] = total += weights[i]!;
  if (!(total > 0)) throw new RangeError('weights must have a positive sum');
  return () => {
    const target = uniform() * total;
    let low = 0;
    let high = cumulative.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (cumulative[middle]! > target) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}
