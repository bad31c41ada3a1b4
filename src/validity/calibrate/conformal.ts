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
