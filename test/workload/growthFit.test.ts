import { describe, expect, it } from 'vitest';
import { stream } from '../../src/kernel/random.js';
import { fitGrowth } from '../../src/workload/growthFit.js';

const months = Array.from({ length: 24 }, (_, i) => i - 23);
const uniform = stream(1, 0, 'growth');
const noise = Array.from({ length: 24 }, () => 1 + 0.06 * (uniform() - 0.5));

describe('growth fitted to a series', () => {
  it('finds the rate of an exponential series to a few tenths of a per cent', () => {
    const fit = fitGrowth(
      months,
      months.map((month, i) => 1000 * 1.07 ** month * noise[i]!),
    );
    expect(fit.model).toBe('exponential');
    expect(fit.perMonth).toBeCloseTo(0.07, 2);
    expect(fit.heldOutError).toBeLessThan(0.05);
  });

  it('prefers a line where the series adds the same amount every month', () => {
    const fit = fitGrowth(
      months,
      months.map((month, i) => (1000 + 20 * month) * noise[i]!),
    );
    expect(fit.model).toBe('linear');
    expect(fit.perMonth).toBeCloseTo(0.02, 2);
  });

  it('is not moved by a single outlier', () => {
    const values = months.map((month) => 500 * 1.05 ** month);
    values[5] = values[5]! * 40;
    expect(fitGrowth(months, values).perMonth).toBeCloseTo(0.05, 2);
  });

  it('keeps to a line for series that hold zeros', () => {
    const values = months.map((month) => Math.max(0, 10 + month));
    expect(fitGrowth(months, values).model).toBe('linear');
  });
});
