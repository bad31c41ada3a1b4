import { describe, expect, it } from 'vitest';
import { addMonths, between } from '../../src/simulate/calendarMonths.js';

describe('addMonths', () => {
  it.each([
    ['2027-01-31', 1, '2027-02-28'],
    ['2028-01-31', 1, '2028-02-29'],
    ['2027-01-31', 3, '2027-04-30'],
    ['2027-11-15', 2, '2028-01-15'],
    ['2027-12-31', 14, '2029-02-28'],
    ['2100-01-30', 1, '2100-02-28'],
    ['2000-01-30', 1, '2000-02-29'],
    ['2027-05-05', 0, '2027-05-05'],
    ['2027-03-31', -1, '2027-02-28'],
    ['2027-01-15', -13, '2025-12-15'],
  ])('%s and %d months is %s', (from, months, to) => {
    expect(addMonths(from, months)).toBe(to);
  });

  it('counts from the start, so that the 31st comes back after a short month', () => {
    expect([0, 1, 2].map((month) => addMonths('2027-01-31', month))).toEqual([
      '2027-01-31',
      '2027-02-28',
      '2027-03-31',
    ]);
  });
});

describe('between', () => {
  it.each([
    ['2027-01-01', '2027-02-01', 0, '2027-01-01'],
    ['2027-01-01', '2027-02-01', 1, '2027-02-01'],
    ['2027-01-01', '2027-02-01', 0.5, '2027-01-17'],
    ['2028-02-28', '2028-03-01', 0.5, '2028-02-29'],
    ['2027-03-27', '2027-03-29', 0.5, '2027-03-28'],
  ])('from %s to %s, %d of the way, is %s', (from, to, share, date) => {
    expect(between(from, to, share)).toBe(date);
  });
});
