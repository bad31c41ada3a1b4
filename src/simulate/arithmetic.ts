/** Sums and ratios in fixed order, so that equal runs give equal bytes. */

export function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

export function mean(values: readonly number[]): number {
  return values.length > 0 ? sum(values) / values.length : 0;
}

/** part / whole, 0 for an empty whole. */
export function ratio(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}

/** The mean of each count, key by key. */
export function meanOfEach<Counts extends object>(
  counts: readonly (Counts & Readonly<Record<keyof Counts, number>>)[],
): Counts {
  const keys = Object.keys(counts[0]!) as (keyof Counts)[];
  return Object.fromEntries(keys.map((key) => [key, mean(counts.map((each) => each[key]))])) as Counts;
}
