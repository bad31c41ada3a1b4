import type { ProblemCode } from './codes.js';
import { duration, money, percent, type Quantity, rate, size } from './quantities.js';
import { parseQuantity } from './units.js';

/** What the numbers of a metric mean, by its name: their unit, and how many of it one canonical unit of the quantity is. */
interface MetricUnit {
  readonly name: RegExp;
  readonly unit: string;
  readonly kind: Quantity;
  readonly perCanonical: number;
}

const UNITS: readonly MetricUnit[] = [
  { name: /_ms\b/, unit: 'ms', kind: duration, perCanonical: 1000 },
  { name: /_per_s\b/, unit: '/s', kind: rate, perCanonical: 1 },
  { name: /_usd\b/, unit: 'USD', kind: money, perCanonical: 1 },
  { name: /[._](percent|pct)\b/, unit: '%', kind: percent, perCanonical: 100 },
  { name: /_bytes\b/, unit: 'B', kind: size, perCanonical: 1 },
  { name: /_s\b/, unit: 's', kind: duration, perCanonical: 1 },
];
/** Anything else is a plain number or a share of one: `99.5 %` is 0.995. */
const SHARE: MetricUnit = { name: /^/, unit: '', kind: percent, perCanonical: 1 };
const DOLLARS: MetricUnit = { name: /^/, unit: 'USD', kind: money, perCanonical: 1 };

export type Limit =
  | { readonly ok: true; readonly value: number }
  | { readonly ok: false; readonly code: ProblemCode; readonly message: string; readonly hint: string };

/**
 * A limit as a number in the metric's own unit: bare numbers are in it already, `0.8 s` is 800 for a metric in ms.
 * `orMoney` also accepts dollars, for differences that do not matter whatever the metric.
 */
export const readLimit = (metric: string, stated: string | number, orMoney: boolean): Limit => {
  if (typeof stated === 'number') return { ok: true, value: stated };
  const bare = Number(stated.replaceAll('_', ''));
  if (stated.trim() !== '' && Number.isFinite(bare)) return { ok: true, value: bare };
  const own = UNITS.find(({ name }) => name.test(metric)) ?? SHARE;
  for (const { kind, perCanonical } of orMoney ? [own, DOLLARS] : [own]) {
    const parsed = parseQuantity(kind, stated);
    if (parsed.ok) return { ok: true, value: Number((parsed.value * perCanonical).toPrecision(15)) };
  }
  const parsed = parseQuantity(own.kind, stated);
  return {
    ok: false,
    code: !parsed.ok && parsed.reason === 'wrong-unit' ? 'E1104' : 'E1102',
    message: `${metric} cannot be compared with ${JSON.stringify(stated)}`,
    hint:
      own.unit === ''
        ? 'give a plain number or a percentage'
        : `give a number in ${own.unit}, or a ${own.kind.name} with its unit`,
  };
};
