/** The maximum of the last few buckets. Source: knative/serving pkg/autoscaler/aggregation/max (2026). */
export interface MaxWindow {
  readonly buckets: number;
  readonly entries: readonly { readonly index: number; readonly value: number }[];
}

export function maxWindow(buckets: number): MaxWindow {
  return { buckets, entries: [] };
}

/**
 * Records a value at a bucket index that never falls. Entries that a later, larger value outlives are dropped, so the
 * first entry is the maximum. Two values in one bucket count as the larger.
 */
export function recordMax(window: MaxWindow, index: number, value: number): MaxWindow {
  const kept = window.entries.filter((entry) => entry.value > value && index - entry.index < window.buckets);
  const last = kept.at(-1);
  if (last?.index === index) return { ...window, entries: kept };
  return { ...window, entries: [...kept, { index, value }] };
}

export function currentMax(window: MaxWindow): number {
  return window.entries[0]?.value ?? 0;
}

/** A window in seconds: buckets of `granularityS`, whole seconds as upstream counts them. */
export function timeWindow(durationS: number, granularityS: number): MaxWindow {
  return maxWindow(Math.ceil(durationS / granularityS));
}

export function recordMaxAt(window: MaxWindow, granularityS: number, timeS: number, value: number): MaxWindow {
  return recordMax(window, Math.floor(Math.floor(timeS) / granularityS), value);
}
