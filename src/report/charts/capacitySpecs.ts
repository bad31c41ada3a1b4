import type { TopLevelSpec } from 'vega-lite';
import type { ForecastResult } from '../../plan/results.js';
import { objectivesOf, poolNames } from '../view/forecastView.js';
import { objectiveLabel } from '../view/labels.js';
import { standIn } from './colours.js';
import { chartLabels, framed, monthAxis, seriesColour } from './frame.js';

/** Every objective of a service as a share of its limit. */
export function latencySpec(forecast: ForecastResult, service: string): TopLevelSpec {
  const objectives = objectivesOf(forecast, service);
  const labels = chartLabels(objectives.map(objectiveLabel));
  const values = forecast.periods.flatMap((period, index) =>
    objectives.flatMap((objective, rank) => {
      const slo = period.services[service]?.slo_attainment[objective];
      if (slo?.value_ms == null || !(slo.limit_ms! > 0)) return [];
      return [{ index, series: labels[rank] ?? '', share: (slo.value_ms / slo.limit_ms!) * 100 }];
    }),
  );
  const top = Math.max(120, ...values.map(({ share }) => share));
  const y = {
    field: 'share',
    type: 'quantitative',
    axis: { title: null, labelExpr: "format(datum.value, '~f') + ' %'", tickCount: 5 },
    scale: { domain: [0, top], nice: true },
  } as const;
  const x = monthAxis(forecast);
  const color = seriesColour('series', labels);
  const limit = { values: [{ share: 100, text: 'limit' }] };
  return framed({
    data: { values },
    layer: [
      { mark: { type: 'line', strokeWidth: 2.5, point: { filled: true, size: 40 } }, encoding: { x, y, color } },
      {
        data: limit,
        mark: { type: 'rule', color: standIn('bad'), strokeDash: [6, 4], strokeWidth: 1.5 },
        encoding: { y },
      },
      {
        data: limit,
        mark: { type: 'text', align: 'left', dx: 4, dy: -7, color: standIn('bad'), fontWeight: 600 },
        encoding: { x: { value: 0 }, y, text: { field: 'text' } },
      },
    ],
  });
}

/** Replicas by pool: the mean as a line, the most at once dotted. */
export function replicasSpec(forecast: ForecastResult): TopLevelSpec {
  const pools = poolNames(forecast);
  const labels = chartLabels(pools);
  const values = forecast.periods.flatMap((period, index) =>
    pools.flatMap((pool, rank) => {
      const replicas = period.pools[pool]?.replicas;
      return replicas === undefined
        ? []
        : [{ index, pool: labels[rank] ?? '', mean: replicas.mean, max: replicas.max }];
    }),
  );
  const x = monthAxis(forecast);
  const color = seriesColour('pool', labels);
  const y = {
    type: 'quantitative',
    axis: { title: null, tickMinStep: 1, tickCount: 5 },
    scale: { zero: true },
  } as const;
  return framed({
    data: { values },
    layer: [
      { mark: { type: 'line', strokeWidth: 2.5 }, encoding: { x, y: { ...y, field: 'mean' }, color } },
      {
        mark: { type: 'line', strokeWidth: 1.5, strokeDash: [2, 3] },
        encoding: { x, y: { ...y, field: 'max' }, color },
      },
    ],
  });
}
