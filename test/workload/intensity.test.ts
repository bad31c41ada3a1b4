import { describe, expect, it } from 'vitest';
import { busiestHours, weeklyIntensity } from '../../src/workload/intensity.js';
import { SHAPES, shapeNames, withMeanOne } from '../../src/workload/shapes.js';

const week = Array.from({ length: 168 }, (_, hour) => 1 + (hour % 24));

describe('weeklyIntensity', () => {
  it('changes at each hour, starts where it is told, and comes round after a week', () => {
    const intensity = weeklyIntensity(week, 166, 0);
    expect(intensity.at(0)).toEqual({ factor: 23, until: 3600 });
    expect(intensity.at(3599.9)).toEqual({ factor: 23, until: 3600 });
    expect(intensity.at(3600)).toEqual({ factor: 24, until: 7200 });
    expect(intensity.at(7200).factor).toBe(1);
    expect(intensity.at(168 * 3600).factor).toBe(23);
  });

  it('keeps the first hour’s load during the lead', () => {
    const intensity = weeklyIntensity(week, 9, 500);
    expect(intensity.at(0)).toEqual({ factor: 10, until: 4100 });
    expect(intensity.at(499).factor).toBe(10);
    expect(intensity.at(4099).factor).toBe(10);
    expect(intensity.at(4100).factor).toBe(11);
  });

  it('is one flat segment where the week is flat', () => {
    expect(weeklyIntensity(new Array(168).fill(1), 5, 0).at(1e9)).toEqual({ factor: 1, until: Infinity });
  });

  it.each([0, 0.1, 123.456, 1e9 / 7])(
    'always moves on when time does, also after decades of hours (lead %d s)',
    (lead) => {
      const intensity = weeklyIntensity(week, 0, lead);
      for (const start of [0, 24 * 365 * 3, 24 * 365 * 40]) {
        let now = lead + start * 3600;
        for (let i = 0; i < 1000; i++) {
          const { until } = intensity.at(now);
          if (!(until > now)) expect([start, i, now]).toBe('moving on');
          now = until;
        }
      }
    },
  );
});

describe('busiestHours', () => {
  it('finds the busiest run, also across the end of the week', () => {
    const weights = new Array(168).fill(1);
    weights[167] = 5;
    weights[0] = 4;
    expect(busiestHours(weights, 1)).toEqual({ startHour: 167, factor: 5 });
    expect(busiestHours(weights, 2)).toEqual({ startHour: 167, factor: 4.5 });
  });

  it('takes the first of equals', () => {
    expect(busiestHours(new Array(168).fill(1), 3)).toEqual({ startHour: 0, factor: 1 });
  });
});

describe('shapes', () => {
  it.each(shapeNames)('%s has 168 non-negative hours with mean 1', (name) => {
    const { weights } = SHAPES[name]!;
    expect(weights.length).toBe(168);
    expect(weights.every((w) => w >= 0)).toBe(true);
    expect(weights.reduce((a, b) => a + b) / 168).toBeCloseTo(1, 12);
  });

  it('scales any weights to a mean of one', () => {
    expect(withMeanOne([1, 3])).toEqual([0.5, 1.5]);
  });
});
