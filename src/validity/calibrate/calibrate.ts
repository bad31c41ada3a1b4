/** Refits coefficients of the profiles that answer a measurement table, towards their parents, and says by how much the error fell. */
import type { Catalog } from '../../catalog/open.js';
import { modelClassOf } from '../../latency/band.js';
import { type CoefficientName, type Coefficients, clampCoefficient } from '../../latency/coefficients.js';
import type { ServingConfig } from '../../latency/config.js';
import { eraOf } from '../../latency/era.js';
import type { ModelClass, Profile, Tested } from '../../latency/profile.js';
import { resolveProfile } from '../../latency/resolveProfile.js';
import type { Problem } from '../../scenario/types.js';
import { answerRun, type ServingOptions } from '../fidelity/answerRun.js';
import { readTraces } from '../fidelity/fidelity.js';
import { runConfig } from '../fidelity/runConfig.js';
import { dateKey, softwareDates } from '../fidelity/softwareDate.js';
import { type ServingRun, servingRuns } from '../measurements/servingRow.js';
import { problemAt, readTable } from '../measurements/table.js';
import { fewRuns, folds, type Scheme } from './folds.js';
import { fitRobust } from './leastSquares.js';
import { calibrated, priorSigma } from './priors.js';

export interface CalibrateOptions {
  readonly catalog: Catalog;
  readonly seed: number;
  /** Coefficients to move; absent: those with a prior. */
  readonly coefficients?: readonly CoefficientName[];
  readonly name: string;
  readonly asOf: string;
  readonly onStep?: (done: number, all: number) => void;
}

