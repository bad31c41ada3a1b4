import type { TopLevelSpec } from 'vega-lite';
import type { ForecastResult } from '../../plan/results.js';
import { formatMonth } from '../format/date.js';
import { oneLine, truncateMiddle } from '../text/width.js';
import { SERIES, standIn } from './colours.js';

export const WIDTH = 700;
const HEIGHT = 240;

export type Layer = NonNullable<Extract<TopLevelSpec, { layer: unknown }>['layer']>[number];

/** `$200k` on an axis. */
export const usdAxis = {
  title: null,
  labelExpr: "(datum.value < 0 ? '−' : '') + '$' + format(abs(datum.value), '~s')",
  tickCount: 5,
} as const;

/**
 * Months at even distances; each label names its month, and its year where one begins. The labels are ours, never the
 * user's, and quoted by JSON, so that nothing can break the label expression.
 */
export function monthAxis(forecast: ForecastResult, isBanded = false) {
  const labels = forecast.periods.map(({ start }, index) => {
    const [month = '', year = ''] = formatMonth(start).split(' ');
    return index === 0 || month === 'Jan' ? [month, year] : [month];
  });
  const step = forecast.periods.length > 14 ? 3 : 1;
  const margin = isBanded ? 0.6 : 0.25;
  const domain: [number, number] = [-margin, Math.max(1, labels.length - 1) + margin];
  return {
    field: 'index',
    type: 'quantitative' as const,
    axis: {
      title: null,
      grid: false,
      values: labels.map((_, index) => index).filter((index) => index % step === 0),
      labelExpr: `${JSON.stringify(labels)}[datum.value]`,
    },
    scale: { domain, nice: false, zero: false },
  };
}

export const seriesColour = (field: string, domain: readonly string[]) =>
  ({
    field,
    type: 'nominal',
    scale: { domain: [...domain], range: domain.map((_, index) => standIn(SERIES[index % SERIES.length] ?? 's1')) },
    legend: domain.length > 1 ? { title: null, columns: 3 } : null,
  }) as const;

/** Names as labels: one line, cut in the middle, and told apart where the cut made two the same. */
export function chartLabels(names: readonly string[], longest = 26): readonly string[] {
  const cut = names.map((name) => truncateMiddle(oneLine(name), longest));
  return cut.map((label, index) => (cut.indexOf(label) === index ? label : `${label} (${index + 1})`));
}

/** A chart of the usual size in the colours of the page. */
export function framed(
  spec: object,
  size: { readonly width: number; readonly height: number } = { width: WIDTH, height: HEIGHT },
): TopLevelSpec {
  const text = {
    labelColor: standIn('muted'),
    titleColor: standIn('muted'),
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal',
  };
  return {
    ...size,
    background: 'transparent',
    padding: 4,
    config: {
      aria: false,
      font: 'system-ui, sans-serif',
      view: { stroke: null },
      axis: { ...text, gridColor: standIn('grid'), domainColor: standIn('grid'), tickColor: standIn('grid') },
      legend: {
        ...text,
        labelColor: standIn('ink'),
        orient: 'top',
        symbolSize: 110,
        labelLimit: 0,
        columnPadding: 18,
      },
    },
    ...spec,
  } as TopLevelSpec;
}
