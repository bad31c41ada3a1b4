/** Gauges of several replicas as one step function. Source: ray python/ray/serve/_private/metrics_utils.py (2026). */

/** Time in seconds and value; in ascending time. */
export type Point = readonly [timeS: number, value: number];

/**
 * The instantaneous total of several gauges, each held until its next sample. Times are rounded to 10 ms; a point stands
 * wherever one gauge changed.
 */
export function mergeTotals(series: readonly (readonly Point[])[]): readonly Point[] {
  const active = series.filter((points) => points.length > 0);
  if (active.length <= 1) return active[0] ?? [];
  const events = active.flatMap((points, replica) =>
    points.map(([timeS, value], order) => ({ timeS, value, replica, order })),
  );
  events.sort((a, b) => a.timeS - b.timeS || a.replica - b.replica || a.order - b.order);
  const values = active.map(() => 0);
  const merged: Point[] = [];
  let total = 0;
  for (const { timeS, value, replica } of events) {
    const before = values[replica]!;
    values[replica] = value;
    total += value - before;
    if (value === before) continue;
    const roundedS = Math.round(timeS * 100) / 100;
    if (merged.at(-1)?.[0] === roundedS) merged[merged.length - 1] = [roundedS, total];
    else merged.push([roundedS, total]);
  }
  return merged;
}

/**
 * Mean of a step function over `[startS, endS)`. By default from the first point to `lastHoldS` after the last one. Null
 * if nothing overlaps. Before the first point the value is 0.
 */
export function timeWeightedAverage(
  points: readonly Point[],
  window: { readonly startS?: number; readonly endS?: number; readonly lastHoldS?: number } = {},
): number | null {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined) return null;
  const startS = window.startS ?? first[0];
  const endS = window.endS ?? last[0] + (window.lastHoldS ?? 1);
  if (endS <= startS) return null;
  let weighted = 0;
  let durationS = 0;
  let value = 0;
  let atS = startS;
  for (const [timeS, next] of points) {
    if (timeS > startS) {
      if (timeS >= endS) break;
      weighted += value * (timeS - atS);
      durationS += timeS - atS;
      atS = timeS;
    }
    value = next;
  }
  if (atS < endS) {
    weighted += value * (endS - atS);
    durationS += endS - atS;
  }
  return durationS > 0 ? weighted / durationS : null;
}
