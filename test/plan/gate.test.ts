/** Rules held against results: every combination of what decides, which bound, and where the interval lies. */
import { describe, expect, it } from 'vitest';
import { gate } from '../../src/plan/gate.js';
import type { MetricSources } from '../../src/plan/metrics.js';
import type { GateStatus } from '../../src/plan/results.js';
import type { GateRule } from '../../src/scenario/types.js';
import type { Interval, SimulationResult } from '../../src/simulate/result.js';
import { CHAT, resultOf } from '../simulate/worlds.js';

const base = await resultOf(CHAT, ['window=1 min']);
const P95 = 'services.chat.ttft_ms.p95';

/** A result whose p95 of the time to first token is this. */
function resultWith(p95: number | null, ci95: Interval, costUsd = 1000): SimulationResult {
  const chat = base.services.chat!;
  const ttft = { ...chat.ttft_ms!, p95, ci95: { ...chat.ttft_ms!.ci95, p95: ci95 } };
  return {
    ...base,
    services: { chat: { ...chat, ttft_ms: ttft } },
    cost: { ...base.cost, per_month_usd: costUsd },
  };
}

const rule = (given: Partial<GateRule>): GateRule => ({
  metric: P95,
  level: 'error',
  decide: 'point',
  location: 's.yaml:30',
  ...given,
});

function judged(given: Partial<GateRule>, sources: MetricSources) {
  const outcome = gate([rule(given)], sources);
  if (!outcome.ok) throw new Error(outcome.missing[0]?.message);
  return outcome.result;
}

const at = (value: number, ci95: Interval): MetricSources => ({ simulation: resultWith(value, ci95) });
/** The limit is 100: below it, across it with the value on either side, above it, at it. */
const BELOW = at(80, [70, 90]);
const ACROSS_LOW = at(95, [85, 105]);
const ACROSS_HIGH = at(105, [95, 115]);
const ABOVE = at(120, [110, 130]);
const TOUCHING = at(95, [90, 100]);
const UNRESOLVED_LOW = at(80, null);
const UNRESOLVED_HIGH = at(120, null);

const TABLE: readonly (readonly [
  string,
  MetricSources,
  Record<string, readonly [GateStatus, GateStatus, GateStatus]>,
])[] = [
  // For each bound: point, upper95, lower95.
  ['below the limit', BELOW, { max: ['pass', 'pass', 'pass'], min: ['fail', 'fail', 'fail'] }],
  [
    'across it, value below',
    ACROSS_LOW,
    { max: ['pass', 'inconclusive', 'pass'], min: ['fail', 'pass', 'inconclusive'] },
  ],
  [
    'across it, value above',
    ACROSS_HIGH,
    { max: ['fail', 'inconclusive', 'pass'], min: ['pass', 'pass', 'inconclusive'] },
  ],
  ['above the limit', ABOVE, { max: ['fail', 'fail', 'fail'], min: ['pass', 'pass', 'pass'] }],
  ['touching it from below', TOUCHING, { max: ['pass', 'pass', 'pass'], min: ['fail', 'pass', 'inconclusive'] }],
  [
    'not resolved, value below',
    UNRESOLVED_LOW,
    { max: ['pass', 'inconclusive', 'inconclusive'], min: ['fail', 'inconclusive', 'inconclusive'] },
  ],
  [
    'not resolved, value above',
    UNRESOLVED_HIGH,
    { max: ['fail', 'inconclusive', 'inconclusive'], min: ['pass', 'inconclusive', 'inconclusive'] },
  ],
];

describe('a rule', () => {
  const cases = TABLE.flatMap(([name, sources, expected]) =>
    (['max', 'min'] as const).flatMap((bound) =>
      (['point', 'upper95', 'lower95'] as const).map(
        (decide, i) => [name, bound, decide, expected[bound]![i]!, sources] as const,
      ),
    ),
  );
  it.each(cases)('with an interval %s, as a %s decided by %s: %s', (_, bound, decide, status, sources) => {
    const result = judged({ [bound]: 100, decide }, sources);
    expect(result.rules).toHaveLength(1);
    expect(result.rules[0]).toMatchObject({ metric: P95, bound, limit: 100, status, location: 's.yaml:30' });
    expect(result.verdict).toBe(status);
  });

  it('on an exact figure is decided by the figure, whatever decides', () => {
    for (const decide of ['point', 'upper95', 'lower95'] as const) {
      expect(judged({ metric: 'cost.per_month_usd', max: 1000, decide }, BELOW).verdict).toBe('pass');
      expect(judged({ metric: 'cost.per_month_usd', max: 999, decide }, BELOW).verdict).toBe('fail');
    }
  });

  it('may have both bounds, judged one by one', () => {
    expect(judged({ min: 90, max: 100 }, BELOW).rules.map(({ bound, status }) => [bound, status])).toEqual([
      ['max', 'pass'],
      ['min', 'fail'],
    ]);
  });

  it('shows the value and its interval', () => {
    expect(judged({ max: 100 }, BELOW).rules[0]).toMatchObject({ value: 80, ci95: [70, 90] });
  });
});

