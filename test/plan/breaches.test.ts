/** When something breaks, from probabilities made by hand. */
import { describe, expect, it } from 'vitest';
import { breachOf, periodStarts } from '../../src/plan/breaches.js';

const STARTS = periodStarts('2027-01-01', 4);
const breach = (...probability: readonly number[]) =>
  breachOf({ what: 'budget.monthly', limit: '5000 USD', probability }, STARTS);

describe('a breach', () => {
  it('is none while the limit is never in danger', () => {
    expect(breach(0, 0, 0, 0)).toBeNull();
    expect(breach(0, 0.005, 0.009, 0)).toBeNull();
  });

  it('that has come at the start is dated to the start', () => {
    expect(breach(1, 1, 1, 1)?.date).toEqual({ p10: '2027-01-01', p50: '2027-01-01', p90: '2027-01-01' });
  });

  it('gathers its probability between the periods, day by day', () => {
    // From 0 on 1 February to 1 on 1 March: 28 days.
    expect(breach(0, 0, 1, 1)).toEqual({
      what: 'budget.monthly',
      limit: '5000 USD',
      probability: 1,
      date: { p10: '2027-02-04', p50: '2027-02-15', p90: '2027-02-26' },
    });
  });

  it('has no date for a share that is never reached', () => {
    expect(breach(0, 0.2, 0.4, 0.6)?.date).toEqual({ p10: '2027-01-17', p50: '2027-03-17', p90: null });
    expect(breach(0, 0, 0, 0.05)?.date).toEqual({ p10: null, p50: null, p90: null });
  });

  it('does not heal: the probability is the largest so far', () => {
    const found = breach(0, 0.6, 0.1, 0);
    expect(found?.probability).toBe(0.6);
    expect(found?.date.p50).toBe('2027-01-27');
    expect(breach(0.5, 0, 0, 0.9)?.date).toEqual({ p10: '2027-01-01', p50: '2027-01-01', p90: '2027-04-01' });
  });

  it('orders its dates', () => {
    for (const series of [
      [0.02, 0.1, 0.5, 0.95],
      [0.11, 0.3, 0.3, 0.91],
      [0, 0.9, 0.9, 1],
    ]) {
      const { p10, p50, p90 } = breach(...series)!.date;
      expect(p10! <= p50! && p50! <= p90!).toBe(true);
    }
  });
});

describe('periods', () => {
  it('start on the same day of each month, or on its last', () => {
    expect(periodStarts('2027-12-31', 3)).toEqual(['2027-12-31', '2028-01-31', '2028-02-29']);
  });
});
