import type { ParetoPoint } from './results.js';

/** Points that no other beats in both cost and latency, cheapest first. Points without a latency are left out. */
export function paretoFront(points: readonly ParetoPoint[]): ParetoPoint[] {
  const known = points.filter((point) => point.p95_ms !== null);
  const sorted = [...known].sort((a, b) => a.cost_per_month_usd - b.cost_per_month_usd || a.p95_ms! - b.p95_ms!);
  const front: ParetoPoint[] = [];
  for (const point of sorted) {
    const last = front.at(-1);
    if (!last || point.p95_ms! < last.p95_ms!) front.push(point);
  }
  return front;
}
