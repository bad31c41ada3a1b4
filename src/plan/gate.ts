/** Rules held against results: what passes, what fails, and what the simulation cannot tell. */
import type { GateRule } from '../scenario/types.js';
import { type MetricSources, type MetricValue, metricValue, needs } from './metrics.js';
import type { GateResult, GateRuleResult, GateStatus } from './results.js';

/** A rule whose metric has no data: an error of the input, never a pass. */
export interface RuleWithoutData {
  readonly rule: GateRule;
  readonly message: string;
  readonly hint: string;
}

export type GateOutcome =
  | { readonly ok: true; readonly result: GateResult }
  | { readonly ok: false; readonly missing: readonly RuleWithoutData[] };

/** Judges every rule. Only rules of level `error` decide the verdict; a failure outweighs what is inconclusive. */
export function gate(rules: readonly GateRule[], sources: MetricSources): GateOutcome {
  const missing: RuleWithoutData[] = [];
  const results: GateRuleResult[] = [];
  for (const rule of rules) {
    const found = metricValue(rule.metric, sources);
    if (!found) {
      missing.push({ rule, message: `no data for metric "${rule.metric}"`, hint: hintFor(rule, sources) });
      continue;
    }
    for (const bound of ['max', 'min'] as const) {
      const limit = rule[bound];
      if (limit === undefined) continue;
      results.push({
        metric: rule.metric,
        limit,
        bound,
        value: found.value,
        ci95: found.ci95,
        level: rule.level,
        status: isTooSmallToMatter(rule, found, sources) ? 'pass' : judge(rule, bound, limit, found),
        location: rule.location,
      });
    }
  }
  if (missing.length > 0) return { ok: false, missing };
  const { fingerprint, name } = sources.simulation;
  return { ok: true, result: { schema_version: '1', fingerprint, name, verdict: verdictOf(results), rules: results } };
}

function verdictOf(results: readonly GateRuleResult[]): GateStatus {
  const deciding = results.filter((result) => result.level === 'error');
  if (deciding.some((result) => result.status === 'fail')) return 'fail';
  return deciding.some((result) => result.status === 'inconclusive') ? 'inconclusive' : 'pass';
}

/**
 * `point` holds the value itself against the limit. The cautious end (`upper95` for a maximum, `lower95` for a minimum) passes only when
 * the whole interval does, fails only when none of it does, and is inconclusive between; the other end fails only what is surely bad.
 */
function judge(
  rule: GateRule,
  bound: 'max' | 'min',
  limit: number,
  { value, ci95, isSampled }: MetricValue,
): GateStatus {
  const meets = (figure: number): boolean => (bound === 'max' ? figure <= limit : figure >= limit);
  if (rule.decide === 'point' || (!ci95 && !isSampled)) return meets(value) ? 'pass' : 'fail';
  if (!ci95) return 'inconclusive';
  const [low, high] = ci95;
  const cautious = bound === 'max' ? high : low;
  const lenient = bound === 'max' ? low : high;
  const isCautious = (bound === 'max') === (rule.decide === 'upper95');
  if (!isCautious) return meets(lenient) ? 'pass' : 'fail';
  if (meets(cautious)) return 'pass';
  return meets(lenient) ? 'inconclusive' : 'fail';
}

/** `ignore_below` silences small changes: for a percentage of cost it is an amount of money. */
function isTooSmallToMatter(rule: GateRule, found: MetricValue, sources: MetricSources): boolean {
  if (rule.ignore_below === undefined) return false;
  const size =
    rule.metric === 'delta.cost.percent'
      ? Math.abs(sources.simulation.cost.per_month_usd - (sources.baseline?.cost.per_month_usd ?? 0))
      : Math.abs(found.value);
  return size < rule.ignore_below;
}

function hintFor(rule: GateRule, sources: MetricSources): string {
  const need = needs(rule.metric);
  if (need === 'baseline' && !sources.baseline) return 'give --baseline RESULT.json (from simulate --json)';
  return 'metrics are addressed as in simulate --json, for example services.NAME.ttft_ms.p95 or cost.per_month_usd';
}
