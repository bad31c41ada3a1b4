import type { TopLevelSpec } from 'vega-lite';
import type { ForecastResult, RecommendResult } from '../../plan/results.js';
import { hasEffect, sensitivityBars } from '../view/outlook.js';
import { chartLabels, framed, seriesColour, usdAxis, WIDTH } from './frame.js';

/** A tornado: what each driver adds to or takes from the total, at its low and at its high value. */
export function sensitivitySpec(forecast: ForecastResult): TopLevelSpec {
  const bars = sensitivityBars(forecast).filter(hasEffect).slice(0, 10);
  const labels = chartLabels(
    bars.map(({ driver }) => driver),
    34,
  );
  const values = bars.flatMap(({ lowUsd, highUsd }, rank) => [
    { rank, driver: labels[rank], usd: lowUsd, end: 'at its low' },
    { rank, driver: labels[rank], usd: highUsd, end: 'at its high' },
  ]);
  return framed(
    {
      data: { values },
      mark: { type: 'bar', height: 16 },
      encoding: {
        y: {
          field: 'driver',
          type: 'nominal',
          sort: { field: 'rank' },
          axis: { title: null, labelLimit: 0, ticks: false, domain: false },
        },
        x: { field: 'usd', type: 'quantitative', axis: { ...usdAxis, grid: true }, stack: null },
        color: seriesColour('end', ['at its low', 'at its high']),
      },
    },
    { width: WIDTH - 290, height: Math.max(60, bars.length * 30) },
  );
}

/** Cost against end-to-end p95 of the plans on the front; the recommended one is a diamond, the present one a cross. */
export function paretoSpec(recommendation: RecommendResult): TopLevelSpec {
  const { recommended } = recommendation;
  const key = (edits: unknown): string => JSON.stringify(edits);
  const kindOf = (edits: readonly unknown[]): string => {
    if (recommended !== null && key(edits) === key(recommended.edits)) return 'recommended';
    return edits.length === 0 ? 'present' : 'other plan';
  };
  const values = recommendation.pareto
    .filter((point) => point.p95_ms !== null)
    .map((point) => ({ usd: point.cost_per_month_usd, ms: point.p95_ms ?? 0, kind: kindOf(point.edits) }));
  const kinds = ['recommended', 'present', 'other plan'].filter((kind) => values.some((value) => value.kind === kind));
  return framed({
    data: { values },
    mark: { type: 'point', size: 130, strokeWidth: 2.5, filled: false, opacity: 1 },
    encoding: {
      x: {
        field: 'usd',
        type: 'quantitative',
        axis: { ...usdAxis, title: 'cost a month', grid: true },
        scale: { zero: true },
      },
      y: {
        field: 'ms',
        type: 'quantitative',
        axis: {
          title: 'e2e p95',
          labelExpr:
            "datum.value >= 1000 ? format(datum.value / 1000, '~r') + ' s' : format(datum.value, '~f') + ' ms'",
          tickCount: 5,
        },
        scale: { zero: true },
      },
      color: seriesColour('kind', kinds),
      shape: {
        field: 'kind',
        type: 'nominal',
        scale: { domain: kinds, range: kinds.map(shapeOf) },
        legend: { title: null, columns: 3 },
      },
    },
  });
}

const shapeOf = (kind: string): string =>
  kind === 'present' ? 'cross' : kind === 'recommended' ? 'diamond' : 'circle';
