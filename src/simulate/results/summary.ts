/** Histograms → the figures of a result, with intervals. */
import { Histogram } from '../../kernel/histogram.js';
import { sectioned95 } from '../../kernel/intervals.js';
import type { Interval, Summary } from '../result.js';

/** Samples beyond a quantile that are needed before an interval is claimed for it. */
const TAIL_SAMPLES = 10;

/**
 * Merges independent groups of samples (replications, or batches of one run) into one summary. Intervals are centred on the merged value and as
 * wide as the groups scatter around it; a quantile whose tail holds fewer than 10 samples over all groups gets none.
 *
 * @param groups one list of histograms (in seconds) per independent estimate
 * @param scale factor to the result's unit (1000 for milliseconds)
 */
export function summarise(groups: readonly (readonly Histogram[])[], scale: number): Summary {
  const merged = groups.map(mergeAll);
  const all = mergeAll(merged);
  const { count } = all;
  const figure = (value: number): number | null => (Number.isFinite(value) ? value * scale : null);
  const interval = (of: (histogram: Histogram) => number): Interval => {
    const found = sectioned95(of(all), merged.filter((h) => h.count > 0).map(of));
    return found ? [Math.max(0, found[0] * scale), found[1] * scale] : null;
  };
  const quantileInterval = (p: number): Interval =>
    count * (1 - p) >= TAIL_SAMPLES ? interval((histogram) => histogram.quantile(p)) : null;
  return {
    count,
    mean: figure(all.mean),
    p50: figure(all.quantile(0.5)),
    p90: figure(all.quantile(0.9)),
    p95: figure(all.quantile(0.95)),
    p99: figure(all.quantile(0.99)),
    p999: figure(all.quantile(0.999)),
    max: count > 0 ? all.max * scale : null,
    ci95: {
      mean: interval((histogram) => histogram.mean),
      p50: quantileInterval(0.5),
      p95: quantileInterval(0.95),
      p99: quantileInterval(0.99),
    },
  };
}

export function mergeAll(histograms: readonly Histogram[]): Histogram {
  if (histograms.length === 1) return histograms[0]!;
  const all = new Histogram();
  for (const histogram of histograms) all.merge(histogram);
  return all;
}
