import type { Interval } from '../../simulate/result.js';
import { formatLimitMs, formatMs, formatSpan } from './duration.js';
import { formatInterval, formatMsInterval, formatUsdInterval } from './interval.js';
import { formatUsd, formatUsdChange } from './money.js';
import { formatQuantity, formatSignificant, groupThousands, isFigure } from './numbers.js';
import { formatBytes, formatPercent, formatPercentChange, formatRate, formatShare } from './quantity.js';

export type MetricUnit = 'usd' | 'ms' | 's' | 'per_s' | 'bytes' | 'share' | 'percent' | 'count';

const SHARE_NAMES =
  /^(utilization|kv_utilization|share_within|availability|goodput|quota_used|prefix_hit_rate)$|probability/;

/**
 * The unit of a metric addressed as in the JSON result, read from its name (`services.chat.ttft_ms.p95` is in ms).
 * The rightmost segment that names a unit wins. Shares are fractions of one; `percent` and `_pct` are already percent.
 */
export function unitOfMetric(metric: string): MetricUnit {
  for (const segment of metric.split('.').reverse()) {
    if (/(^|_)(percent|pct)$/.test(segment)) return 'percent';
    if (/_usd(_|$)/.test(segment)) return 'usd';
    if (segment.endsWith('_ms')) return 'ms';
    if (segment.endsWith('_per_s')) return 'per_s';
    if (segment.endsWith('_bytes')) return 'bytes';
    if (/(window|warmup)_s$/.test(segment)) return 's';
    if (SHARE_NAMES.test(segment)) return 'share';
  }
  return 'count';
}

/** A value in the unit of its metric: `$206,700`, `3.84 s`, `99.48 %`. */
export function formatMetric(metric: string, value: number | null | undefined): string {
  if (metric.startsWith('delta.')) return formatDifference(metric, value);
  return formatAmount(metric, value);
}

function formatAmount(metric: string, value: number | null | undefined): string {
  const unit = unitOfMetric(metric);
  if (unit === 'usd') return formatUsd(value);
  if (unit === 'ms') return formatMs(value);
  if (unit === 's') return formatSpan(value);
  if (unit === 'per_s') return formatRate(value);
  if (unit === 'bytes') return formatBytes(value);
  if (unit === 'share') return formatShare(value);
  if (unit === 'percent') return formatPercent(value);
  return isFigure(value) && Number.isInteger(value) ? groupThousands(value) : formatSignificant(value, 4);
}

/** A limit in the unit of its metric, as someone typed it: `2 s`, `99.5 %`, `$200,000`. */
export function formatMetricLimit(metric: string, limit: number): string {
  const unit = unitOfMetric(metric);
  if (unit === 'ms') return formatLimitMs(limit);
  if (unit === 'share') return `${formatQuantity(Number((limit * 100).toPrecision(12)), 6)} %`;
  if (unit === 'percent') return `${formatQuantity(limit, 6)} %`;
  return unit === 'per_s' ? `${formatQuantity(limit)} /s` : formatAmount(metric, limit);
}

/** A change of a metric with its sign; a change of a share is in points (`−0.12 pt`). */
export function formatMetricChange(metric: string, change: number | null | undefined): string {
  if (!isFigure(change)) return formatAmount(metric, change);
  const unit = unitOfMetric(metric);
  if (unit === 'usd') return formatUsdChange(change);
  const points = unit === 'share' ? change * 100 : change;
  const text =
    unit === 'share' || unit === 'percent' ? `${groupThousands(points, 2)} pt` : formatAmount(metric, change);
  return change > 0 ? `+${text}` : text;
}

/** `delta.…` metrics are changes themselves; one that is in percent already is no change of a percentage. */
function formatDifference(metric: string, value: number | null | undefined): string {
  return unitOfMetric(metric) === 'percent' ? formatPercentChange(value) : formatMetricChange(metric, value);
}

/** The interval of a metric's value, in the unit in which `formatMetric` shows `value`; empty where there is none. */
export function formatMetricInterval(metric: string, interval: Interval | undefined, value: number | null): string {
  const unit = unitOfMetric(metric);
  if (unit === 'usd') return formatUsdInterval(interval);
  if (unit === 'ms') return formatMsInterval(interval, value);
  if (unit === 'share') return formatInterval(interval, (share) => groupThousands(share * 100, 2));
  if (unit === 'percent') return formatInterval(interval, (percent) => groupThousands(percent, 1));
  return formatInterval(interval, (figure) => formatSignificant(figure));
}
