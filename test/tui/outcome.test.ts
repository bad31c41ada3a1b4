import { describe, expect, it } from 'vitest';
import { editsKey, mergeEdits } from '../../src/tui/leverValues.js';
import { breachName, type OutcomeRow, outcomeRows } from '../../src/tui/outcome.js';
import { BASE_KEY, type Figures, initialState, reduce } from '../../src/tui/state.js';
import { suggestionsOf } from '../../src/tui/suggestions.js';
import { answerTo, BUDGET_USD, recommendationFor } from './fakeWorld.js';

const figuresOf = (edits: Parameters<typeof answerTo>[0]): Figures => {
  const state = reduce(
    { ...initialState([]), edits },
    { type: 'answer', key: editsKey(edits), answer: answerTo(edits, 5) },
  );
  if (!state.figures) throw new Error('no figures');
  return state.figures;
};
const row = (rows: readonly OutcomeRow[], label: string) =>
  rows.find((one) => one.kind === 'figure' && one.label === label);
const base = figuresOf([]);
const replicas = (to: number) => mergeEdits([], [{ path: 'pools.us-gpu.replicas', from: 4, to }]);

describe('outcome', () => {
  it('shows the base without changes', () => {
    expect(base.simulationKey).toBe(BASE_KEY);
    const rows = outcomeRows(base, null, BUDGET_USD);
    expect(row(rows, 'cost / month')).toMatchObject({
      value: '$29,990',
      interval: '[29.7k … 30.4k]',
      change: '',
      limit: '✓ ≤ $45k',
    });
    expect(row(rows, 'TTFT p95')).toMatchObject({ limit: '✓ ≤ 800 ms', limitVerdict: 'good' });
    expect(row(rows, 'utilisation')).toMatchObject({ value: '44 %', interval: '4 replicas' });
  });

  it('shows each change against the base, and whether it is welcome', () => {
    const rows = outcomeRows(figuresOf(replicas(8)), base, BUDGET_USD);
    expect(row(rows, 'cost / month')).toMatchObject({
      change: '▲ $30k',
      changeVerdict: 'bad',
      limit: '✗ ≤ $45k',
      limitVerdict: 'bad',
    });
    expect(row(rows, 'TTFT p95')).toMatchObject({ changeVerdict: 'good' });
    expect(row(rows, 'utilisation')).toMatchObject({ change: '▼ 22 pt', changeVerdict: 'neutral' });
  });

  it('marks a broken objective', () => {
    const rows = outcomeRows(figuresOf(replicas(3)), base, null);
    expect(row(rows, 'TTFT p95')).toMatchObject({ limit: '✓ ≤ 800 ms' });
    expect(row(outcomeRows(figuresOf(replicas(1)), base, null), 'TTFT p95')).toMatchObject({
      limit: '✗ ≤ 800 ms',
      limitVerdict: 'bad',
    });
  });

  it('dates breaches, soonest first, with their shift against the base', () => {
    const growth = mergeEdits([], [{ path: 'growth.users.rate', from: '8 % / month', to: '9 % / month' }]);
    const sentences = (rows: readonly OutcomeRow[]) =>
      rows.flatMap((one) => (one.kind === 'sentence' ? [one.text] : []));
    expect(sentences(outcomeRows(base, null, null))).toEqual([
      '✗ budget breaks Sep 2027, P10 Jul 2027',
      '✗ TTFT p95 breaks Oct 2027',
    ]);
    expect(sentences(outcomeRows(figuresOf(growth), base, null))).toEqual([
      '✗ budget breaks Aug 2027, P10 Jun 2027 · 1 mo sooner',
      '✗ TTFT p95 breaks Sep 2027 · 1 mo sooner',
    ]);
    const calm = mergeEdits([], [{ path: 'growth.users.rate', from: '8 % / month', to: '0 % / month' }]);
    expect(sentences(outcomeRows(figuresOf(calm), base, null))).toEqual([
      '✓ no objective, quota or budget breaks until Dec 2027',
    ]);
  });

  it('says how likely a breach is that has no median date', () => {
    const forecast = {
      ...base.forecast!,
      breaches: [
        { what: 'budget.monthly', limit: '', probability: 0.2, date: { p10: '2027-07-01', p50: null, p90: null } },
      ],
    };
    const rows = outcomeRows({ ...base, forecast }, null, null);
    expect(rows).toContainEqual({ kind: 'sentence', text: '· budget: 20 % chance of a breach', verdict: 'neutral' });
  });

  it('names what breaks', () => {
    expect(['services.chat.slo.ttft.p95', 'budget.monthly', 'pools.us-gpu.quota'].map(breachName)).toEqual([
      'TTFT p95',
      'budget',
      'us-gpu quota',
    ]);
  });

  it('shows a promise that is no latency', () => {
    const chat = base.simulation.services['chat'];
    if (!chat) throw new Error('no service');
    const availability = { limit_ms: 0, value_ms: null, share_within: 0.9995, met: true, probability: 1 };
    const promised = { ...chat, slo_attainment: { ...chat.slo_attainment, availability } };
    const rows = outcomeRows({ ...base, simulation: { ...base.simulation, services: { chat: promised } } }, null, null);
    expect(row(rows, 'availability')).toMatchObject({ value: '99.95 %', limit: '✓ promised' });
  });

  it('names the service and the pool where there are several, and leaves out costs that are nothing', () => {
    const { services, pools, cost } = base.simulation;
    const simulation = {
      ...base.simulation,
      services: { chat: services['chat']!, search: services['chat']! },
      pools: { a: pools['us-gpu']!, b: pools['us-gpu']! },
      cost: { ...cost, per_month_usd: 0, per_million_tokens_usd: null, per_request_usd: 0 },
    };
    const labels = outcomeRows({ ...base, simulation, forecast: null }, null, null).flatMap((one) =>
      one.kind === 'figure' ? [one.label] : [],
    );
    expect(labels).toContain('search TTFT p95');
    expect(labels).toContain('b use');
    expect(labels).not.toContain('$ / request');
  });

  it('does without a forecast', () => {
    expect(row(outcomeRows({ ...base, forecast: null }, null, null), 'cost / month')).toMatchObject({
      value: '$29,990',
      interval: '',
    });
  });
});

describe('suggestions', () => {
  it('list feasible single changes by saving, the whole plan last', () => {
    expect(suggestionsOf(recommendationFor([])).map(({ name }) => name)).toEqual([
      'fewer replicas',
      'tensor parallelism',
      'whole plan',
    ]);
  });

  it('leave out changes that cost more, unless the base breaks a promise', () => {
    const result = recommendationFor([]);
    const levers = result.levers.map((one) => ({ ...one, saving_per_month_usd: -100 }));
    expect(suggestionsOf({ ...result, levers, recommended: null })).toEqual([]);
    const broken = { ...result.base, feasible: false };
    expect(suggestionsOf({ ...result, base: broken, levers, recommended: null })).toHaveLength(2);
  });
});
