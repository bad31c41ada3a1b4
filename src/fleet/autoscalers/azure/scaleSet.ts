import { changeInWords, clamp, type Decision, type MetricProposal, metricValue, type Observation } from '../types.js';

/** Autoscale rules of a virtual machine scale set (Azure Monitor documentation, "Understand autoscale settings", read 2026). */
export interface ScaleRule {
  readonly metric: string;
  readonly operator: 'GreaterThan' | 'GreaterThanOrEqual' | 'LessThan' | 'LessThanOrEqual' | 'Equals' | 'NotEquals';
  readonly threshold: number;
  /** Readings of this period are aggregated. */
  readonly timeWindowS: number;
  readonly timeAggregation: 'Average' | 'Minimum' | 'Maximum' | 'Total' | 'Last' | 'Count';
  readonly direction: 'Increase' | 'Decrease';
  readonly type: 'ChangeCount' | 'PercentChangeCount' | 'ExactCount';
  readonly value: number;
  readonly cooldownS: number;
}

export interface ScaleSetPolicy {
  readonly kind: 'azure-vmss';
  readonly min: number;
  readonly max: number;
  /** Used while no rule can be evaluated. */
  readonly default: number;
  readonly rules: readonly ScaleRule[];
}

export interface ScaleSetState {
  readonly readings: Readonly<Record<string, readonly { readonly atS: number; readonly value: number }[]>>;
  readonly lastActionS: number | null;
}

export const INITIAL_SCALE_SET_STATE: ScaleSetState = { readings: {}, lastActionS: null };

interface Evaluated {
  readonly rule: ScaleRule;
  readonly value: number | null;
  readonly isMet: boolean;
  readonly isCooling: boolean;
  readonly replicas: number;
}

/** One evaluation: out if any rule asks for it, in only if all scale-in rules do and it would not flap back. */
export function decideScaleSet(
  state: ScaleSetState,
  observation: Observation,
  policy: ScaleSetPolicy,
): Decision<ScaleSetState> {
  const { timeS, currentReplicas: current } = observation;
  const readings = addReadings(state.readings, observation, policy);
  const evaluated = policy.rules.map((rule) => evaluate(rule, readings, state.lastActionS, timeS, current));
  const { wanted, why } = combine(evaluated, current);
  const desired = clamp(wanted, policy.min, policy.max);
  return {
    desired,
    state: { readings, lastActionS: desired === current ? state.lastActionS : timeS },
    explanation: {
      proposals: evaluated.map(proposal),
      ...(desired === wanted
        ? {}
        : { limit: { name: 'profile capacity', why: `between ${policy.min} and ${policy.max}` } }),
      words: `${changeInWords(current, desired)}: ${why}.`,
    },
  };
}

function addReadings(
  readings: ScaleSetState['readings'],
  observation: Observation,
  policy: ScaleSetPolicy,
): ScaleSetState['readings'] {
  const next: Record<string, readonly { readonly atS: number; readonly value: number }[]> = {};
  for (const { metric } of policy.rules) {
    const longestS = Math.max(...policy.rules.filter((rule) => rule.metric === metric).map((rule) => rule.timeWindowS));
    const kept = (readings[metric] ?? []).filter((reading) => reading.atS > observation.timeS - longestS);
    const value = metricValue(observation, metric) ?? null;
    next[metric] = value === null ? kept : [...kept, { atS: observation.timeS, value }];
  }
  return next;
}

function evaluate(
  rule: ScaleRule,
  readings: ScaleSetState['readings'],
  lastActionS: number | null,
  timeS: number,
  current: number,
): Evaluated {
  const values = (readings[rule.metric] ?? [])
    .filter((reading) => reading.atS > timeS - rule.timeWindowS)
    .map((reading) => reading.value);
  const value = aggregate(values, rule.timeAggregation);
  return {
    rule,
    value,
    isMet: value !== null && compare(value, rule.operator, rule.threshold),
    isCooling: lastActionS !== null && timeS - lastActionS < rule.cooldownS,
    replicas: changed(rule, current),
  };
}

function aggregate(values: readonly number[], how: ScaleRule['timeAggregation']): number | null {
  if (values.length === 0) return null;
  const total = values.reduce((sum, value) => sum + value, 0);
  switch (how) {
    case 'Average':
      return total / values.length;
    case 'Minimum':
      return Math.min(...values);
    case 'Maximum':
      return Math.max(...values);
    case 'Total':
      return total;
    case 'Last':
      return values.at(-1)!;
    case 'Count':
      return values.length;
  }
}

function compare(value: number, operator: ScaleRule['operator'], threshold: number): boolean {
  switch (operator) {
    case 'GreaterThan':
      return value > threshold;
    case 'GreaterThanOrEqual':
      return value >= threshold;
    case 'LessThan':
      return value < threshold;
    case 'LessThanOrEqual':
      return value <= threshold;
    case 'Equals':
      return value === threshold;
    case 'NotEquals':
      return value !== threshold;
  }
}

function changed(rule: ScaleRule, current: number): number {
  if (rule.type === 'ExactCount') return rule.value;
  const sign = rule.direction === 'Increase' ? 1 : -1;
  // A percentage moves at least one machine.
  const step = rule.type === 'ChangeCount' ? rule.value : Math.max(1, Math.floor((current * rule.value) / 100));
  return Math.max(0, current + sign * step);
}

function combine(evaluated: readonly Evaluated[], current: number): { readonly wanted: number; readonly why: string } {
  const out = evaluated.filter((each) => each.rule.direction === 'Increase');
  const inward = evaluated.filter((each) => each.rule.direction === 'Decrease');
  const firing = out.filter((each) => each.isMet);
  if (firing.length > 0) {
    const ready = firing.filter((each) => !each.isCooling);
    if (ready.length === 0) return { wanted: current, why: 'scale-out cools down' };
    return { wanted: Math.max(...ready.map((each) => each.replicas)), why: 'a scale-out rule fires' };
  }
  if (inward.length === 0 || !inward.every((each) => each.isMet)) return { wanted: current, why: 'no rule decides' };
  if (inward.some((each) => each.isCooling)) return { wanted: current, why: 'scale-in cools down' };
  const wanted = Math.max(...inward.map((each) => each.replicas));
  const flapping = out.find((each) => wouldFlap(each, current, wanted));
  if (flapping !== undefined)
    return { wanted: current, why: `skipped: with ${wanted} machines ${flapping.rule.metric} would scale out again` };
  return { wanted, why: 'every scale-in rule fires' };
}

/** The load spread over fewer machines, against the scale-out rule. */
function wouldFlap(each: Evaluated, current: number, wanted: number): boolean {
  if (each.value === null || wanted >= current) return false;
  return wanted === 0 || compare((each.value * current) / wanted, each.rule.operator, each.rule.threshold);
}

function proposal(each: Evaluated): MetricProposal {
  const { rule } = each;
  const state = each.isMet ? (each.isCooling ? 'met, cools down' : 'met') : 'not met';
  return {
    metric: rule.metric,
    value: each.value,
    target: rule.threshold,
    replicas: each.isMet ? each.replicas : null,
    why: each.value === null ? 'no data' : `${rule.direction}: ${rule.operator} ${rule.threshold} is ${state}`,
  };
}
