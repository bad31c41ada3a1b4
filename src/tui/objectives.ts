/** Latency objectives of a result: their names, their limits, and their course over the months. */
import type { ForecastResult } from '../plan/results.js';
import type { ServiceResult, SimulationResult, Summary } from '../simulate/result.js';

export type LatencyMetric = 'ttft' | 'tpot' | 'itl' | 'e2e' | 'queue' | 'wait';
export type Quantile = 'mean' | 'p50' | 'p90' | 'p95' | 'p99';

export interface Objective {
  readonly service: string;
  readonly metric: LatencyMetric;
  readonly quantile: Quantile;
  /** `TTFT p95`, with the service's name in front where there are several. */
  readonly label: string;
  /** `null` where the metric is shown without being promised. */
  readonly limitMs: number | null;
  /** Key in `slo_attainment`. */
  readonly key: string;
}

const METRIC_NAMES: Readonly<Record<LatencyMetric, string>> = {
  ttft: 'TTFT',
  tpot: 'TPOT',
  itl: 'ITL',
  e2e: 'e2e',
  queue: 'queue',
  wait: 'wait',
};
const QUANTILES: readonly string[] = ['mean', 'p50', 'p90', 'p95', 'p99'];
/** What is shown where nothing is promised. */
const USUAL = ['ttft.p95', 'tpot.p95', 'wait.p95', 'e2e.p99'] as const;

const isMetric = (name: string | undefined): name is LatencyMetric => name !== undefined && name in METRIC_NAMES;
const isQuantile = (name: string | undefined): name is Quantile => name !== undefined && QUANTILES.includes(name);

/** The name of an objective by its key: `ttft.p95` → `TTFT p95`. */
export function objectiveName(key: string): string {
  const [metric, quantile] = key.split('.');
  return isMetric(metric) ? `${METRIC_NAMES[metric]} ${quantile ?? ''}`.trim() : key;
}

/** The statistics of a metric in a service's result, if it has them. */
export const summaryOf = (service: Partial<ServiceResult>, metric: LatencyMetric): Summary | undefined =>
  service[`${metric}_ms`];

/** All objectives of a simulation in the order of its services: the promised ones, else the usual ones. */
export function objectivesOf(simulation: SimulationResult): readonly Objective[] {
  const services = Object.entries(simulation.services);
  return services.flatMap(([name, service]) => {
    const stated = Object.entries(service.slo_attainment).map(([key, { limit_ms }]) => ({
      key,
      limitMs: limit_ms as number | null,
    }));
    const usual = USUAL.filter((key) => !stated.some((one) => one.key.split('.')[0] === key.split('.')[0]));
    const all = [...stated, ...usual.map((key) => ({ key: key as string, limitMs: null }))];
    return all.flatMap(({ key, limitMs }) => {
      const [metric, quantile] = key.split('.');
      if (!isMetric(metric) || !isQuantile(quantile) || !summaryOf(service, metric)) return [];
      const label = services.length > 1 ? `${name} ${objectiveName(key)}` : objectiveName(key);
      return [{ service: name, metric, quantile, label, limitMs, key }];
    });
  });
}

/** The objective's value in each period, ms; `null` where the forecast has none. */
export function courseOf(
  forecast: ForecastResult,
  { service, metric, quantile }: Objective,
): readonly (number | null)[] {
  return forecast.periods.map((period) => {
    const result = period.services[service];
    const summary =
      metric === 'ttft'
        ? result?.ttft_ms
        : metric === 'tpot'
          ? result?.tpot_ms
          : metric === 'e2e'
            ? result?.e2e_ms
            : undefined;
    return summary?.[quantile] ?? null;
  });
}

/** Objectives that a forecast has a course for, the one that runs out of room first in front. */
export function objectivesByUrgency(simulation: SimulationResult, forecast: ForecastResult): readonly Objective[] {
  const worst = (objective: Objective): number => {
    if (objective.limitMs === null) return -1;
    return Math.max(...courseOf(forecast, objective).map((value) => (value ?? 0) / (objective.limitMs ?? 1)));
  };
  return objectivesOf(simulation)
    .filter((objective) => courseOf(forecast, objective).some((value) => value !== null))
    .map((objective) => ({ objective, urgency: worst(objective) }))
    .toSorted((a, b) => b.urgency - a.urgency)
    .map(({ objective }) => objective);
}
