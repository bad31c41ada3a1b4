import { describe, expect, test } from 'vitest';
import { horizonItems, moneyShares } from '../../src/report/view/costView.js';
import { breachLabel, metricLabel, objectiveLabel } from '../../src/report/view/labels.js';
import { bySoonest, hasEffect, sensitivityBars } from '../../src/report/view/outlook.js';
import { valueText } from '../../src/report/view/planView.js';
import { pruned } from '../../src/report/view/table.js';
import { forecastVerdict, recommendationVerdict, simulationVerdict } from '../../src/report/view/verdict.js';
import { bareForecast, forecast, infeasible, mixedSimulation, recommendation, simulation } from './fixtures.js';

describe('verdicts', () => {
  test('a likely breach is bad, a possible one a caution, none is good', () => {
    const breach = forecast.breaches[0]!;
    const unlikely = { ...breach, probability: 0.2, date: { p10: '2027-08-01', p50: null, p90: null } };
    expect(forecastVerdict(forecast).tone).toBe('bad');
    expect(forecastVerdict({ ...forecast, breaches: [unlikely] })).toEqual({
      tone: 'caution',
      sentences: ['budget of $200,000 a month may be crossed as early as Aug 2027 (chance 20 %)', 'every SLO holds'],
    });
    expect(forecastVerdict({ ...forecast, breaches: [] })).toEqual({
      tone: 'good',
      sentences: ['stays within the budget of $200,000 a month', 'every SLO holds'],
    });
    expect(forecastVerdict(bareForecast)).toEqual({ tone: 'quiet', sentences: ['no budget set', 'no SLO stated'] });
  });

  test('a simulation names every objective it misses', () => {
    expect(simulationVerdict(simulation).sentences).toEqual(['meets all 3 SLOs']);
    expect(simulationVerdict(mixedSimulation).sentences[0]).toContain('vision e2e p95');
  });

  test('no plan found is said with the number tried', () => {
    expect(recommendationVerdict(infeasible).sentences[0]).toContain('none of the 1,248 candidates');
    expect(recommendationVerdict(recommendation).sentences[0]).toBe('3 changes: $15,320 a month, −$24,976 (−62.0 %)');
  });
});

test('breaches stand in the order of their likely dates, those without one last', () => {
  const order = bySoonest([...forecast.breaches].reverse()).map(({ what }) => what);
  expect(order).toEqual(['services.chat.slo.ttft.p95', 'budget.monthly', 'pools.us-gpu.quota']);
});

test('sensitivities are changes of the total, largest first; no effect stays zero through rounding', () => {
  const bars = sensitivityBars({
    ...forecast,
    total_cost_usd: { p10: 0.3, p50: 0.3, p90: 0.3 },
    sensitivity: [
      { driver: 'none', low: 0.1 + 0.2, high: 0.3 },
      { driver: 'some', low: 0.2, high: 0.45 },
    ],
  });
  expect(bars.map(({ driver }) => driver)).toEqual(['some', 'none']);
  expect(bars.map(hasEffect)).toEqual([true, false]);
  expect(bars[0]!.highUsd).toBeCloseTo(0.15);
});

test('items of all periods are merged and shares add up to one', () => {
  const items = horizonItems(forecast);
  const spent = forecast.periods.flatMap((period) => period.cost_usd.by_item).reduce((sum, { usd }) => sum + usd, 0);
  expect(items).toHaveLength(4);
  expect(items.reduce((sum, { usd }) => sum + usd, 0)).toBeCloseTo(spent, 4);
  const shares = moneyShares(items, 2);
  expect(shares.map(({ item }) => item)).toEqual(['us-gpu on demand', 'us-gpu committed 1y', 'other']);
  expect(shares.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
  expect(moneyShares([], 3)).toEqual([]);
});

test('an item whose price changes has no single price', () => {
  const [first, ...rest] = forecast.periods;
  const dearer = {
    ...first!,
    cost_usd: { ...first!.cost_usd, by_item: first!.cost_usd.by_item.map((item) => ({ ...item, unit_price_usd: 99 })) },
  };
  expect(horizonItems({ ...forecast, periods: [dearer, ...rest] })[0]!.unit_price_usd).toBeNull();
});

test('names read as people say them', () => {
  expect(objectiveLabel('ttft.p95')).toBe('TTFT p95');
  expect(breachLabel('services.a.slo.b.slo.ttft.p95')).toBe('a.slo.b TTFT p95');
  expect(breachLabel('pools.us-gpu.quota')).toBe('quota of us-gpu');
  expect(metricLabel('services.chat.goodput_per_s')).toBe('chat goodput');
  expect(metricLabel('pools.us-gpu.replicas.max')).toBe('pools.us-gpu.replicas.max');
});

test('values of edits read as they would be typed', () => {
  expect([null, 'x', 3, true, [1, 'a'], { min: 1, max: { a: [] } }].map(valueText)).toEqual([
    'unset',
    'x',
    '3',
    'true',
    '[1, a]',
    '{min: 1, max: {a: []}}',
  ]);
});

test('columns in which nothing is said are left out', () => {
  const table = {
    columns: [{ header: 'a' }, { header: 'b' }],
    rows: [
      ['1', ' '],
      ['2', { text: '' }],
    ],
  };
  expect(pruned(table)).toEqual({ columns: [{ header: 'a' }], rows: [['1'], ['2']] });
});
