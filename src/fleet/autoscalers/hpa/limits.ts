import { replicasChangedInPeriod } from './scaleEvents.js';
import { MAX_INT32, type ScaleEvent, type ScalingPolicy, type ScalingRules } from './types.js';

export type LimitCondition =
  | 'DesiredWithinRange'
  | 'TooFewReplicas'
  | 'TooManyReplicas'
  | 'ScaleUpLimit'
  | 'ScaleDownLimit';

export interface Limited {
  readonly replicas: number;
  readonly condition: LimitCondition;
}

export interface PastEvents {
  readonly up: readonly ScaleEvent[];
  readonly down: readonly ScaleEvent[];
}

/** What a condition means, for explanations. */
export const CONDITION_WORDS: Readonly<Record<LimitCondition, string>> = {
  DesiredWithinRange: 'the desired count is within the acceptable range',
  TooFewReplicas: 'the desired count is below the minimum',
  TooManyReplicas: 'the desired count is above the maximum',
  ScaleUpLimit: 'the desired count grows faster than the scale-up rate allows',
  ScaleDownLimit: 'the desired count falls faster than the scale-down rate allows',
};

/** Highest count that the scale-up policies allow now. `Max` takes the most generous policy, `Min` the strictest. */
export function scaleUpLimit(current: number, events: PastEvents, rules: ScalingRules, nowS: number): number {
  if (rules.selectPolicy === 'Disabled') return current;
  const proposals = rules.policies.map((policy) => {
    const start = periodStart(current, events, policy, nowS);
    return policy.type === 'Pods' ? start + policy.value : Math.ceil(start * (1 + policy.value / 100));
  });
  return rules.selectPolicy === 'Min' ? Math.min(MAX_INT32, ...proposals) : Math.max(-MAX_INT32 - 1, ...proposals);
}

/** Lowest count that the scale-down policies allow now. Percentages truncate, in doubles: 10 × (1 − 90/100) is 0. */
export function scaleDownLimit(current: number, events: PastEvents, rules: ScalingRules, nowS: number): number {
  if (rules.selectPolicy === 'Disabled') return current;
  const proposals = rules.policies.map((policy) => {
    const start = periodStart(current, events, policy, nowS);
    // `+ 0` turns −0 into 0.
    return policy.type === 'Pods' ? start - policy.value : Math.trunc(start * (1 - policy.value / 100)) + 0;
  });
  return rules.selectPolicy === 'Min' ? Math.max(-MAX_INT32 - 1, ...proposals) : Math.min(MAX_INT32, ...proposals);
}

/** The count at the start of a policy's period: changes since then are undone. */
function periodStart(current: number, events: PastEvents, policy: ScalingPolicy, nowS: number): number {
  const added = replicasChangedInPeriod(events.up, policy.periodSeconds, nowS);
  const deleted = replicasChangedInPeriod(events.down, policy.periodSeconds, nowS);
  return current - added + deleted;
}

/** Applies the rate policies of `behavior` and the bounds. A rate limit never pushes past the current count. */
export function limitWithBehavior(
  current: number,
  desired: number,
  bounds: { readonly min: number; readonly max: number },
  rules: { readonly scaleUp: ScalingRules; readonly scaleDown: ScalingRules },
  events: PastEvents,
  nowS: number,
): Limited {
  if (desired > current) {
    const limit = Math.max(current, scaleUpLimit(current, events, rules.scaleUp, nowS));
    const isRateLimit = bounds.max > limit;
    const allowed = isRateLimit ? limit : bounds.max;
    if (desired > allowed) return { replicas: allowed, condition: isRateLimit ? 'ScaleUpLimit' : 'TooManyReplicas' };
  } else if (desired < current) {
    const limit = Math.min(current, scaleDownLimit(current, events, rules.scaleDown, nowS));
    const isRateLimit = bounds.min < limit;
    const allowed = isRateLimit ? limit : bounds.min;
    if (desired < allowed) return { replicas: allowed, condition: isRateLimit ? 'ScaleDownLimit' : 'TooFewReplicas' };
  }
  return { replicas: desired, condition: 'DesiredWithinRange' };
}

/** Limits without `behavior`: at most `factor` times the current count (or `minimum`) in one step, then the bounds. */
export function limitWithoutBehavior(
  current: number,
  desired: number,
  bounds: { readonly min: number; readonly max: number },
  step: { readonly factor: number; readonly minimum: number },
): Limited {
  const limit = Math.trunc(Math.max(step.factor * current, step.minimum));
  const isRateLimit = bounds.max > limit;
  const allowed = isRateLimit ? limit : bounds.max;
  if (desired < bounds.min) return { replicas: bounds.min, condition: 'TooFewReplicas' };
  if (desired > allowed) return { replicas: allowed, condition: isRateLimit ? 'ScaleUpLimit' : 'TooManyReplicas' };
  return { replicas: desired, condition: 'DesiredWithinRange' };
}
