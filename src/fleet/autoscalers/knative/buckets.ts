/**
 * Averages over a ring of time buckets: plain and exponentially weighted.
 * Source: knative/serving pkg/autoscaler/aggregation/bucketing.go (2026).
 */
export interface Buckets {
  readonly windowS: number;
  readonly granularityS: number;
  readonly values: readonly number[];
  readonly total: number;
  /** Bucket times in seconds; null before the first write. */
  readonly firstWriteS: number | null;
  readonly lastWriteS: number | null;
}

export function emptyBuckets(windowS: number, granularityS: number): Buckets {
  const length = Math.ceil(windowS / granularityS);
  return {
    windowS,
    granularityS,
    values: new Array<number>(length).fill(0),
    total: 0,
    firstWriteS: null,
    lastWriteS: null,
  };
}

function bucketTime(buckets: Buckets, timeS: number): number {
  return Math.floor(timeS / buckets.granularityS) * buckets.granularityS;
}

function indexOf(buckets: Buckets, timeS: number): number {
  return Math.floor(Math.floor(timeS) / buckets.granularityS);
}

/** Slot of a possibly negative index. */
function slot(buckets: Buckets, index: number): number {
  const length = buckets.values.length;
  return ((index % length) + length) % length;
}

/** Adds a value to its bucket. Buckets skipped since the last write become zero; a write older than the window is ignored. */
export function recordBucket(buckets: Buckets, timeS: number, value: number): Buckets {
  const writeS = bucketTime(buckets, timeS);
  let { firstWriteS, lastWriteS, total } = buckets;
  const values = [...buckets.values];
  if (lastWriteS !== writeS) {
    if (lastWriteS !== null && writeS + buckets.windowS <= lastWriteS) return buckets;
    if (firstWriteS === null || firstWriteS > writeS) firstWriteS = writeS;
    if (lastWriteS === null || writeS > lastWriteS) {
      if (lastWriteS === null || writeS - lastWriteS >= buckets.windowS) {
        firstWriteS = writeS;
        values.fill(0);
        total = 0;
      } else {
        for (let index = indexOf(buckets, lastWriteS) + 1; index <= indexOf(buckets, timeS); index += 1) {
          const at = slot(buckets, index);
          total -= values[at]!;
          values[at] = 0;
        }
      }
      lastWriteS = writeS;
    }
  }
  const at = slot(buckets, indexOf(buckets, timeS));
  values[at] = values[at]! + value;
  return { ...buckets, values, total: total + value, firstWriteS, lastWriteS };
}

/** No write for longer than the window. */
export function isEmptyAt(buckets: Buckets, timeS: number): boolean {
  return buckets.lastWriteS === null || bucketTime(buckets, timeS) - buckets.lastWriteS > buckets.windowS;
}

/** Mean bucket over the part of the window that has been written. Cut to six digits, as upstream does. */
export function windowAverage(buckets: Buckets, timeS: number): number {
  const { firstWriteS, lastWriteS, granularityS } = buckets;
  if (firstWriteS === null || lastWriteS === null) return 0;
  const nowS = bucketTime(buckets, timeS);
  const silentS = nowS - lastWriteS;
  if (silentS >= buckets.windowS) return 0;
  const written = Math.floor((lastWriteS - firstWriteS) / granularityS) + 1;
  if (silentS <= 0) return cut(buckets.total / Math.min(written, buckets.values.length));
  const from = indexOf(buckets, lastWriteS);
  const to = indexOf(buckets, nowS);
  let total = buckets.total;
  for (let index = from + 1; index <= to; index += 1) total -= buckets.values[slot(buckets, index)]!;
  return cut(total / Math.min(written, buckets.values.length - (to - from)));
}

function cut(value: number): number {
  return Math.floor(value * 1e6) / 1e6;
}

/** At least this share of the weights lies within the window… */
const WEIGHT_PRECISION = 0.9999;
/** …but the newest bucket never weighs less than this. */
const MINIMAL_COEFFICIENT = 0.2;

export function smoothingCoefficient(bucketCount: number): number {
  return Math.max(1 - (1 - WEIGHT_PRECISION) ** (1 / bucketCount), MINIMAL_COEFFICIENT);
}

/** Exponentially weighted mean: the newest bucket weighs most, silence counts as zeros. */
export function weightedAverage(buckets: Buckets, timeS: number): number {
  if (isEmptyAt(buckets, timeS) || buckets.lastWriteS === null) return 0;
  const coefficient = smoothingCoefficient(buckets.values.length);
  const nowS = bucketTime(buckets, timeS);
  const silentBuckets = Math.max(0, Math.floor((nowS - buckets.lastWriteS) / buckets.granularityS));
  let weight = coefficient * (1 - coefficient) ** silentBuckets;
  const newest = indexOf(buckets, buckets.lastWriteS);
  let average = 0;
  for (let back = 0; back < buckets.values.length - silentBuckets; back += 1) {
    average += buckets.values[slot(buckets, newest - back)]! * weight;
    weight *= 1 - coefficient;
  }
  return average;
}
