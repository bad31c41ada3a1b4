import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TimeAverage } from '../../src/kernel/timeAverage.js';

const jump = fc.record({ gap: fc.nat({ max: 20 }), value: fc.nat({ max: 9 }), resets: fc.boolean() });

describe('TimeAverage', () => {
  it('integrates a step function and knows its maximum since the start or the last reset', () => {
    fc.assert(
      fc.property(fc.array(jump, { maxLength: 40 }), fc.nat({ max: 20 }), (jumps, tail) => {
        const average = new TimeAverage();
        // The twin keeps the value of each unit of time.
        let values: number[] = [];
        let seen = [0];
        let now = 0;
        let value = 0;
        for (const { gap, value: next, resets } of jumps) {
          now += gap;
          for (let i = 0; i < gap; i++) values.push(value);
          if (resets) {
            average.reset(now);
            values = [];
            seen = [value];
          }
          average.set(now, next);
          value = next;
          seen.push(value);
        }
        for (let i = 0; i < tail; i++) values.push(value);
        const sum = values.reduce((a, b) => a + b, 0);
        expect(average.integral(now + tail)).toBe(sum);
        expect(average.mean(now + tail)).toBe(values.length > 0 ? sum / values.length : value);
        expect(average.max).toBe(Math.max(...seen));
      }),
    );
  });

  it('adds changes', () => {
    const average = new TimeAverage();
    average.add(0, 2);
    average.add(3, -1);
    expect([average.value, average.integral(5), average.max]).toEqual([1, 8, 2]);
  });
});
