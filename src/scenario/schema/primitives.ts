import * as z from 'zod';
import type { ProblemCode } from '../codes.js';
import { parseGrowthRate } from '../growthRate.js';
import type { Quantity } from '../quantities.js';
import { duration, percent } from '../quantities.js';
import type { ParsedQuantity } from '../units.js';
import { parseQuantity, splitQuantity } from '../units.js';

/** What a custom issue carries besides its message; `shape` marks an input of the wrong type, so that unions can pick the branch meant. */
export interface IssueDetail {
  readonly code: ProblemCode;
  readonly hint?: string;
  readonly shape?: true;
}

type Context = z.core.$RefinementCtx<unknown>;

/** Reports a problem from inside a transform. */
export const reject = (context: Context, message: string, detail: IssueDetail): never => {
  context.issues.push({ code: 'custom', message, params: { ...detail }, input: context.value });
  return z.NEVER;
};

interface Limits {
  /** Smallest value allowed, in canonical units. */
  readonly min?: number;
  /** The value must be greater than this. */
  readonly above?: number;
  readonly max?: number;
  readonly whole?: true;
}

const show = (input: unknown): string => {
  const text = typeof input === 'string' ? JSON.stringify(input) : String(input);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
};

/** Refuses a number outside the limits, in words. */
const within = (context: Context, value: number, input: unknown, limits: Limits): number => {
  const { min, above, max } = limits;
  const shown = (limit: number): string =>
    typeof input === 'string' && input.trim().endsWith('%')
      ? `${Number((100 * limit).toPrecision(12))} %`
      : String(limit);
  if (limits.whole === true && !Number.isSafeInteger(value))
    return reject(context, `must be a whole number, got ${show(input)}`, { code: 'E1101' });
  if (above !== undefined && !(value > above))
    return reject(context, `must be greater than ${shown(above)}, got ${show(input)}`, { code: 'E1101' });
  if (min !== undefined && !(value >= min))
    return reject(context, `must be at least ${shown(min)}, got ${show(input)}`, { code: 'E1101' });
  if (max !== undefined && !(value <= max))
    return reject(context, `must be at most ${shown(max)}, got ${show(input)}`, { code: 'E1101' });
  return value;
};

const missing = (context: Context): never => reject(context, 'is missing', { code: 'E1201' });

const CODE_OF: Readonly<Record<Exclude<ParsedQuantity, { ok: true }>['reason'], ProblemCode>> = {
  'no-unit': 'E1103',
  'wrong-unit': 'E1104',
  'not-a-quantity': 'E1102',
};

/** JSON Schema pattern of a number followed by one of the units. */
const patternOf = (units: readonly string[]): string =>
  `^\\s*[+-]?[0-9][0-9_]*(\\.[0-9_]+)?([eE][+-]?[0-9]+)?\\s*(${units
    .map((unit) => unit.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('/', '\\s*/\\s*'))
    .join('|')})\\s*$`;

const unitString = (
  units: readonly string[],
  examples: readonly string[],
  read: (input: string | number) => ParsedQuantity,
  limits: Limits,
) =>
  z
    .unknown()
    .meta({ type: 'string', pattern: patternOf(units), examples: [...examples] })
    .transform((input, context): number => {
      if (input === undefined) return missing(context);
      if (typeof input !== 'string' && typeof input !== 'number') {
        return reject(context, `expected text such as "${examples[0]}", got ${kindOf(input)}`, {
          code: 'E1102',
          shape: true,
        });
      }
      const parsed = read(input);
      if (!parsed.ok) return reject(context, parsed.message, { code: CODE_OF[parsed.reason], hint: parsed.hint });
      return within(context, parsed.value, input, limits);
    });

/** A quantity with a unit, to its canonical number. */
export const quantity = (kind: Quantity, limits: Limits = { min: 0 }) =>
  unitString(Object.keys(kind.units), kind.examples, (input) => parseQuantity(kind, input), limits);

/** Seconds, greater than zero. */
export const positiveDuration = () => quantity(duration, { above: 0 });

/** Seconds, zero allowed. */
export const anyDuration = () => quantity(duration, { min: 0 });

/** Compound growth per month, as a fraction. */
export const growthRate = () =>
  unitString(
    ['%/month', '%/mo', '%/quarter', '%/year', '%/yr'].map((unit) => unit.replace('%', '% ').replace(' ', '')),
    ['9 % / month', '50 % / year'],
    parseGrowthRate,
    {},
  );

