import type { GateResult, GateRuleResult, GateStatus } from '../../plan/results.js';
import { formatMetric, formatMetricLimit } from '../format/metric.js';

/** INTERFACE: 0 the gate passed, 3 it failed, 4 it is inconclusive. */
export const GATE_EXIT: Readonly<Record<GateStatus, number>> = { pass: 0, fail: 3, inconclusive: 4 };

const LEVEL_RANK = { error: 0, warn: 2, info: 4 } as const;

/** Failed errors, inconclusive errors, then warnings and infos alike, passes last; equal ones in the order of the rules. */
export const worstFirst = (rules: readonly GateRuleResult[]): readonly GateRuleResult[] =>
  [...rules].sort((a, b) => rank(a) - rank(b));

/** `2 failed, 1 failed as warning, 1 inconclusive, 3 passed`; zero counts are left out. */
export function gateCounts(gate: GateResult): string {
  const count = (holds: (rule: GateRuleResult) => boolean): number => gate.rules.filter(holds).length;
  const parts = [
    [count((rule) => rule.status === 'fail' && rule.level === 'error'), 'failed'],
    [count((rule) => rule.status === 'fail' && rule.level === 'warn'), 'failed as warning'],
    [count((rule) => rule.status === 'fail' && rule.level === 'info'), 'failed as information'],
    [count((rule) => rule.status === 'inconclusive'), 'inconclusive'],
    [count((rule) => rule.status === 'pass'), 'passed'],
  ] as const;
  const shown = parts.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`);
  return shown.length === 0 ? 'no rules' : shown.join(', ');
}

/** `≤ $200,000`. */
export const limitText = (rule: GateRuleResult): string =>
  `${rule.bound === 'max' ? '≤' : '≥'} ${formatMetricLimit(rule.metric, rule.limit)}`;

/** One sentence for formats that carry a message: `forecast.cost.peak_month_usd is $206,700, limit ≤ $200,000`. */
export function ruleSentence(rule: GateRuleResult): string {
  const value = formatMetric(rule.metric, rule.value);
  if (rule.status === 'inconclusive') {
    return `${rule.metric} is ${value}, its 95 % interval straddles the limit ${limitText(rule)}`;
  }
  return `${rule.metric} is ${value}, limit ${limitText(rule)}`;
}

export interface Place {
  readonly file: string;
  /** Counts from 1; `null` where the location names no line. */
  readonly line: number | null;
}

/** `budgets.yaml:4` or `budgets.yaml:4:7` with forward slashes; null where the rule has no file. */
export function placeOf(location: string): Place | null {
  const [, file = '', line] = /^(.*?)(?::(\d+))?(?::\d+)?$/s.exec(location) ?? [];
  if (file.trim() === '') return null;
  return { file: file.replaceAll('\\', '/'), line: line === undefined ? null : Math.max(1, Number(line)) };
}

function rank(rule: GateRuleResult): number {
  if (rule.status === 'pass') return 6;
  return LEVEL_RANK[rule.level] + (rule.status === 'inconclusive' ? 1 : 0);
}
