import type { ForecastPeriod, ForecastResult } from '../../plan/results.js';
import { formatPeriod } from '../format/date.js';
import { formatMs } from '../format/duration.js';
import { formatUsdInterval } from '../format/interval.js';
import { formatUsdShort } from '../format/money.js';
import { ABSENT, formatMeanCount, formatSignificant } from '../format/numbers.js';
import { formatCarbon, formatProbability, formatShare } from '../format/quantity.js';
import { objectiveLabel } from './labels.js';
import { sloValue } from './simulationView.js';
import { type Cell, type Column, judged, number, type Table } from './table.js';

type ServicePeriod = ForecastPeriod['services'][string];

/** A column and its cell of a period. */
interface Field {
  readonly column: Column;
  readonly cell: (period: ForecastPeriod) => Cell;
}

export interface PeriodTable {
  /** `system` says all there is to say of a single service. */
  readonly about: 'system' | 'cost' | 'capacity' | 'service';
  /** Empty for the table of the whole system. */
  readonly title: string;
  readonly table: Table;
  /** How to read its figures; empty where nothing needs saying. */
  readonly legend: string;
}

/** One table where one service and at most one pool leave room for it; otherwise cost, capacity and a table a service. */
export function periodTables(forecast: ForecastResult): readonly PeriodTable[] {
  const services = serviceNames(forecast);
  const pools = poolNames(forecast);
  if (services.length === 1 && pools.length <= 1) {
    const service = services[0]!;
    const capacity = pools.flatMap((pool) => poolFields(pool, false));
    const fields = [
      month,
      ...trafficFields(service),
      ...capacity,
      ...costFields(forecast),
      ...sloFields(forecast, service),
    ];
    return [{ about: 'system', title: '', table: tableOf(forecast, fields), legend: pools.length === 0 ? '' : LEGEND }];
  }
  const budget = forecast.budget_monthly_usd === null ? [] : [budgetField(forecast.budget_monthly_usd)];
  const cost = tableOf(forecast, [month, ...costFields(forecast), ...budget, carbon]);
  const capacity = chunks(pools, 3).map((group, index) => ({
    about: 'capacity' as const,
    title: index === 0 ? 'Capacity' : 'Capacity, continued',
    table: tableOf(forecast, [month, ...group.flatMap((pool) => poolFields(pool, true))]),
    legend: LEGEND,
  }));
  const perService = services.map((service) => ({
    about: 'service' as const,
    title: service,
    table: tableOf(forecast, [month, ...trafficFields(service), ...sloFields(forecast, service)]),
    legend: '',
  }));
  return [{ about: 'cost', title: 'Cost', table: cost, legend: '' }, ...capacity, ...perService];
}

const LEGEND = 'replicas are mean / max in the month; ▲ the quota is full; ✗ misses its limit';

export const serviceNames = (forecast: ForecastResult): string[] => namesOf(forecast, (period) => period.services);
export const poolNames = (forecast: ForecastResult): string[] => namesOf(forecast, (period) => period.pools);

/** The objectives that any period states for the service, in the scenario's order. */
export const objectivesOf = (forecast: ForecastResult, service: string): string[] =>
  namesOf(forecast, (period) => period.services[service]?.slo_attainment ?? {});

/** True where the middle forecast is above the budget. */
export const isOverBudget = (period: ForecastPeriod, budgetUsd: number | null): boolean =>
  budgetUsd !== null && period.cost_usd.p50 > budgetUsd;

/** True where something is missed in this period: the row to keep when a long table is shortened. */
export const hasMiss = (forecast: ForecastResult, period: ForecastPeriod): boolean =>
  isOverBudget(period, forecast.budget_monthly_usd) ||
  Object.values(period.services).some((service) => Object.values(service.slo_attainment).some((slo) => !slo.met));

function tableOf(forecast: ForecastResult, fields: readonly Field[]): Table {
  return {
    columns: fields.map((field) => field.column),
    rows: forecast.periods.map((period) => fields.map((field) => field.cell(period))),
  };
}

