/** Margins, confidence and bounds of VPA recommendations. Source: kubernetes/autoscaler …/recommender/logic/estimator.go (2026). */

/** Amounts never exceed this (resource units: millicores or bytes). */
const MAX_AMOUNT = 1e14;
const SAMPLES_PER_DAY = 24 * 60;

/** An amount times a factor, truncated to whole units and kept within bounds. */
export function scaleAmount(amount: number, factor: number): number {
  const scaled = amount * factor;
  if (Number.isNaN(scaled) || scaled < 0) return 0;
  return scaled > MAX_AMOUNT ? MAX_AMOUNT : Math.trunc(scaled);
}

/** Adds a share of the amount on top. */
export function withMargin(amount: number, share: number): number {
  return amount + scaleAmount(amount, share);
}

/** How much history there is, in days: the shorter of the lifespan and the samples at one a minute. */
export function confidence(lifespanS: number, totalSamples: number, intervalS = 86_400): number {
  return Math.min(lifespanS / intervalS, totalSamples / SAMPLES_PER_DAY);
}

/** Widens a bound while history is short: × (1 + multiplier / confidence) ^ exponent. */
export function withConfidence(amount: number, multiplier: number, exponent: number, days: number): number {
  return scaleAmount(amount, (1 + multiplier / days) ** exponent);
}

/** What a container gets after it ran out of memory, in bytes: the larger of a fixed and a relative bump. */
export function oomBump(memoryUsedBytes: number, ratio: number, minBumpBytes: number): number {
  return Math.max(memoryUsedBytes + minBumpBytes, scaleAmount(memoryUsedBytes, ratio));
}

/** Whole cores, rounded up, for workloads that pin CPUs. */
export function integerCpu(cpuMilli: number): number {
  return Math.ceil(cpuMilli / 1000) * 1000;
}