/** A bare number. Underscores between digits are allowed, units are not. */
const bareNumber = (type: 'number' | 'integer', limits: Limits, what: string) =>
  z
    .unknown()
    .meta({
      type: type === 'integer' ? ['integer', 'string'] : ['number', 'string'],
      pattern: type === 'integer' ? '^[0-9][0-9_]*$' : '^[+-]?[0-9][0-9_]*(\\.[0-9_]+)?([eE][+-]?[0-9]+)?$',
      ...(limits.min !== undefined && { minimum: limits.min }),
      ...(limits.above !== undefined && { exclusiveMinimum: limits.above }),
      ...(limits.max !== undefined && { maximum: limits.max }),
    })
    .transform((input, context): number => {
      if (input === undefined) return missing(context);
      const parts = typeof input === 'string' ? splitQuantity(input) : undefined;
      if (parts !== undefined && parts.unit !== '') {
        return reject(context, `expected ${what} without a unit, got ${show(input)}`, {
          code: 'E1104',
          hint: `write ${parts.number}`,
        });
      }
      const value = typeof input === 'number' ? input : parts?.number;
      if (value === undefined || !Number.isFinite(value)) {
        return reject(context, `expected ${what}, got ${kindOf(input)}`, {
          code: 'E1102',
          ...(typeof input === 'object' && { shape: true }),
        });
      }
      if (type === 'integer' && !Number.isSafeInteger(value))
        return reject(context, `expected ${what}, got ${show(input)}`, { code: 'E1101' });
      return within(context, value, input, limits);
    });

/** A whole number, at least `min`. */
export const count = (min = 1, max?: number) =>
  bareNumber('integer', max === undefined ? { min } : { min, max }, 'a whole number');

/** A number without a unit. */
export const number = (limits: Limits) => bareNumber('number', limits, 'a number');

/** A share of one, bare (`0.9`) or as a percentage (`90 %`). */
export const fraction = (limits: Limits = { min: 0, max: 1 }) =>
  z
    .unknown()
    .meta({
      anyOf: [
        { type: 'number', minimum: 0, maximum: 1 },
        { type: 'string', pattern: patternOf(['%']) },
      ],
      examples: [0.9, '90 %'],
    })
    .transform((input, context): number => {
      if (input === undefined) return missing(context);
      if (typeof input !== 'number' && typeof input !== 'string') {
        return reject(context, `expected a share such as 0.9 or "90 %", got ${kindOf(input)}`, {
          code: 'E1102',
          shape: true,
        });
      }
      const bare =
        typeof input === 'number'
          ? input
          : splitQuantity(input)?.unit === ''
            ? splitQuantity(input)?.number
            : undefined;
      const parsed =
        bare !== undefined && Number.isFinite(bare)
          ? { ok: true as const, value: bare }
          : parseQuantity(percent, input);
      if (!parsed.ok)
        return reject(context, parsed.message, {
          code: CODE_OF[parsed.reason],
          hint: 'a share is written 0.9 or "90 %"',
        });
      // 70 for 70 %: so many that the unit is said.
      if (bare !== undefined && bare > 1 && bare <= 100 && limits.max !== undefined && limits.max <= 1)
        return reject(context, `must be at most ${limits.max}, got ${show(input)}`, {
          code: 'E1101',
          hint: `did you mean "${bare} %"?`,
        });
      return within(context, parsed.value, input, limits);
    });

/** Non-empty text. Numbers are not text: quote them. */
export const text = () => z.string().trim().min(1);

/** A strict map: unknown keys are errors. Messages are for the hint: the keys allowed, or an example of the map. */
export const strict = <Shape extends z.core.$ZodLooseShape>(shape: Shape, example?: string) =>
  z.strictObject(shape, {
    error: (issue) => {
      if (issue.code === 'unrecognized_keys') return Object.keys(shape).join('\n');
      return example === undefined ? undefined : `expected ${example}`;
    },
  });

/**
 * A key that may be absent. Its schema is made when a scenario has the key: of all that may be said a scenario says little, and making the
 * schema of the rest would take longer than reading the file.
 */
export const optional = <Schema extends z.core.SomeType>(make: () => Schema): z.ZodExactOptional<z.ZodLazy<Schema>> => {
  const later = z.lazy(make);
  const { run } = later._zod;
  // zod asks each key whether it may be absent, runs the schema for absent keys as well, and then passes over what came of it.
  Object.defineProperty(later._zod, 'optin', { value: undefined });
  later._zod.run = (payload, context) => (payload.value === undefined ? payload : run(payload, context));
  return later.exactOptional();
};

/** One of several shapes. `expected` is what to say when the value is of none of their types. */
export const either = <const Options extends readonly z.core.SomeType[]>(expected: string, options: Options) =>
  z.union(options, { error: (issue) => (issue.code === 'invalid_union' ? expected : undefined) });

/** Names of services, pools and stores: they become parts of paths and of metric names. */
export const named = <Value extends z.core.SomeType>(value: Value) =>
  z.record(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/), value);

/** What a value is, in words: `a list`, `"fast"`, `nothing`. */
export const kindOf = (input: unknown): string => {
  if (input === null || input === undefined) return 'nothing';
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'object') return 'a map';
  return show(input);
};