const month: Field = { column: { header: 'Month' }, cell: (period) => formatPeriod(period.start) };

const carbon: Field = { column: number('Carbon', 1), cell: (period) => formatCarbon(period.carbon_kg) };

const budgetField = (budgetUsd: number): Field => ({
  column: number('of budget', 2),
  cell: (period) => `${Math.round((period.cost_usd.p50 / budgetUsd) * 100)} %`,
});

function trafficFields(service: string): Field[] {
  const driver = (period: ForecastPeriod) => {
    const value = period.drivers[service];
    return typeof value === 'object' ? value : undefined;
  };
  return [
    { column: number('Req/s'), cell: (period) => formatSignificant(driver(period)?.rate_per_s) },
    {
      column: number('Users', 5),
      cell: (period) => (driver(period)?.users == null ? '' : formatSignificant(driver(period)?.users, 4)),
    },
  ];
}

function poolFields(pool: string, isNamed: boolean): Field[] {
  const of = (period: ForecastPeriod) => period.pools[pool];
  return [
    {
      column: { ...number(isNamed ? pool : 'Replicas'), shrinks: isNamed, minWidth: 11 },
      cell: (period) => {
        const replicas = of(period)?.replicas;
        if (replicas === undefined) return ABSENT;
        const text = `${formatMeanCount(replicas.mean)} / ${formatMeanCount(replicas.max)}`;
        const quota = of(period)?.quota_used ?? 0;
        return quota >= 1 ? { text, tone: 'caution', mark: '▲' } : text;
      },
    },
    { column: number('Util'), cell: (period) => wholeShare(of(period)?.utilization) },
  ];
}

const costFields = (forecast: ForecastResult): Field[] => [
  {
    column: number('Cost P50'),
    cell: (period) =>
      period.cost_usd.by_item.length === 0
        ? ABSENT
        : judged(formatUsdShort(period.cost_usd.p50), !isOverBudget(period, forecast.budget_monthly_usd)),
  },
  {
    column: { header: '[P10 … P90]' },
    cell: (period) => formatUsdInterval([period.cost_usd.p10, period.cost_usd.p90]),
  },
];

function sloFields(forecast: ForecastResult, service: string): Field[] {
  const of = (period: ForecastPeriod): ServicePeriod | undefined => period.services[service];
  const objectives = objectivesOf(forecast, service);
  if (objectives.length === 0) {
    const hasTtft = forecast.periods.some((period) => of(period)?.ttft_ms !== undefined);
    const cell = (period: ForecastPeriod): Cell => formatMs((hasTtft ? of(period)?.ttft_ms : of(period)?.e2e_ms)?.p95);
    return [{ column: number(hasTtft ? 'TTFT p95' : 'e2e p95'), cell }];
  }
  const latencies = objectives.map((objective, index) => ({
    column: number(objectiveLabel(objective), index === 0 ? undefined : 2 + index),
    cell: (period: ForecastPeriod): Cell => {
      const slo = of(period)?.slo_attainment[objective];
      return slo === undefined ? ABSENT : judged(sloValue(slo), slo.met);
    },
  }));
  return [
    ...latencies,
    { column: number('In SLO'), cell: (period) => formatShare(worstShare(of(period))) },
    { column: number('P(SLO)', 1), cell: (period) => formatProbability(of(period)?.slo_met_probability) },
  ];
}

/** The share of requests within the objective that fewest meet; null where none is stated. */
function worstShare(service: ServicePeriod | undefined): number | null {
  const shares = Object.values(service?.slo_attainment ?? {}).map((slo) => slo.share_within);
  return shares.length === 0 ? null : Math.min(...shares);
}

const wholeShare = (share: number | undefined): string =>
  share === undefined ? ABSENT : `${Math.round(share * 100)} %`;

const namesOf = (
  forecast: ForecastResult,
  of: (period: ForecastPeriod) => Readonly<Record<string, unknown>>,
): string[] => [...new Set(forecast.periods.flatMap((period) => Object.keys(of(period))))];

const chunks = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
