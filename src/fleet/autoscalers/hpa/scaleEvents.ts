import type { ScaleEvent, ScalingRules } from './types.js';

/** Replicas changed by events strictly younger than the period. */
export function replicasChangedInPeriod(events: readonly ScaleEvent[], periodS: number, nowS: number): number {
  const cutoffS = nowS - periodS;
  let changed = 0;
  for (const event of events) if (event.atS > cutoffS) changed += event.change;
  return changed;
}

/**
 * Remembers a change for the rate policies. Events older than the longest policy are marked outdated and their last
 * slot is reused. Without rules nothing reads the events, so nothing is stored.
 */
export function storeScaleEvent(
  events: readonly ScaleEvent[],
  change: number,
  rules: ScalingRules | null,
  nowS: number,
): readonly ScaleEvent[] {
  if (rules === null) return events;
  const longestPeriodS = rules.policies.reduce((longest, policy) => Math.max(longest, policy.periodSeconds), 0);
  const cutoffS = nowS - longestPeriodS;
  const marked = events.map((event) => (event.atS < cutoffS ? { ...event, outdated: true } : event));
  const latest: ScaleEvent = { change, atS: nowS, outdated: false };
  const slot = marked.findLastIndex((event) => event.outdated);
  return slot < 0 ? [...marked, latest] : marked.with(slot, latest);
}
