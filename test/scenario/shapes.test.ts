import { describe, expect, it } from 'vitest';
import { SHAPES } from '../../src/workload/shapes.js';

describe.each(Object.entries(SHAPES))('the shape %s', (name, { weights }) => {
  it('has 168 positive weights with mean one', () => {
    expect(weights).toHaveLength(168);
    expect(Math.min(...weights)).toBeGreaterThan(0);
    expect(weights.reduce((sum, weight) => sum + weight, 0) / 168).toBeCloseTo(1, 12);
  });

  it('has its peak where its name says', () => {
    const hour = weights.indexOf(Math.max(...weights)) % 24;
    const expected: Record<string, [number, number]> = {
      'office-hours': [9, 16],
      'consumer-evening': [18, 22],
      'nightly-batch': [0, 4],
    };
    const [from, to] = expected[name] ?? [0, 23];
    expect(hour).toBeGreaterThanOrEqual(from);
    expect(hour).toBeLessThanOrEqual(to);
  });
});
