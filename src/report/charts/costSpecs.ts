import type { TopLevelSpec } from 'vega-lite';
import type { ForecastResult } from '../../plan/results.js';
import { formatUsd } from '../format/money.js';
import { horizonItems, moneyShares } from '../view/costView.js';
import { isOverBudget } from '../view/forecastView.js';
import { standIn } from './colours.js';
import { chartLabels, framed, type Layer, monthAxis, seriesColour, usdAxis, WIDTH } from './frame.js';

/** Monthly cost: the band, the middle, the budget. Months above the budget are marked. */
export function costSpec(forecast: ForecastResult): TopLevelSpec {
  const { budget_monthly_usd: budget, periods } = forecast;
  const values = periods.map((period, index) => ({
    index,
    low: period.cost_usd.p10,
    middle: period.cost_usd.p50,
    high: period.cost_usd.p90,
    isOver: isOverBudget(period, budget) ? 1 : 0,
  }));
  const x = monthAxis(forecast);
  const top = Math.max(...values.map(({ high }) => high), (budget ?? 0) * 1.05);
  const y = { type: 'quantitative', axis: usdAxis, scale: { zero: true, domainMax: top, nice: true } } as const;
  const lines: Layer[] = [
    {
      mark: { type: 'area', color: standIn('s1'), opacity: 0.2 },
      encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' } },
    },
    { mark: { type: 'line', color: standIn('s1'), strokeWidth: 2.5 }, encoding: { x, y: { ...y, field: 'middle' } } },
    {
      mark: { type: 'point', filled: true, size: 45, opacity: 1 },
      encoding: {
        x,
        y: { ...y, field: 'middle' },
        color: { condition: { test: 'datum.isOver === 1', value: standIn('bad') }, value: standIn('s1') },
      },
    },
  ];
  return framed({ data: { values }, layer: budget === null ? lines : [...lines, ...budgetLine(budget)] });
}

function budgetLine(budgetUsd: number): Layer[] {
  const data = { values: [{ budget: budgetUsd, text: `budget ${formatUsd(budgetUsd)}` }] };
  const y = { field: 'budget', type: 'quantitative' } as const;
  return [
    { data, mark: { type: 'rule', color: standIn('bad'), strokeDash: [6, 4], strokeWidth: 1.5 }, encoding: { y } },
    {
      data,
      mark: { type: 'text', align: 'left', dx: 4, dy: -7, color: standIn('bad'), fontWeight: 600 },
      encoding: { x: { value: 0 }, y, text: { field: 'text' } },
    },
  ];
}

/** Cost by item in the middle forecast, stacked; small items together. */
export function itemsSpec(forecast: ForecastResult): TopLevelSpec {
  const leading = moneyShares(horizonItems(forecast), 5).map(({ item }) => item);
  const order = leading.includes('other') ? leading : [...leading, 'other'];
  const labels = chartLabels(order);
  const values = forecast.periods.flatMap((period, index) => {
    const sums = new Map(order.map((item) => [item, 0]));
    for (const { item, usd } of period.cost_usd.by_item) {
      const name = sums.has(item) ? item : 'other';
      sums.set(name, (sums.get(name) ?? 0) + usd);
    }
    return [...sums.values()].map((usd, rank) => ({ index, item: labels[rank] ?? '', usd, rank }));
  });
  const shown = labels.filter((item) => values.some((value) => value.item === item && value.usd > 0));
  return framed({
    data: { values: values.filter(({ item }) => shown.includes(item)) },
    mark: { type: 'bar', size: Math.min(32, Math.floor((WIDTH / Math.max(1, forecast.periods.length)) * 0.7)) },
    encoding: {
      x: monthAxis(forecast, true),
      y: { field: 'usd', type: 'quantitative', axis: usdAxis },
      color: seriesColour('item', shown),
      order: { field: 'rank', type: 'quantitative' },
    },
  });
}
