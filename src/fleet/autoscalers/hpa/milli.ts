import { MAX_INT32, MAX_INT64, type Milli } from './types.js';

/** A metric value in milli-units, rounded up as `Quantity.MilliValue()` does. */
export function toMilli(value: number): bigint {
  // Fifteen significant digits undo the binary noise of ×1000 (0.07 × 1000 = 70.00000000000001).
  return BigInt(Math.ceil(Number((value * 1000).toPrecision(15))));
}

/** Sum that saturates at the largest int64, as the controller does for external metrics. */
export function saturatingSum(values: readonly Milli[]): bigint {
  let sum = 0n;
  for (const value of values) {
    sum += BigInt(value);
    if (sum > MAX_INT64) return MAX_INT64;
  }
  return sum;
}

/** Usage for each replica, rounded up in doubles; saturates, and is 0 without replicas. */
export function perReplica(usage: bigint, replicas: number): bigint {
  if (Number(usage) >= Number(MAX_INT64)) return MAX_INT64;
  return replicas === 0 ? 0n : BigInt(Math.ceil(Number(usage) / replicas));
}

/** A ceiling that fits an int32. */
export function ceilInt32(value: number): number {
  return Math.min(Math.ceil(value), MAX_INT32);
}
