/** One point of a measured curve: seconds for a batch of that many requests. */
export interface MeasuredBatch {
  readonly batch: number;
  readonly time: number;
}

/**
 * Seconds of a batch on a measured curve: linear between points, the smallest point's time below it, the last slope beyond the
 * largest (proportional when there is one point). Points may come in any order; the curve never decreases.
 */
export const interpolateBatchTime = (curve: readonly MeasuredBatch[], batch: number): number => {
  if (batch <= 0 || curve.length === 0) return 0;
  const points = [...curve].sort((a, b) => a.batch - b.batch);
  const first = points[0]!;
  const last = points[points.length - 1]!;
  const upTo = (count: number): number =>
    points.slice(0, count + 1).reduce((most, point) => Math.max(most, point.time), 0);
  if (batch <= first.batch) return first.time;
  if (batch > last.batch) {
    const before = points[points.length - 2];
    const slope =
      before === undefined
        ? last.time / last.batch
        : Math.max(0, last.time - before.time) / (last.batch - before.batch);
    return upTo(points.length - 1) + slope * (batch - last.batch);
  }
  const index = points.findIndex((point) => point.batch >= batch);
  const [low, high] = [points[index - 1]!, points[index]!];
  const [lowTime, highTime] = [upTo(index - 1), upTo(index)];
  return lowTime + ((highTime - lowTime) * (batch - low.batch)) / (high.batch - low.batch);
};
