import { FIELD } from '../../fleet/stations/fields.js';
import { studentQuantile } from '../../kernel/intervals.js';
import type { KnownMeans } from './plan.js';

/**
 * Control variates from the inputs of a run. A draw is independent of what the station looked like when it was drawn, so the sums of
 * (draw − its mean), plain or weighted with the number then in the system and its square, have mean zero whatever the station does.
 * Regressing a batch's results on them takes out the noise of the inputs (Lavenberg & Welch 1981; weighted sums as in Henderson & Glynn
 * 2002) and cannot hide an error of the station.
 */
const WEIGHTED = [
  { mean: 'gap', count: [FIELD.gaps, FIELD.gapsN, FIELD.gapsNN], sum: [FIELD.gapSum, FIELD.gapSumN, FIELD.gapSumNN] },
  {
    mean: 'service',
    count: [FIELD.services, FIELD.servicesN, FIELD.servicesNN],
    sum: [FIELD.requirementSum, FIELD.requirementSumN, FIELD.requirementSumNN],
  },
  { mean: 'setup', count: [FIELD.setups], sum: [FIELD.setupSum] },
] as const;

/** Columns that keep less than this share of their square after projection are taken as dependent. */
const DEPENDENT = 1e-9;

interface Column {
  /** Orthogonal to the other columns and to the constant. */
  readonly values: Float64Array;
  readonly square: number;
  /** Mean of the column before centring: its distance from the known mean of zero. */
  readonly offset: number;
}

export interface ControlBasis {
  readonly batches: number;
  readonly columns: readonly Column[];
  /** Draws whose mean is not what it should be: controls of these would bend the results. */
  readonly suspicious: readonly (keyof KnownMeans)[];
}

/** Standard errors from its known mean beyond which a draw is wrong. */
const SUSPICIOUS = 6;

/** The controls of the batches, made orthogonal. */
export function controlBasis(records: readonly Float64Array[], means: KnownMeans): ControlBasis {
  const columns: Column[] = [];
  const suspicious: (keyof KnownMeans)[] = [];
  for (const { mean, count, sum } of WEIGHTED) {
    const known = means[mean];
    if (known === undefined) continue;
    for (let i = 0; i < sum.length; i++) {
      const raw = Float64Array.from(records, (record) => record[sum[i]!]! - known * record[count[i]!]!);
      if (i === 0 && isFarFromZero(raw)) suspicious.push(mean);
      const column = orthogonal(raw, columns);
      if (column !== undefined) columns.push(column);
    }
  }
  return { batches: records.length, columns, suspicious };
}

/** The mean of independent batch values whose sample mean is zero, given the controls, and its half-width at `level`. */
export function regress(
  deviations: Float64Array,
  basis: ControlBasis,
  level: number,
): { shift: number; halfWidth: number } {
  const n = basis.batches;
  let shift = 0;
  let residual = 0;
  for (const value of deviations) residual += value * value;
  let spread = 1 / n;
  for (const { values, square, offset } of basis.columns) {
    let product = 0;
    for (let j = 0; j < n; j++) product += values[j]! * deviations[j]!;
    const slope = product / square;
    shift -= slope * offset;
    residual -= slope * product;
    spread += (offset * offset) / square;
  }
  const freedom = n - 1 - basis.columns.length;
  const variance = Math.max(0, residual) / freedom;
  return { shift, halfWidth: studentQuantile((1 + level) / 2, freedom) * Math.sqrt(variance * spread) };
}

/** Whether the mean of independent values is not zero beyond doubt. */
function isFarFromZero(values: Float64Array): boolean {
  const n = values.length;
  let mean = 0;
  for (const value of values) mean += value / n;
  let square = 0;
  for (const value of values) square += (value - mean) ** 2;
  return mean * mean > (SUSPICIOUS * SUSPICIOUS * square) / (n - 1) / n + 1e-12;
}

function orthogonal(raw: Float64Array, columns: readonly Column[]): Column | undefined {
  const n = raw.length;
  let offset = 0;
  for (const value of raw) offset += value / n;
  const values = raw.map((value) => value - offset);
  const before = dot(values, values);
  for (const column of columns) {
    const slope = dot(values, column.values) / column.square;
    for (let j = 0; j < n; j++) values[j]! -= slope * column.values[j]!;
    offset -= slope * column.offset;
  }
  const square = dot(values, values);
  return square > DEPENDENT * before && before > 0 ? { values, square, offset } : undefined;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
