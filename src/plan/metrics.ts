/** Metrics addressed as in the JSON results: `services.chat.ttft_ms.p95`, `cost.per_month_usd`, `forecast.cost.peak_month_usd`, `delta.…`. */
import type { Interval, SimulationResult } from '../simulate/result.js';
import type { ForecastResult } from './results.js';

export interface MetricValue {
  readonly value: number;
  /** `null` where the figure is exact or its interval is not resolved. */
  readonly ci95: Interval;
  /** The figure is a sample statistic, so that a missing interval means that too few samples resolve it. */
  readonly isSampled: boolean;
}

export interface MetricSources {
  readonly simulation: SimulationResult;
  readonly forecast?: ForecastResult;
  readonly baseline?: SimulationResult;
}

/** `undefined` when nothing stands under that name, or no number does. */
export function metricValue(metric: string, sources: MetricSources): MetricValue | undefined {
  if (metric.startsWith('forecast.'))
    return sources.forecast && forecastMetric(metric.slice('forecast.'.length), sources.forecast);
  if (metric.startsWith('delta.'))
    return sources.baseline && deltaMetric(metric.slice('delta.'.length), sources.simulation, sources.baseline);
  return resultMetric(metric, sources.simulation);
}

/** Whether a metric needs the forecast or a baseline. */
export function needs(metric: string): 'simulation' | 'forecast' | 'baseline' {
  return metric.startsWith('forecast.') ? 'forecast' : metric.startsWith('delta.') ? 'baseline' : 'simulation';
}

function resultMetric(metric: string, result: SimulationResult): MetricValue | undefined {
  const found = lookUp(result, metric.split('.'));
  if (!found || typeof found.value !== 'number' || !Number.isFinite(found.value)) return undefined;
  const { parent, key } = found;
  const intervals = (parent as { ci95?: Record<string, Interval> }).ci95;
  return { value: found.value, ci95: intervals?.[key] ?? null, isSampled: intervals !== undefined };
}

/** Walks own properties; a key may itself hold dots (`slo_attainment.ttft.p95.value_ms`), the longest that exists is taken. */
function lookUp(root: unknown, parts: readonly string[]): { value: unknown; parent: object; key: string } | undefined {
  if (typeof root !== 'object' || root === null) return undefined;
  for (let length = parts.length; length >= 1; length--) {
    const key = parts.slice(0, length).join('.');
    if (!Object.hasOwn(root, key)) continue;
    const value = (root as Record<string, unknown>)[key];
    if (length === parts.length) return { value, parent: root, key };
    const deeper = lookUp(value, parts.slice(length));
    if (deeper) return deeper;
  }
  return undefined;
}

function forecastMetric(metric: string, forecast: ForecastResult): MetricValue | undefined {
  const exact = (value: number): MetricValue => ({ value, ci95: null, isSampled: false });
  // A fan spans what may come (80 % of it), not what sampling leaves open: it is no 95 % interval of the figure.
  if (metric === 'cost.total_usd') return exact(forecast.total_cost_usd.p50);
  if (metric === 'cost.peak_month_usd') {
    const peak = forecast.periods.reduce((most, period) => (period.cost_usd.p50 > most.cost_usd.p50 ? period : most));
    return exact(peak.cost_usd.p50);
  }
  const worst = /^services\.([^.]+)\.(ttft_ms|tpot_ms|e2e_ms)\.(mean|p50|p90|p95|p99)$/.exec(metric);
  if (!worst) return metric === 'breaches' ? exact(forecast.breaches.length) : undefined;
  const [, name, quantity, statistic] = worst as unknown as [string, string, 'ttft_ms' | 'tpot_ms' | 'e2e_ms', 'p95'];
  let most: MetricValue | undefined;
  for (const period of forecast.periods) {
    const summary = period.services[name]?.[quantity];
    const value = summary?.[statistic];
    if (summary && value !== null && value !== undefined && (!most || value > most.value)) {
      most = { value, ci95: summary.ci95[statistic] ?? null, isSampled: true };
    }
  }
  return most;
}

/** Differences to the baseline. Only two figures with their intervals are known, so the interval assumes that they are independent. */
function deltaMetric(metric: string, now: SimulationResult, base: SimulationResult): MetricValue | undefined {
  if (metric === 'cost.percent') {
    const before = base.cost.per_month_usd;
    return before > 0
      ? { value: (100 * (now.cost.per_month_usd - before)) / before, ci95: null, isSampled: false }
      : undefined;
  }
  const after = resultMetric(metric, now);
  const before = resultMetric(metric, base);
  if (!after || !before) return undefined;
  const value = after.value - before.value;
  if (!after.ci95 || !before.ci95) return { value, ci95: null, isSampled: after.isSampled };
  const half = Math.hypot(after.ci95[1] - after.ci95[0], before.ci95[1] - before.ci95[0]) / 2;
  return { value, ci95: [value - half, value + half], isSampled: true };
}
