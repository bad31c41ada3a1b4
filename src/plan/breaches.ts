/** When something breaks: the probability that a limit is passed, period by period, and the dates at which it has gathered. */
import { addMonths, between } from '../simulate/calendarMonths.js';
import type { Breach } from './results.js';

/** A limit followed over the periods; `probability[i]` that it is broken in period i. */
export interface Watched {
  readonly what: string;
  readonly limit: string;
  readonly probability: readonly number[];
}

/**
 * Turns per-period probabilities into a breach. A system that has broken once is not thought to heal by itself, so the probability that
 * it has broken by a period is the largest so far; dates lie between the starts of periods in proportion.
 *
 * @returns `null` when the limit never comes into danger (below 1 %)
 */
export function breachOf(watched: Watched, starts: readonly string[]): Breach | null {
  const broken: number[] = [];
  let most = 0;
  for (const p of watched.probability) broken.push((most = Math.max(most, p)));
  if (most < 0.01) return null;
  const dateOf = (share: number): string | null => {
    const i = broken.findIndex((p) => p >= share);
    if (i < 0) return null;
    if (i === 0) return starts[0]!;
    const before = broken[i - 1]!;
    const here = broken[i]!;
    return between(starts[i - 1]!, starts[i]!, here > before ? (share - before) / (here - before) : 1);
  };
  return {
    what: watched.what,
    limit: watched.limit,
    probability: most,
    date: { p10: dateOf(0.1), p50: dateOf(0.5), p90: dateOf(0.9) },
  };
}

/** The first days of `count` periods of a month each. */
export function periodStarts(start: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => addMonths(start, i));
}