/** Median absolute percentage errors, before (parents) and after. */
export interface ErrorPair {
  readonly before_pct: number;
  readonly after_pct: number;
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

interface Item {
  readonly run: ServingRun;
  readonly config: ServingConfig;
  readonly parent: Coefficients;
  readonly options: ServingOptions;
  readonly logs: readonly number[];
  readonly hasExperts: boolean;
  readonly ranks: number;
}

/** Runs that the derivative-hungry fit sees at most; all runs are scored. */
const mostFitted = 80;
/** Ridges tried, as multiples of the priors' σ. Cross-validation chooses. */
const widths = [1, 0.4] as const;

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

const itemsOf = async (
  file: string,
  runs: readonly ServingRun[],
  options: CalibrateOptions,
): Promise<readonly Item[]> => {
  const traces = await readTraces(file, runs);
  const dates = softwareDates(options.catalog, runs);
  return runs.flatMap((run): readonly Item[] => {
    const version = dates.get(dateKey(run.conditions));
    const base = {
      catalog: options.catalog,
      seed: options.seed,
      traces,
      ...(version === undefined ? {} : { assumedVersion: { version, why: `${version} assumed` } }),
    };
    const prepared = runConfig(run.conditions, base);
    if (typeof prepared === 'string' || answerRun(run, base).every(({ kind }) => kind === 'unanswered')) return [];
    const { config } = prepared;
    const parent = resolveProfile(config).coefficients;
    const logs = run.measurements.map(({ value }) => Math.log(value));
    const ranks = config.tensor * config.pipeline * config.data * config.expert;
    return [{ run, config, parent, options: base, logs, hasExperts: config.model.moe !== undefined, ranks }];
  });
};

/** Log errors of one run under factors on its parent's coefficients; NaN where a row has no prediction, or is beyond physics. */
const errorsOf = (item: Item, profile: Profile | undefined): readonly number[] =>
  answerRun(item.run, profile === undefined ? item.options : { ...item.options, profile }).map((answer, at) =>
    answer.kind === 'answered' && !answer.beyondPhysics ? Math.log(answer.predicted) - item.logs[at]! : Number.NaN,
  );

const layerOf = (names: readonly CoefficientName[], x: readonly number[], name: string): Profile => ({
  name,
  match: {},
  multiply: Object.fromEntries(names.map((each, at) => [each, Math.exp(x[at]!)])),
  source: '',
  asOf: '',
  grade: 'measured',
  errors: '',
});

const medianApe = (errors: readonly number[]): number => {
  const apes = errors.filter(Number.isFinite).map((e) => 100 * Math.abs(Math.expm1(e)));
  apes.sort((a, b) => a - b);
  const middle = apes.length >> 1;
  return apes.length % 2 === 1 ? apes[middle]! : (apes[middle - 1]! + apes[middle]!) / 2;
};

/** Evenly spread over the table, so that every condition is seen. */
const thin = <T>(items: readonly T[], most: number): readonly T[] =>
  items.length <= most
    ? items
    : Array.from({ length: most }, (_, at) => items[Math.floor((at * items.length) / most)]!);

/** Experts do not move dense models, nor collectives one rank: such coefficients would only cost time. */
const matters = (name: CoefficientName, { hasExperts, ranks }: Item): boolean =>
  name.startsWith('moe') ? hasExperts : name.startsWith('allReduce') ? ranks > 1 : true;

/** A run in as many parts as can be left out in turn: the same conditions, some of the rows each. */
const partsOf = (item: Item): readonly Item[] => {
  const { measurements } = item.run;
  const parts = Math.min(5, measurements.length);
  return Array.from({ length: parts }, (_, part) => {
    const at = measurements.flatMap((__, index) => (index % parts === part ? [index] : []));
    const run = { ...item.run, measurements: at.map((index) => measurements[index]!) };
    return { ...item, run, logs: at.map((index) => item.logs[index]!) };
  });
};

const calibrateItems = (runs: readonly Item[], rows: number, options: CalibrateOptions): CalibrationResult => {
  const isScarce = runs.length < fewRuns;
  const items = isScarce ? runs.flatMap(partsOf) : runs;
  const names = (options.coefficients ?? calibrated).filter((name) =>
    items.some((item) => item.parent[name] > 0 && matters(name, item)),
  );
  const sigma = names.map((name) => priorSigma[name] ?? 0.2);
  const schemes = folds(items, ({ run }) => run.conditions, isScarce ? 'row' : 'run');
  const parentErrors = items.map((item) => errorsOf(item, undefined));
  const fit = (seen: readonly Item[], width: number, start?: readonly number[]): readonly number[] => {
    const sample = thin(seen, mostFitted);
    return fitRobust({
      sigma: sigma.map((each) => each * width),
      residuals: (x) => sample.flatMap((item) => errorsOf(item, layerOf(names, x, 'fit'))),
      ...(start === undefined ? {} : { start }),
      iterations: start === undefined ? 5 : 2,
    });
  };
  let done = 0;
  // Rows of one run are much alike: only the narrow ridge is safe from learning that run by heart.
  const ridges = isScarce ? widths.slice(-1) : widths;
  const all = ridges.length * (1 + schemes[0]!.groups.length);
  const leftOut = (scheme: Scheme, width: number, start: readonly number[]): readonly number[] =>
    scheme.groups.flatMap((group) => {
      const seen = items.filter((_, at) => !group.includes(at));
      const x = seen.length === 0 ? start.map(() => 0) : fit(seen, width, start);
      options.onStep?.(Math.min(++done, all), all);
      return group.flatMap((at) => errorsOf(items[at]!, layerOf(names, x, 'fit')));
    });
  // The first scheme that the table allows decides the ridge.
  const tried = ridges.map((width) => {
    const x = fit(items, width);
    const errors = leftOut(schemes[0]!, width, x);
    return { width, x, errors, score: medianApe(errors) };
  });
  const best = tried.reduce((a, b) => (b.score < a.score - 0.05 ? b : a));
  const parentScore = medianApe(parentErrors.flat());
  const helps = best.score < parentScore;
  const x = helps ? best.x : names.map(() => 0);
  const after = items.flatMap((item) => errorsOf(item, layerOf(names, x, 'fit')));
  const left = schemes.map((scheme, at) => {
    const errors = !helps
      ? scheme.groups.flat().flatMap((index) => parentErrors[index]!)
      : at === 0
        ? best.errors
        : leftOut(scheme, best.width, best.x);
    return {
      by: scheme.by,
      groups: scheme.groups.length,
      before_pct: parentScore,
      after_pct: medianApe(errors),
      errors,
    };
  });
  const inSample = { before_pct: parentScore, after_pct: medianApe(after) };
  const profile = profileOf(names, x, runs, items, options, inSample, left);
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
  const answered = parentErrors.flat().filter(Number.isFinite).length;
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

/** What was measured: where the profile speaks afterwards. The version is stated where all runs are of one era of one engine. */
const conditionsOf = (items: readonly Item[]): Omit<Tested, 'band80'> => {
  const distinct = <T>(of: (config: ServingConfig) => T): T[] => [...new Set(items.map(({ config }) => of(config)))];
  const engines = distinct(({ engine }) => engine);
  const eras = distinct(({ engine, engineVersion }) => eraOf(engine, engineVersion).era);
  const { engineVersion } = items[0]!.config;
  const isOneEra = engines.length === 1 && eras.length === 1;
  return {
    hardware: distinct(({ accelerator }) => accelerator.name),
    models: distinct(({ model }): ModelClass => modelClassOf(model)),
    engines,
    ...(isOneEra && engineVersion !== undefined ? { engineVersion } : {}),
    weights: distinct(({ weights }) => weights),
  };
};

const middleOf = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

/** Factor that contains 80 % of left-out rows, by kind of metric; a kind without rows takes the widest. */
const bandFrom = (
  items: readonly Item[],
  errors: readonly number[],
  order: readonly number[],
): { ttft: number; tpot: number; e2e: number } => {
  const metrics = order.flatMap((at) => items[at]!.run.measurements.map(({ metric }) => metric));
  const factor = (pattern: RegExp | undefined): number | undefined => {
    const sizes = errors
      .filter((e, at) => Number.isFinite(e) && (pattern === undefined || pattern.test(metrics[at]!)))
      .map(Math.abs)
      .sort((a, b) => a - b);
    if (sizes.length < (pattern === undefined ? 1 : 5)) return undefined;
    // Conformal: the ⌈0.8·(n + 1)⌉-th smallest.
    const at = Math.min(sizes.length - 1, Math.ceil(0.8 * (sizes.length + 1)) - 1);
    return Number(Math.exp(sizes[at]!).toFixed(3));
  };
  const whole = factor(undefined) ?? 2;
  return {
    ttft: factor(/^ttft|^prompt_time|^prefill/) ?? Math.max(whole, 1.5),
    tpot: factor(/^tpot|^itl|^token_time|^decode/) ?? whole,
    e2e: factor(/^e2e|per_s|latency/) ?? whole,
  };
};

const profileOf = (
  names: readonly CoefficientName[],
  x: readonly number[],
  runs: readonly Item[],
  items: readonly Item[],
  options: CalibrateOptions,
  inSample: ErrorPair,
  left: readonly (ErrorPair & { readonly by: Scheme['by']; readonly errors: readonly number[] })[],
): Profile => {
  const [scheme] = folds(items, ({ run }) => run.conditions);
  const order = scheme!.groups.flat();
  const words = left.map(({ by, after_pct }) => `${after_pct.toFixed(1)} % with ${by} left out`);
  return {
    name: options.name,
    match: {},
    multiply: Object.fromEntries(names.map((each, at) => [each, Number(Math.exp(x[at]!).toPrecision(4))])),
    tested: {
      ...conditionsOf(items),
      // What rows of one run say of each other is no measure of another load: the built-in band stays.
      ...(left[0]!.by === 'row' ? {} : { band80: bandFrom(items, left[0]!.errors, order) }),
    },
    source: `${runs.length} ${runs.length === 1 ? 'run' : 'runs'} (${[...new Set(runs.map(({ run }) => run.conditions.dataset || 'unnamed'))].join(', ')})`,
    asOf: options.asOf,
    grade: 'measured',
    errors: `median error ${inSample.after_pct.toFixed(1)} % in-sample (parents ${inSample.before_pct.toFixed(1)} %), ${words.join(', ')}`,
  };
};
