import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseGrowthRate } from '../../src/scenario/growthRate.js';
import * as quantities from '../../src/scenario/quantities.js';
import { formatQuantity, parseQuantity, principalUnits } from '../../src/scenario/units.js';

const { duration, hourlyPrice, monthlyMoney, months, percent, rate, size, storagePrice } = quantities;
const value = (kind: quantities.Quantity, text: string): number | string => {
  const parsed = parseQuantity(kind, text);
  return parsed.ok ? parsed.value : parsed.reason;
};

describe('quantities', () => {
  it.each([
    [duration, '800 ms', 0.8],
    [duration, '800ms', 0.8],
    [duration, '45 s', 45],
    [duration, '5 min', 300],
    [duration, '1.5 h', 5400],
    [duration, '30 d', 2_592_000],
    [duration, '250 µs', 0.00025],
    [duration, '0', 0],
    [months, '12 months', 12],
    [months, '2 years', 24],
    [size, '4 TB', 4e12],
    [size, '16 GiB', 16 * 2 ** 30],
    [monthlyMoney, '45_000 USD', 45_000],
    [monthlyMoney, '12_000 USD / year', 1000],
    [rate, '18 /s', 18],
    [rate, '100 /min', 100 / 60],
    [rate, '6.45 req/s', 6.45],
    [hourlyPrice, '3.20 USD/h', 3.2],
    [storagePrice, '23 USD/TB-month', 0.023],
    [percent, '99.9 %', 0.999],
    [percent, '30%', 0.3],
  ])('%o: %s', (kind, text, expected) => {
    expect(value(kind, text)).toBe(expected);
  });

  it.each([
    [duration, '45', 'no-unit'],
    [duration, '45 GB', 'wrong-unit'],
    [duration, '1 month', 'wrong-unit'],
    [duration, 'soon', 'not-a-quantity'],
    [duration, '', 'not-a-quantity'],
    [duration, '1e999 s', 'not-a-quantity'],
    [duration, 'NaN s', 'not-a-quantity'],
    [size, '4 TBs', 'wrong-unit'],
    [rate, '5 s', 'wrong-unit'],
    [percent, '0.5', 'no-unit'],
    [duration, '5 toString', 'wrong-unit'],
    [duration, '5 __proto__', 'wrong-unit'],
  ])('%o: %s is refused (%#)', (kind, text, reason) => {
    expect(value(kind, text)).toBe(reason);
  });

  it('names the accepted units when one is missing or wrong', () => {
    const parsed = parseQuantity(duration, 45);
    expect(parsed.ok ? '' : `${parsed.message} | ${parsed.hint}`).toMatch(
      /needs a unit, got 45 \| units: ms, .*s, min, h, d/,
    );
  });

  it('read back what they print, for every unit', () => {
    for (const kind of Object.values(quantities)) {
      fc.assert(
        fc.property(fc.double({ min: 1e-6, max: 1e15, noNaN: true }), (number) => {
          const parsed = parseQuantity(kind, formatQuantity(kind, number));
          expect(parsed.ok && Math.abs(parsed.value / number - 1)).toBeLessThan(1e-12);
        }),
        { numRuns: 100, seed: 1 },
      );
    }
  });

  it('read every unit that they list, with or without space, as the number times its worth', () => {
    const all = Object.values(quantities).flatMap((kind) => principalUnits(kind).map((unit) => ({ kind, unit })));
    fc.assert(
      fc.property(
        fc.constantFrom(...all),
        fc.integer({ min: 1, max: 99_999 }),
        fc.boolean(),
        ({ kind, unit }, number, spaced) => {
          const parsed = parseQuantity(kind, `${number}${spaced ? ' ' : ''}${unit}`);
          expect(parsed.ok && parsed.value / (number * kind.units[unit]!)).toBeCloseTo(1, 12);
        },
      ),
      { seed: 1 },
    );
  });

  it('never throw, whatever the text', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(quantities)), fc.string(), (kind, text) => {
        parseQuantity(kind, text);
        parseGrowthRate(text);
      }),
      { seed: 1 },
    );
  });
});

describe('growth rates', () => {
  it('are compounded to a month', () => {
    const monthly = (text: string): number => {
      const parsed = parseGrowthRate(text);
      return parsed.ok ? parsed.value : Number.NaN;
    };
    expect(monthly('9 % / month')).toBe(0.09);
    expect(monthly('-2%/month')).toBe(-0.02);
    expect((1 + monthly('50 % / year')) ** 12).toBeCloseTo(1.5, 12);
    expect((1 + monthly('10 % / quarter')) ** 3).toBeCloseTo(1.1, 12);
  });

  it.each(['9', '9 %', '9 / month', '9 % / week', '-100 % / month', 'fast'])('%s is refused', (text) => {
    expect(parseGrowthRate(text).ok).toBe(false);
  });
});
