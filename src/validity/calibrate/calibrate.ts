/** Refits coefficients of the profiles that answer a measurement table, towards their parents, and says by how much the error fell. */
import type { Catalog } from '../../catalog/open.js';
import { type CoefficientName, clampCoefficient } from '../../latency/coefficients.js';
import type { Profile } from '../../latency/profile.js';
import type { Problem } from '../../scenario/types.js';
import { servingRuns } from '../measurements/servingRow.js';
import { problemAt, readTable } from '../measurements/table.js';
import { crossValidate, type ErrorPair } from './crossValidate.js';
import { profileOf } from './fittedProfile.js';
import { fewRuns, type Scheme } from './folds.js';
import { type Item, itemsOf, matters, partsOf } from './items.js';
import { calibrated } from './priors.js';

export interface CalibrateOptions {
  readonly catalog: Catalog;
  readonly seed: number;
  /** Coefficients to move; absent: those with a prior. */
  readonly coefficients?: readonly CoefficientName[];
  readonly name: string;
  readonly asOf: string;
  readonly onStep?: (done: number, all: number) => void;
}

export interface CalibrationResult {
  readonly schema_version: '1';
  readonly profile: Profile;
  /** Runs fitted, rows answered, and rows that could not be. */
  readonly runs: number;
  readonly rows: number;
  readonly unanswered: number;
  /** Factors on the parents, by how much they moved. */
  readonly moved: readonly {
    readonly coefficient: CoefficientName;
    readonly factor: number;
    readonly from: number;
    readonly to: number;
  }[];
  readonly in_sample: ErrorPair;
  /** Every row predicted by a fit that did not see its group. */
  readonly left_out: readonly (ErrorPair & { readonly by: Scheme['by']; readonly groups: number })[];
  /** False: no fit beat the parents on left-out rows, so the profile changes nothing. */
  readonly helps: boolean;
}

export type CalibrateRead =
  | { readonly ok: true; readonly result: CalibrationResult }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Calibrate on a measurement table.
 *
 * @returns what moved, errors in-sample and left out, and the profile; or the problems of the table
 */
export const calibrate = async (file: string, options: CalibrateOptions): Promise<CalibrateRead> => {
  const read = readTable(file);
  if (!read.ok) return read;
  if (read.table.kind !== 'serving') {
    const message = 'only serving tables can be calibrated on so far';
    return { ok: false, problems: [problemAt(file, 1, 1, '', message, 'a table with load, model and prompt_tokens')] };
  }
  const { runs, problems } = servingRuns(read.table);
  if (problems.length > 0) return { ok: false, problems };
  const items = await itemsOf(file, runs, options);
  const rows = runs.reduce((sum, run) => sum + run.measurements.length, 0);
  if (items.length === 0) {
    const message = 'no row of the table can be predicted, so there is nothing to calibrate on';
    return { ok: false, problems: [problemAt(file, 2, 1, '', message, 'plimsoll fidelity says why for each row')] };
  }
  return { ok: true, result: calibrateItems(items, rows, options) };
};

const calibrateItems = (runs: readonly Item[], rows: number, options: CalibrateOptions): CalibrationResult => {
  const isScarce = runs.length < fewRuns;
  const items = isScarce ? runs.flatMap(partsOf) : runs;
  const names = (options.coefficients ?? calibrated).filter((name) =>
    items.some((item) => item.parent[name] > 0 && matters(name, item)),
  );
  const validated = crossValidate(items, names, isScarce, options.onStep);
  const { x, inSample, left, helps, answered } = validated;
  const profile = profileOf(names, runs, items, validated, options);
  const moved = names
    .map((coefficient, at) => {
      const from = middleOf(items.map(({ parent }) => parent[coefficient]));
      return {
        coefficient,
        factor: Math.exp(x[at]!),
        from,
        to: clampCoefficient(coefficient, from * Math.exp(x[at]!)),
      };
    })
    .sort((a, b) => Math.abs(Math.log(b.factor)) - Math.abs(Math.log(a.factor)));
  return {
    schema_version: '1',
    profile,
    runs: runs.length,
    rows: answered,
    unanswered: rows - answered,
    moved,
    in_sample: inSample,
    left_out: left.map(({ errors: _errors, ...rest }) => rest),
    helps,
  };
};

const middleOf = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;
