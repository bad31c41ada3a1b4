import type { ParsedQuantity } from './units.js';
import { splitQuantity } from './units.js';

const MONTHS_IN: Readonly<Record<string, number>> = { month: 1, mo: 1, quarter: 3, year: 12, yr: 12 };
const HINT = 'units: % / month, % / quarter, % / year, for example "9 % / month"';

/**
 * Reads `9 % / month` or `50 % / year` as compound growth per month (a fraction: 0.09; 1.5^(1/12) − 1).
 * Decline is negative and never reaches −100 %.
 */
export const parseGrowthRate = (input: string | number): ParsedQuantity => {
  const parts = typeof input === 'number' ? { number: input, unit: '' } : splitQuantity(input);
  if (parts === undefined || !Number.isFinite(parts.number)) {
    return {
      ok: false,
      reason: 'not-a-quantity',
      message: `expected a growth rate, got ${typeof input === 'number' ? input : JSON.stringify(input)}`,
      hint: HINT,
    };
  }
  if (parts.unit === '' || parts.unit === '%') {
    return {
      ok: false,
      reason: 'no-unit',
      message: `a growth rate needs a period, got ${typeof input === 'number' ? input : JSON.stringify(input)}`,
      hint: HINT,
    };
  }
  const period = /^%\/(?:1)?([a-z]+)$/.exec(parts.unit)?.[1] ?? '';
  if (!Object.hasOwn(MONTHS_IN, period)) {
    return { ok: false, reason: 'wrong-unit', message: `"${parts.unit}" is not a unit of a growth rate`, hint: HINT };
  }
  const fraction = parts.number / 100;
  if (fraction <= -1) {
    return {
      ok: false,
      reason: 'not-a-quantity',
      message: `a decline must be less than 100 %, got ${typeof input === 'number' ? input : JSON.stringify(input)}`,
      hint: HINT,
    };
  }
  const length = MONTHS_IN[period]!;
  return { ok: true, value: length === 1 ? fraction : (1 + fraction) ** (1 / length) - 1 };
};
