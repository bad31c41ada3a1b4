/** Factors that contain a share of measured/predicted, from errors of groups that a fit did not see. */

/**
 * The ⌈0.8·(n + 1)⌉-th smallest of the absolute log errors, as a factor: contains 80 % of exchangeable errors (split conformal
 * prediction, Lei et al. 2018). Errors that are not finite do not count.
 *
 * @returns undefined where there are fewer than `least` errors
 */
export const factorOf80 = (logErrors: readonly number[], least = 1): number | undefined => {
  const sizes = logErrors.filter(Number.isFinite).map(Math.abs);
  if (sizes.length < least) return undefined;
  sizes.sort((a, b) => a - b);
  return Math.exp(sizes[Math.min(sizes.length - 1, Math.ceil(0.8 * (sizes.length + 1)) - 1)]!);
};

/** The same for errors that do not count alike: [log error, weight] pairs, at least one of them. */
export const weightedFactorOf80 = (errors: readonly (readonly [logError: number, weight: number])[]): number => {
  const sorted = errors.map(([error, weight]) => [Math.abs(error), weight] as const).sort(([a], [b]) => a - b);
  // The error to come weighs as much as the mean of those seen, and lies beyond them all.
  const total = sorted.reduce((sum, [, weight]) => sum + weight, 0);
  const enough = 0.8 * total * (1 + 1 / sorted.length) * (1 - 1e-12);
  let sum = 0;
  const at = sorted.findIndex(([, weight]) => (sum += weight) >= enough);
  return Math.exp(sorted[at < 0 ? sorted.length - 1 : at]![0]);
};
