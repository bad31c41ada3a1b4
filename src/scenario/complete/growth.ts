import { parse } from 'csv-parse/sync';
import type * as z from 'zod';
import { parsePath } from '../path.js';
import type { CurveInput, growth } from '../schema/growth.js';
import type { Growth, GrowthCurve } from '../types.js';
import type { Context } from './context.js';

type GrowthInput = z.output<ReturnType<typeof growth>>;

/** Growth in canonical form: a plain rate is exponential; steps are in order of date. */
export const completeGrowth = (input: GrowthInput, context: Context): Growth =>
  Object.fromEntries(
    Object.entries(input).flatMap(([driver, curve]) => {
      const complete = curve === undefined ? undefined : completeCurve(curve, `growth.${driver}`, context);
      return complete === undefined ? [] : [[driver, complete]];
    }),
  );

const completeCurve = (input: CurveInput, path: string, context: Context): GrowthCurve | undefined => {
  if (typeof input === 'number') return { model: 'exponential', rate: input };
  if ('steps' in input)
    return { model: 'step', steps: input.steps.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)) };
  if ('add' in input) return { model: 'linear', add: input.add };
  if ('capacity' in input) return { model: 'logistic', rate: input.rate, capacity: input.capacity };
  if ('file' in input) return readHistory(input.file, input.column, path, context);
  return { model: 'exponential', rate: input.rate };
};

const DAYS_PER_MONTH = 365.25 / 12;
/** Fewer observations say too little about growth. */
const LEAST = 4;

/** A recorded series: the first column has dates, the named (or only other) one the values. */
const readHistory = (
  file: string,
  column: string | undefined,
  path: string,
  context: Context,
): GrowthCurve | undefined => {
  const refuse = (message: string, hint: string): undefined =>
    context.report({
      code: 'E1402',
      path: parsePath(`${path}.file`)!,
      message: `${file}: ${message}`,
      hint,
    }) as undefined;
  let rows: string[][];
  try {
    rows = parse(context.files.read(file) ?? '', {
      bom: true,
      skip_empty_lines: true,
      trim: true,
      relax_column_count: true,
    });
  } catch (error) {
    return refuse(`not a CSV file: ${(error as Error).message}`, 'expected a date column and a column of values');
  }
  const [header = [], ...body] = rows;
  const values = header.slice(1);
  const at = column === undefined ? (values.length === 1 ? 1 : -1) : header.indexOf(column, 1);
  if (at < 0)
    return refuse(
      column === undefined ? 'which column?' : `no column "${column}"`,
      `columns of values: ${values.join(', ')}`,
    );
  const points: { readonly day: number; readonly value: number }[] = [];
  for (const [i, row] of body.entries()) {
    const [day, value] = [Date.parse(row[0] ?? '') / 86_400_000, Number(row[at])];
    if (row[at] === '' || row[at] === undefined) continue;
    if (!Number.isFinite(day)) return refuse(`line ${i + 2}: "${row[0]}" is not a date`, 'write dates as 2026-11-01');
    if (!(value >= 0 && Number.isFinite(value)))
      return refuse(`line ${i + 2}: "${row[at]}" is not a number of at least 0`, 'give counts or amounts');
    points.push({ day, value });
  }
  if (points.length < LEAST) return refuse(`only ${points.length} observations`, `growth needs at least ${LEAST}`);
  points.sort((a, b) => a.day - b.day);
  const last = points.at(-1)!.day;
  return {
    model: 'history',
    months: points.map(({ day }) => (day - last) / DAYS_PER_MONTH),
    values: points.map(({ value }) => value),
  };
};
