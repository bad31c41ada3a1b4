/** From a tool's summary of a quantity to the rows of a measurement table. */
import { numberOf } from './access.js';
import type { Metrics } from './types.js';

/** Statistics that tables have rows for. */
const kept = ['mean', 'p50', 'p90', 'p95', 'p99'] as const;

export type Summary = Readonly<Partial<Record<(typeof kept)[number], unknown>>>;

/**
 * Rows `NAME_mean_ms`, `NAME_p99_ms` … of a summary.
 *
 * @param toMs milliseconds in the summary's unit: 1 or 1000
 */
export const statisticsMs = (name: 'ttft' | 'tpot' | 'itl' | 'e2e', summary: Summary, toMs: number): Metrics =>
  measured(
    Object.fromEntries(
      kept.map((statistic) => {
        const value = numberOf(summary[statistic]);
        return [`${name}_${statistic}_ms`, value === undefined ? undefined : value * toMs];
      }),
    ),
  );

/** Values that were measured: finite and above 0. A time of 0 stands for "not streamed" in every tool. */
export const measured = (values: Readonly<Record<string, number | undefined>>): Metrics =>
  Object.fromEntries(
    Object.entries(values).filter(
      (entry): entry is [string, number] => entry[1] !== undefined && Number.isFinite(entry[1]) && entry[1] > 0,
    ),
  );

/** Mean and quantiles of a list, interpolated between order statistics as numpy does by default. */
export const summaryOf = (values: readonly number[]): Summary => {
  if (values.length === 0) return {};
  const sorted = Float64Array.from(values).sort();
  const quantile = (p: number): number => {
    const place = p * (sorted.length - 1);
    const low = Math.floor(place);
    const high = Math.min(low + 1, sorted.length - 1);
    return sorted[low]! + (place - low) * (sorted[high]! - sorted[low]!);
  };
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, p50: quantile(0.5), p90: quantile(0.9), p95: quantile(0.95), p99: quantile(0.99) };
};
