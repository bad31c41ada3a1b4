import type { ForecastPeriod, ForecastResult } from '../../plan/results.js';
import { objectivesOf, poolNames, serviceNames } from '../view/forecastView.js';
import { cell } from './cell.js';

interface Field {
  readonly header: string;
  readonly value: (period: ForecastPeriod) => number | string | null | undefined;
}

/** The forecast as CSV (RFC 4180), one row a period, figures in full; empty cells where there is none. */
export function forecastCsv(forecast: ForecastResult): string {
  const fields = [
    ...systemFields(),
    ...serviceNames(forecast).flatMap((service) => serviceFields(forecast, service)),
    ...poolNames(forecast).flatMap(poolFields),
  ];
  const rows = forecast.periods.map((period) => fields.map((field) => cell(field.value(period))).join(','));
  return `${[fields.map((field) => cell(field.header)).join(','), ...rows].join('\r\n')}\r\n`;
}

function systemFields(): Field[] {
  return [
    { header: 'start', value: (period) => period.start },
    { header: 'cost_p10_usd', value: (period) => period.cost_usd.p10 },
    { header: 'cost_p50_usd', value: (period) => period.cost_usd.p50 },
    { header: 'cost_p90_usd', value: (period) => period.cost_usd.p90 },
    { header: 'carbon_kg', value: (period) => period.carbon_kg },
  ];
}

function serviceFields(forecast: ForecastResult, name: string): Field[] {
  const driver = (period: ForecastPeriod) => {
    const value = period.drivers[name];
    return typeof value === 'object' ? value : undefined;
  };
  return [
    { header: `${name}.rate_per_s`, value: (period) => driver(period)?.rate_per_s },
    { header: `${name}.ttft_p95_ms`, value: (period) => period.services[name]?.ttft_ms?.p95 },
    { header: `${name}.tpot_p95_ms`, value: (period) => period.services[name]?.tpot_ms?.p95 },
    { header: `${name}.e2e_p95_ms`, value: (period) => period.services[name]?.e2e_ms.p95 },
    { header: `${name}.goodput_per_s`, value: (period) => period.services[name]?.goodput_per_s },
    { header: `${name}.slo_met_probability`, value: (period) => period.services[name]?.slo_met_probability },
    ...objectivesOf(forecast, name).map((objective) => ({
      header: `${name}.${objective}.share_within`,
      value: (period: ForecastPeriod) => period.services[name]?.slo_attainment[objective]?.share_within,
    })),
  ];
}

function poolFields(name: string): Field[] {
  return [
    { header: `${name}.replicas_mean`, value: (period) => period.pools[name]?.replicas.mean },
    { header: `${name}.replicas_max`, value: (period) => period.pools[name]?.replicas.max },
    { header: `${name}.utilization`, value: (period) => period.pools[name]?.utilization },
    { header: `${name}.quota_used`, value: (period) => period.pools[name]?.quota_used },
  ];
}
