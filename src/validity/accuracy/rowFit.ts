/** Refits of models with few numbers on rows of a table, from round numbers, with groups left out. */
import { fitRobust } from '../calibrate/leastSquares.js';
import type { LeftOut, LeftOutRow, LeftOutRows } from './leaveOut.js';

/** One number of the fit: where it starts and how far it may go. */
export interface RowParameter {
  readonly start: number;
  readonly sigma: number;
  /** `times`: the logarithm of a factor moves; `plus`: the value itself (exponents). */
  readonly by: 'times' | 'plus';
}

export const times = (start: number, sigma: number): RowParameter => ({ start, sigma, by: 'times' });
export const plus = (start: number, sigma: number): RowParameter => ({ start, sigma, by: 'plus' });

/** The values of parameters that have moved from their starts. */
export const valuesOf = (parameters: readonly RowParameter[], moved: readonly number[]): readonly number[] =>
  parameters.map(({ start, by }, at) => (by === 'times' ? start * Math.exp(moved[at]!) : start + moved[at]!));

/** One measured row, and what it is left out with. */
export interface FittedRow<Question> {
  readonly question: Question;
  readonly measured: number;
  readonly dataset: string;
  readonly metric: string;
  readonly hardware: string;
  readonly group: Readonly<Record<LeftOut, string>>;
}

export interface RowModel<Question> {
  readonly parameters: readonly RowParameter[];
  /** A prediction by the values of the parameters; NaN where there is none. */
  readonly predict: (question: Question, values: readonly number[]) => number;
  /** Log error of an ordinary row. */
  readonly noise: number;
  /** A table of more rows tells no more than so many independent ones. */
  readonly effectiveRows: number;
  readonly iterations: number;
}

const logErrors = <Question>(
  rows: readonly FittedRow<Question>[],
  model: RowModel<Question>,
  values: readonly number[],
): readonly number[] => rows.map(({ question, measured }) => Math.log(model.predict(question, values) / measured));

/** The values that rows speak for. */
export const fitRows = <Question>(
  rows: readonly FittedRow<Question>[],
  model: RowModel<Question>,
): readonly number[] => {
  const { parameters, noise, iterations, effectiveRows } = model;
  const moved = fitRobust({
    sigma: parameters.map(({ sigma }) => sigma),
    residuals: (x) => logErrors(rows, model, valuesOf(parameters, x)),
    weights: rows.map(() => Math.min(1, effectiveRows / rows.length)),
    noise,
    iterations,
  });
  return valuesOf(parameters, moved);
};

/** Groups of a scheme by name, in their order. */
const groupsOf = <Question>(
  rows: readonly FittedRow<Question>[],
  by: LeftOut,
): ReadonlyMap<string, readonly FittedRow<Question>[]> => {
  const groups = new Map<string, FittedRow<Question>[]>();
  for (const row of rows) groups.set(row.group[by], [...(groups.get(row.group[by]) ?? []), row]);
  return groups;
};

/**
 * Leave every group out once and predict it by a fit of the rest.
 *
 * @param band80 the factor of 80 % that the product states for a row at that distance
 */
export const leaveOutRows = <Question>(
  rows: readonly FittedRow<Question>[],
  model: RowModel<Question>,
  by: LeftOut,
  band80: (row: FittedRow<Question>) => number,
  onGroup: (name: string) => void,
): LeftOutRows => {
  const groups = groupsOf(rows, by);
  if (groups.size < 2) return { rows: [], refits: 0 };
  const left = [...groups].flatMap(([name, group]) => {
    onGroup(name);
    const out = new Set(group);
    const values = fitRows(
      rows.filter((row) => !out.has(row)),
      model,
    );
    return logErrors(group, model, values).map((logError, at): LeftOutRow => {
      const { dataset, metric, hardware } = group[at]!;
      return { dataset, metric, hardware, logError, eraSeen: true, learnt: true, band80: band80(group[at]!) };
    });
  });
  return { rows: left, refits: groups.size };
};
