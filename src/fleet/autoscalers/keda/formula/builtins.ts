import { FormulaError } from './tokens.js';

export type FormulaValue = number | string | boolean | null | readonly FormulaValue[];

type Builtin = (args: readonly FormulaValue[], at: number) => FormulaValue;
type Predicate = (element: FormulaValue) => FormulaValue;
type ListBuiltin = (list: readonly FormulaValue[], predicate: Predicate, at: number) => FormulaValue;

/** A number, or an error that says what was found instead. */
export function asNumber(value: FormulaValue | undefined, what: string, at: number): number {
  if (typeof value === 'number') return value;
  const found =
    value === null
      ? 'nil (a trigger that failed; use ?? to give a default)'
      : Array.isArray(value)
        ? 'a list'
        : `a ${typeof value}`;
  throw new FormulaError(`${what} needs a number but found ${found}`, at);
}

export function asBoolean(value: FormulaValue | undefined, what: string, at: number): boolean {
  if (typeof value === 'boolean') return value;
  throw new FormulaError(`${what} needs true or false`, at);
}

export function asList(value: FormulaValue | undefined, what: string, at: number): readonly FormulaValue[] {
  if (Array.isArray(value)) return value;
  throw new FormulaError(`${what} needs a list`, at);
}

/** Arguments of an aggregate as numbers: lists are spread, as expr-lang does for max, min, mean and median. */
function numbersOf(name: string, args: readonly FormulaValue[], at: number): readonly number[] {
  return args.flatMap((arg) =>
    Array.isArray(arg) ? numbersOf(name, arg, at) : [asNumber(arg as FormulaValue, name, at)],
  );
}

function aggregate(name: string, compute: (values: readonly number[]) => number): Builtin {
  return (args, at) => {
    const values = numbersOf(name, args, at);
    if (values.length === 0 && name !== 'sum') throw new FormulaError(`${name} needs at least one number`, at);
    return compute(values);
  };
}

function single(name: string, compute: (value: number) => number): Builtin {
  return (args, at) => compute(asNumber(args[0], name, at));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Functions of expr-lang that give or take numbers. Rounding is half away from zero, as Go's. */
export const BUILTINS: Readonly<Record<string, Builtin>> = {
  max: aggregate('max', (values) => Math.max(...values)),
  min: aggregate('min', (values) => Math.min(...values)),
  sum: aggregate('sum', sum),
  mean: aggregate('mean', (values) => sum(values) / values.length),
  median: aggregate('median', median),
  abs: single('abs', Math.abs),
  ceil: single('ceil', Math.ceil),
  floor: single('floor', Math.floor),
  round: single('round', (value) => Math.sign(value) * Math.round(Math.abs(value))),
  float: ([value], at) => (typeof value === 'string' ? numberIn(value, at) : asNumber(value, 'float', at)),
  int: ([value], at) => Math.trunc(typeof value === 'string' ? numberIn(value, at) : asNumber(value, 'int', at)),
  len: ([value], at) => (typeof value === 'string' ? value.length : asList(value, 'len', at).length),
  first: ([value], at) => asList(value, 'first', at)[0] ?? null,
  last: ([value], at) => asList(value, 'last', at).at(-1) ?? null,
};

function numberIn(text: string, at: number): number {
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value)) throw new FormulaError(`"${text}" is not a number`, at);
  return value;
}

/** Functions of a list and a predicate over its elements. */
export const LIST_BUILTINS: Readonly<Record<string, ListBuiltin>> = {
  count: (list, predicate, at) => list.filter((element) => asBoolean(predicate(element), 'count', at)).length,
  any: (list, predicate, at) => list.some((element) => asBoolean(predicate(element), 'any', at)),
  all: (list, predicate, at) => list.every((element) => asBoolean(predicate(element), 'all', at)),
  none: (list, predicate, at) => !list.some((element) => asBoolean(predicate(element), 'none', at)),
  one: (list, predicate, at) => list.filter((element) => asBoolean(predicate(element), 'one', at)).length === 1,
  filter: (list, predicate, at) => list.filter((element) => asBoolean(predicate(element), 'filter', at)),
  map: (list, predicate) => list.map((element) => predicate(element)),
  find: (list, predicate, at) => list.find((element) => asBoolean(predicate(element), 'find', at)) ?? null,
  sum: (list, predicate, at) => sum(list.map((element) => asNumber(predicate(element), 'sum', at))),
};
