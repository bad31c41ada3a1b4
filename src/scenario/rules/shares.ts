import type { Path } from '../path.js';
import { percent } from '../quantities.js';
import type { Finding } from '../source.js';
import { parseQuantity } from '../units.js';
import { isMap } from './rule.js';

/** A share as typed, `0.2` or `20 %`; not a number where it cannot be read. */
export const shareOf = (value: unknown): number => {
  if (typeof value === 'number') return value;
  const parsed = typeof value === 'string' ? parseQuantity(percent, value) : undefined;
  return parsed?.ok === true ? parsed.value : Number.NaN;
};

/** Groups of arrivals have different names, by which results tell them apart, and shares that sum to one. */
export const groupFindings = (at: Path, groups: readonly unknown[], what: string): readonly Finding[] => {
  const names = groups.map((group) => (isMap(group) ? group['name'] : undefined));
  const twice = names.flatMap((name, i): readonly Finding[] => {
    const first = names.indexOf(name);
    if (typeof name !== 'string' || first === i) return [];
    const message = `two of the ${what} have the name "${name}"`;
    return [{ code: 'E1303', path: [...at, i, 'name'], message, hint: 'results are shown by name: give each its own' }];
  });
  const total = sharesOf(groups);
  if (groups.length === 0 || Number.isNaN(total) || Math.abs(total - 1) <= 1e-6) return twice;
  const message = `the shares of the ${what} sum to ${Number(total.toPrecision(6))}, not 1`;
  return [...twice, { code: 'E1303', path: at, message }];
};

/** Sum of the shares in a list of maps; shares that the schema refuses are not summed: one mistake is one problem. */
export const sharesOf = (entries: readonly unknown[]): number =>
  entries.reduce<number>((sum, entry) => {
    const share = shareOf(isMap(entry) ? entry['share'] : undefined);
    return sum + (share > 0 && share <= 1 ? share : Number.NaN);
  }, 0);
