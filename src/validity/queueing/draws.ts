import type { Uniform } from '../../kernel/random.js';
import { constant, type Draw, erlang, exponential, gamma, hyperexponential } from '../../kernel/variates.js';

/**
 * A draw with the given mean and squared coefficient of variation, by the references' convention: deterministic (0), Erlang-k (1/k),
 * exponential (1), hyperexponential with balanced means (above 1); a gamma for what lies between.
 */
export function drawWith(uniform: Uniform, mean: number, scv: number): Draw {
  if (scv === 0) return constant(mean);
  if (scv === 1) return exponential(uniform, mean);
  if (scv > 1) return hyperexponential(uniform, mean, Math.sqrt(scv));
  const phases = Math.round(1 / scv);
  return Math.abs(phases * scv - 1) < 1e-9 ? erlang(uniform, mean, phases) : gamma(uniform, mean, Math.sqrt(scv));
}

/** With probability `p1` exponential at `rate1`, otherwise at `rate2`. */
export function mixedExponential(uniform: Uniform, p1: number, rate1: number, rate2: number): Draw {
  return () => -Math.log1p(-uniform()) / (uniform() < p1 ? rate1 : rate2);
}
