/** Metrics addressed as in the JSON results. */
import { describe, expect, it } from 'vitest';
import { forecast } from '../../src/plan/forecast.js';
import { type MetricSources, metricValue, needs } from '../../src/plan/metrics.js';
import { CHAT, catalog, resultOf, scenarioOf } from '../simulate/worlds.js';

const text = `${CHAT}start: 2027-01-01\nhorizon: 3 months\ngrowth: { users: 50 % / month }\n`;
const simulation = await resultOf(text, ['window=2 min']);
const chat = simulation.services.chat!;
const outlook = await forecast(scenarioOf(text, ['window=2 min']), catalog);
if (!outlook.ok) throw new Error('no forecast');
const sources: MetricSources = {
  simulation,
  forecast: outlook.result,
  baseline: await resultOf(text, ['window=2 min', 'services.chat.traffic.rate=1 /s', 'pools.gpu.replicas=2']),
};
const value = (metric: string): number | undefined => metricValue(metric, sources)?.value;

describe('metrics of a result', () => {
  it('are addressed as they stand in the JSON, with their interval', () => {
    expect(metricValue('services.chat.ttft_ms.p95', sources)).toEqual({
      value: chat.ttft_ms?.p95,
      ci95: chat.ttft_ms?.ci95.p95,
      isSampled: true,
    });
    expect(metricValue('cost.per_month_usd', sources)).toEqual({
      value: simulation.cost.per_month_usd,
      ci95: null,
      isSampled: false,
    });
    expect(value('pools.gpu.utilization.of_capacity')).toBe(simulation.pools.gpu?.utilization.of_capacity);
    expect(value('window_s')).toBe(120);
  });

  it('may have keys that hold dots', () => {
    expect(value('services.chat.slo_attainment.ttft.p95.value_ms')).toBe(chat.slo_attainment['ttft.p95']?.value_ms);
    expect(value('services.chat.slo_attainment.tpot.p95.share_within')).toBe(
      chat.slo_attainment['tpot.p95']?.share_within,
    );
  });

  it('with the longest key that leads somewhere', () => {
    const dotted = { ...simulation, services: { 'a.b': { c: 1 }, a: { b: { c: 2, d: 3 } } } } as never;
    expect(metricValue('services.a.b.c', { simulation: dotted })?.value).toBe(1);
    expect(metricValue('services.a.b.d', { simulation: dotted })?.value).toBe(3);
  });

  it.each([
    'services.chat.ttft_ms.p42',
    'services.nobody.ttft_ms.p95',
    'services.chat',
    'services.chat.ttft_ms',
    'name',
    'services.chat.slo_attainment.ttft.p95.met',
    '',
    '.',
    'services..ttft_ms',
    '__proto__',
    '__proto__.constructor.length',
    'services.__proto__.constructor.length',
    'services.chat.constructor.length',
    'services.chat.ttft_ms.toString.length',
    'delta.__proto__.constructor.length',
    'forecast.__proto__.constructor.length',
    'forecast.services.__proto__.ttft_ms.p95',
  ])('have no data under "%s"', (metric) => {
    expect(metricValue(metric, sources)).toBeUndefined();
  });

  it('have no data where the figure is null', () => {
    const empty = { ...simulation, cost: { ...simulation.cost, per_request_usd: null } };
    expect(metricValue('cost.per_request_usd', { simulation: empty })).toBeUndefined();
  });

  it('are unresolved samples where the interval is null', () => {
    const unresolved = { ...chat.ttft_ms!, ci95: { ...chat.ttft_ms!.ci95, p99: null } };
    const result = { ...simulation, services: { chat: { ...chat, ttft_ms: unresolved } } };
    expect(metricValue('services.chat.ttft_ms.p99', { simulation: result })).toMatchObject({
      ci95: null,
      isSampled: true,
    });
  });
});

describe('metrics of a forecast', () => {
  it('are the peak and the total of cost, without an interval: a fan spans what may come, not what sampling leaves open', () => {
    const fan = { p10: 10, p50: 20, p90: 40 };
    const [first, ...rest] = sources.forecast!.periods;
    const wide = {
      ...sources.forecast!,
      total_cost_usd: fan,
      periods: [{ ...first!, cost_usd: { p10: 9_000, p50: 10_000, p90: 12_000, by_item: [] } }, ...rest],
    };
    const of = (metric: string) => metricValue(metric, { simulation, forecast: wide });
    expect(of('forecast.cost.total_usd')).toEqual({ value: 20, ci95: null, isSampled: false });
    expect(of('forecast.cost.peak_month_usd')).toEqual({ value: 10_000, ci95: null, isSampled: false });
  });

  it('are the worst month of a latency, with that month’s interval', () => {
    const months = sources.forecast!.periods.map(({ services }) => services.chat!.tpot_ms!);
    const worst = months.reduce((most, month) => (month.p95! > most.p95! ? month : most));
    expect(metricValue('forecast.services.chat.tpot_ms.p95', sources)).toEqual({
      value: worst.p95,
      ci95: worst.ci95.p95,
      isSampled: true,
    });
  });

  it('count breaches', () => {
    expect(value('forecast.breaches')).toBe(sources.forecast!.breaches.length);
  });

  it('need a forecast', () => {
    expect(metricValue('forecast.cost.total_usd', { simulation })).toBeUndefined();
    expect(needs('forecast.cost.total_usd')).toBe('forecast');
    expect(needs('delta.cost.percent')).toBe('baseline');
    expect(needs('cost.per_month_usd')).toBe('simulation');
  });
});

describe('metrics of a difference', () => {
  it('are now minus the baseline', () => {
    expect(value('delta.cost.per_month_usd')).toBeCloseTo(-simulation.cost.per_month_usd, 6);
    expect(value('delta.cost.percent')).toBeCloseTo(-50, 9);
    const before = sources.baseline!.services.chat!.tpot_ms!;
    expect(value('delta.services.chat.tpot_ms.p95')).toBeCloseTo(chat.tpot_ms!.p95! - before.p95!, 9);
  });

  it('have the interval of two independent figures', () => {
    const found = metricValue('delta.services.chat.tpot_ms.mean', sources)!;
    const width = ([low, high]: readonly [number, number]): number => high - low;
    const [now, then] = [chat.tpot_ms!.ci95.mean!, sources.baseline!.services.chat!.tpot_ms!.ci95.mean!];
    expect(width(found.ci95!)).toBeCloseTo(Math.hypot(width(now), width(then)), 9);
    expect((found.ci95![0] + found.ci95![1]) / 2).toBeCloseTo(found.value, 9);
  });

  it('need a baseline, and one that has the figure', () => {
    expect(metricValue('delta.cost.per_month_usd', { simulation })).toBeUndefined();
    const other = { ...sources.baseline!, services: {} };
    expect(metricValue('delta.services.chat.tpot_ms.p95', { simulation, baseline: other })).toBeUndefined();
  });

  it('have no percentage of a free baseline', () => {
    const free = { ...simulation, cost: { ...simulation.cost, per_month_usd: 0 } };
    expect(metricValue('delta.cost.percent', { simulation, baseline: free })).toBeUndefined();
  });
});