describe('the verdict', () => {
  const verdict = (...rules: readonly Partial<GateRule>[]): GateStatus => {
    const outcome = gate(rules.map(rule), ACROSS_LOW);
    if (!outcome.ok) throw new Error('no data');
    return outcome.result.verdict;
  };
  const PASSED = { max: 200 };
  const FAILED = { max: 50 };
  const OPEN = { max: 100, decide: 'upper95' } as const;

  it('passes when every rule does, and without any rule', () => {
    expect(verdict(PASSED, PASSED)).toBe('pass');
    expect(verdict()).toBe('pass');
  });

  it('fails when one does: a failure outweighs what is inconclusive', () => {
    expect(verdict(OPEN, FAILED, PASSED)).toBe('fail');
    expect(verdict(FAILED, OPEN)).toBe('fail');
  });

  it('is inconclusive when nothing fails and something is open', () => {
    expect(verdict(PASSED, OPEN)).toBe('inconclusive');
  });

  it.each(['warn', 'info'] as const)('is not decided by rules of level %s, which are shown all the same', (level) => {
    expect(verdict({ ...FAILED, level }, PASSED)).toBe('pass');
    expect(verdict({ ...OPEN, level })).toBe('pass');
    const outcome = gate([rule({ ...FAILED, level })], ACROSS_LOW);
    expect(outcome.ok && outcome.result.rules[0]).toMatchObject({ level, status: 'fail' });
  });
});

describe('a rule without data', () => {
  it('is missing, never passed, and outweighs every failure', () => {
    const outcome = gate([rule({ max: 50 }), rule({ metric: 'services.chat.ttft_ms.p42', max: 1 })], ABOVE);
    expect(outcome.ok).toBe(false);
    expect(!outcome.ok && outcome.missing.map(({ message }) => message)).toEqual([
      'no data for metric "services.chat.ttft_ms.p42"',
    ]);
  });

  it('is missing at every level', () => {
    for (const level of ['warn', 'info'] as const)
      expect(gate([rule({ metric: 'nothing', max: 1, level })], ABOVE).ok).toBe(false);
  });

  it('is missing where nothing completed', () => {
    expect(gate([rule({ max: 1 })], { simulation: resultWith(null, null) }).ok).toBe(false);
  });

  it('are named all at once, with a hint', () => {
    const outcome = gate([rule({ metric: 'x', max: 1 }), rule({ metric: 'delta.cost.percent', max: 1 })], ABOVE);
    expect(!outcome.ok && outcome.missing).toHaveLength(2);
    expect(!outcome.ok && outcome.missing[1]?.hint).toContain('--baseline');
    expect(gate([rule({ metric: '__proto__.x', max: 1 })], ABOVE).ok).toBe(false);
  });
});

describe('a rule on a difference', () => {
  const now = resultWith(120, [118, 122], 1200);
  const before = resultWith(100, [98, 102], 1000);
  const sources: MetricSources = { simulation: now, baseline: before };

  it('is held against now minus before', () => {
    expect(judged({ metric: 'delta.cost.per_month_usd', max: 250 }, sources).verdict).toBe('pass');
    expect(judged({ metric: 'delta.cost.per_month_usd', max: 150 }, sources).verdict).toBe('fail');
    expect(judged({ metric: 'delta.cost.percent', max: 19 }, sources).verdict).toBe('fail');
    expect(judged({ metric: `delta.${P95}`, max: 21 }, sources).verdict).toBe('pass');
  });

  it('has an interval that may be inconclusive', () => {
    // 20 ± √(2² + 2²)
    expect(judged({ metric: `delta.${P95}`, max: 21, decide: 'upper95' }, sources).verdict).toBe('inconclusive');
    expect(judged({ metric: `delta.${P95}`, max: 23, decide: 'upper95' }, sources).verdict).toBe('pass');
    expect(judged({ metric: `delta.${P95}`, max: 17, decide: 'upper95' }, sources).verdict).toBe('fail');
  });

  it('ignores what is too small to matter: the figure itself, and for a percentage of cost the money', () => {
    const strict = { metric: 'delta.cost.per_month_usd', max: 100 };
    expect(judged({ ...strict, ignore_below: 201 }, sources).verdict).toBe('pass');
    expect(judged({ ...strict, ignore_below: 200 }, sources).verdict).toBe('fail');
    const percent = { metric: 'delta.cost.percent', max: 5 };
    expect(judged({ ...percent, ignore_below: 201 }, sources).verdict).toBe('pass');
    expect(judged({ ...percent, ignore_below: 199 }, sources).verdict).toBe('fail');
  });

  it('ignores small changes in either direction', () => {
    const cheaper: MetricSources = { simulation: before, baseline: now };
    expect(judged({ metric: 'delta.cost.per_month_usd', min: -100, ignore_below: 201 }, cheaper).verdict).toBe('pass');
    expect(judged({ metric: 'delta.cost.per_month_usd', min: -100 }, cheaper).verdict).toBe('fail');
  });
});
