/**
 * Warm-up by MSER-5 (White 1997; White, Cobb & Spratt 2000): group the series in fives and drop the prefix whose removal minimises the
 * standard error of the mean of what remains, looking at the first half only.
 *
 * @returns the number of leading observations to drop (a multiple of 5); 0 for series shorter than 20.
 */
export function warmupLength(series: ArrayLike<number>): number {
  const groups = Math.floor(series.length / 5);
  if (groups < 4) return 0;
  const means = new Float64Array(groups);
  for (let g = 0; g < groups; g++) {
    let sum = 0;
    for (let i = 0; i < 5; i++) sum += series[g * 5 + i]!;
    means[g] = sum / 5;
  }
  // One backward pass gives the variance of every tail (Welford 1962: no cancellation when the mean is large).
  let mean = 0;
  let squares = 0;
  let best = 0;
  let bestError = Infinity;
  for (let cut = groups - 1; cut >= 0; cut--) {
    const n = groups - cut;
    const off = means[cut]! - mean;
    mean += off / n;
    squares += off * (means[cut]! - mean);
    if (cut > groups / 2) continue;
    const error = squares / (n * n);
    if (error <= bestError) {
      bestError = error;
      best = cut;
    }
  }
  return best * 5;
}
