import { percent } from '../quantities.js';
import { parseQuantity } from '../units.js';
import { isMap } from './rule.js';

/** A share as typed, `0.2` or `20 %`; not a number where it cannot be read. */
export const shareOf = (value: unknown): number => {
  if (typeof value === 'number') return value;
  const parsed = typeof value === 'string' ? parseQuantity(percent, value) : undefined;
  return parsed?.ok === true ? parsed.value : Number.NaN;
};

/** Sum of the shares in a list of maps; not a number where one cannot be read. */
export const sharesOf = (entries: readonly unknown[]): number =>
  entries.reduce<number>((sum, entry) => sum + shareOf(isMap(entry) ? entry['share'] : undefined), 0);
