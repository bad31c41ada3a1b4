import { describe, expect, it } from 'vitest';
import {
  change,
  duration,
  interval,
  money,
  monthYear,
  percent,
  points,
  rate,
  shortMoney,
  shortNumber,
  statedDuration,
} from '../../src/tui/format.js';

describe('format', () => {
  it('writes money in full with separators, cents below a thousand, two digits below ten cents', () => {
    expect([184_210.4, 12.4, 0.412, 0.000_421, 0, -2_500, null].map(money)).toEqual([
      '$184,210',
      '$12.40',
      '$0.41',
      '$0.00042',
      '$0',
      '−$2,500',
      '–',
    ]);
  });

  it('writes short money in at most six columns up to a trillion', () => {
    const values = [410, 999.6, 12_480, 184_210, 999_700, 1_240_000, 2.61e9];
    expect(values.map(shortMoney)).toEqual(['$410', '$1k', '$12.5k', '$184k', '$1M', '$1.24M', '$2.61B']);
    for (const value of values) expect(shortMoney(value).length).toBeLessThanOrEqual(6);
  });

  it('never writes an exponent', () => {
    for (const value of [1e-7, 0.0123, 0.5, 3, 1e12]) {
      for (const format of [money, shortMoney, shortNumber, duration, percent])
        expect(format(value)).not.toMatch(/e[+-]?\d/);
    }
  });

  it('changes the unit of a duration where the smaller one gets long', () => {
    expect([0, 8.4, 61.7, 612.3, 999.6, 1420, 45_000, 150_000, 743_000, 7_200_000].map(duration)).toEqual([
      '0 ms',
      '8.4 ms',
      '62 ms',
      '612 ms',
      '1.00 s',
      '1.42 s',
      '45.0 s',
      '2.50 min',
      '12.4 min',
      '2.00 h',
    ]);
  });

  it('states a limit without measured zeros', () => {
    expect([0, 800, 2000, 30_000, 1500].map(statedDuration)).toEqual(['0', '800 ms', '2 s', '30 s', '1.5 s']);
  });

  it('writes a rare event by the hour', () => {
    expect([18, 6.45, 0.5, 0.01056, 0].map(rate)).toEqual(['18 /s', '6.45 /s', '0.5 /s', '38 /h', '0 /s']);
  });

  it('shows more digits of a share close to one', () => {
    expect([0.71, 0.085, 0.992, 0.9995, 1, 0].map(percent)).toEqual([
      '71 %',
      '8.5 %',
      '99.2 %',
      '99.95 %',
      '100 %',
      '0 %',
    ]);
  });

  it('names the unit of an interval only where its ends differ in it', () => {
    expect(interval([1380, 1470], duration)).toBe('[1.38 … 1.47]');
    expect(interval([950, 1470], duration)).toBe('[950 ms … 1.47 s]');
    expect(interval([181_000, 187_000], shortMoney)).toBe('[181k … 187k]');
    expect(interval([2722, 2724], shortMoney)).toBe('');
    expect(interval(null, duration)).toBe('');
  });

  it('shows the direction of a change, and nothing where it rounds to nothing', () => {
    expect(change(12_480, shortMoney)).toBe('▲ $12.5k');
    expect(change(-120, duration)).toBe('▼ 120 ms');
    expect(change(0.0001, points)).toBe('');
    expect(change(0, shortMoney)).toBe('');
    expect(change(null, shortMoney)).toBe('');
  });

  it('names months', () => {
    expect([monthYear('2027-03-12'), monthYear(null)]).toEqual(['Mar 2027', '–']);
  });
});
