import type { Summary } from '../../simulate/result.js';
import { formatMs } from './duration.js';
import { ABSENT, formatCount } from './numbers.js';

export type StatisticName = 'mean' | 'p50' | 'p90' | 'p95' | 'p99' | 'p999' | 'max';

/** The share of samples beyond each quantile; the rest need one sample only. */
const TAIL: Readonly<Partial<Record<StatisticName, number>>> = { p90: 0.1, p95: 0.05, p99: 0.01, p999: 0.001 };

/**
 * A quantile is resolved when at least ten samples are expected beyond it (n·(1−q) ≥ 10, the usual rule for
 * binomial intervals of order statistics); below that the figure is little more than the maximum seen.
 */
export const isResolved = (summary: Summary, name: StatisticName): boolean =>
  summary[name] !== null && summary.count * (TAIL[name] ?? 1) >= (TAIL[name] === undefined ? 1 : 10);

/** The statistic, `~` before it where its tail is unresolved, `–` where there is no sample. */
export function formatStatistic(summary: Summary | undefined, name: StatisticName): string {
  const value = summary?.[name] ?? null;
  if (summary === undefined || value === null) return ABSENT;
  return isResolved(summary, name) ? formatMs(value) : `~${formatMs(value)}`;
}

/** What to say of the tails that are shown but not resolved: `p99 unresolved: 12 samples`; null when all are. */
export function unresolvedNote(summary: Summary, shown: readonly StatisticName[]): string | null {
  if (summary.count === 0) return 'no samples';
  const weak = shown.filter((name) => summary[name] !== null && !isResolved(summary, name));
  return weak.length === 0 ? null : `${weak.join(', ')} unresolved: ${samples(summary.count)}`;
}

const samples = (count: number): string => `${formatCount(count)} ${count === 1 ? 'sample' : 'samples'}`;
