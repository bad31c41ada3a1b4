import { parsePath } from '../path.js';
import type { RuleInput } from '../schema/rules.js';
import type { GateRule } from '../types.js';
import { duration, money, parseQuantity, percent, type Quantity, rate, size } from '../units.js';
import type { Context } from './context.js';
import { given } from './context.js';

/** What the numbers of a metric mean, by the unit in its name, and what they are worth in the canonical unit of a quantity. */
const UNITS: readonly {
  readonly name: RegExp;
  readonly unit: string;
  readonly kind: Quantity;
  readonly perCanonical: number;
}[] = [
  { name: /_ms\b/, unit: 'ms', kind: duration, perCanonical: 1000 },
  { name: /(^|\.)[a-z0-9_]*_per_s\b/, unit: '/s', kind: rate, perCanonical: 1 },
  { name: /_usd\b/, unit: 'USD', kind: money, perCanonical: 1 },
  { name: /(\.|_)(percent|pct)\b/, unit: '%', kind: percent, perCanonical: 100 },
  { name: /_bytes\b/, unit: 'B', kind: size, perCanonical: 1 },
  { name: /_s\b/, unit: 's', kind: duration, perCanonical: 1 },
];
/** Anything else is a plain number or a share of one: `99.5 %` is 0.995. */
const SHARE = { unit: '', kind: percent, perCanonical: 1 };

/** A gate rule with its limits as numbers in the metric's unit and the place where it stands. */
export const completeRule = (input: RuleInput, path: string, location: string, context: Context): GateRule => {
  const unit = UNITS.find(({ name }) => name.test(input.metric)) ?? SHARE;
  const limit = (key: 'max' | 'min' | 'ignore_below'): number | undefined => {
    const stated = input[key];
    if (stated === undefined || typeof stated === 'number') return stated;
    const kinds = key === 'ignore_below' ? [unit, { unit: 'USD', kind: money, perCanonical: 1 }] : [unit];
    for (const { kind, perCanonical } of kinds) {
      const parsed = parseQuantity(kind, stated);
      if (parsed.ok) return Number((parsed.value * perCanonical).toPrecision(15));
    }
    const parsed = parseQuantity(unit.kind, stated);
    if (!parsed.ok) {
      const code = parsed.reason === 'wrong-unit' ? 'E1104' : 'E1102';
      const hint =
        unit.unit === '' ? 'a plain number, or a percentage' : `a plain number counts ${unit.unit}; ${parsed.hint}`;
      context.report({
        code,
        path: parsePath(`${path}.${key}`)!,
        message: `${parsed.message} (the limit of ${input.metric})`,
        hint,
      });
    }
    return undefined;
  };
  const [max, min] = [limit('max'), limit('min')];
  if (max !== undefined && min !== undefined && min > max) {
    context.report({
      code: 'E1303',
      path: parsePath(`${path}.min`)!,
      message: `min (${min}) is greater than max (${max})`,
    });
  }
  return {
    metric: input.metric,
    ...given({ max, min, ignore_below: limit('ignore_below') }),
    level: input.level ?? 'error',
    decide: input.decide ?? 'point',
    location,
  };
};
