import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paretoFront } from '../../src/plan/pareto.js';
import type { ParetoPoint } from '../../src/plan/results.js';

const point = (cost: number, p95: number | null): ParetoPoint => ({
  edits: [],
  cost_per_month_usd: cost,
  p95_ms: p95,
  availability: null,
  carbon_kg: null,
});

describe('the Pareto front', () => {
  it('keeps what no other beats in both cost and latency, cheapest first', () => {
    const front = paretoFront([point(3, 10), point(1, 30), point(2, 40), point(2, 20), point(4, 10), point(5, 5)]);
    expect(front.map(({ cost_per_month_usd, p95_ms }) => [cost_per_month_usd, p95_ms])).toEqual([
      [1, 30],
      [2, 20],
      [3, 10],
      [5, 5],
    ]);
  });

  it('leaves out what has no latency, keeps one of equals, and is empty for nothing', () => {
    expect(paretoFront([point(1, null), point(2, 5), point(2, 5)])).toHaveLength(1);
    expect(paretoFront([point(1, null)])).toEqual([]);
    expect(paretoFront([])).toEqual([]);
  });

  it('agrees with comparing every pair', () => {
    const points = fc.array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 12 })), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(points, (pairs) => {
        const front = paretoFront(pairs.map(([cost, p95]) => point(cost, p95)));
        const naive = pairs.filter(([c, p]) => !pairs.some(([d, q]) => d <= c && q <= p && (d < c || q < p)));
        const keys = (list: readonly (readonly [number, number])[]) => [...new Set(list.map(String))].sort();
        expect(keys(front.map((each) => [each.cost_per_month_usd, each.p95_ms!] as const))).toEqual(keys(naive));
      }),
    );
  });
});
