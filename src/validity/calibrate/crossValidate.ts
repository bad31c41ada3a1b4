/** Fits factors on the parents of measured runs; groups that a fit did not see choose how far it may go, and whether it helps. */
import type { CoefficientName } from '../../latency/coefficients.js';
import { folds, type Scheme } from './folds.js';
import { errorsOf, type Item, layerOf } from './items.js';
import { fitRobust } from './leastSquares.js';
import { priorSigma } from './priors.js';

/** Median absolute percentage errors, before (parents) and after. */
export interface ErrorPair {
  readonly before_pct: number;
  readonly after_pct: number;
}

/** Every row of a scheme predicted by a fit that did not see its group, in the order of the groups. */
export interface LeftOutErrors extends ErrorPair {
  readonly by: Scheme['by'];
  readonly groups: number;
  readonly errors: readonly number[];
}

export interface CrossValidation {
  /** Logarithms of the factors: 0 where no fit beat the parents. */
  readonly x: readonly number[];
  readonly inSample: ErrorPair;
  readonly left: readonly LeftOutErrors[];
  readonly helps: boolean;
  readonly answered: number;
}

/** Runs that the derivative-hungry fit sees at most; all runs are scored. */
const mostFitted = 80;
/** Ridges tried, as multiples of the priors' σ. Cross-validation chooses. */
const widths = [1, 0.4] as const;

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

/**
 * Fit the named coefficients on all items with each ridge, and with each group left out; the ridge whose left-out rows are predicted best
 * is taken, if that is better than the parents.
 *
 * @param isScarce items are parts of one run or two: only the narrow ridge is safe
 */
export const crossValidate = (
  items: readonly Item[],
  names: readonly CoefficientName[],
  isScarce: boolean,
  onStep?: (done: number, all: number) => void,
): CrossValidation => {
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
      onStep?.(Math.min(++done, all), all);
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
  const answered = parentErrors.flat().filter(Number.isFinite).length;
  return { x, inSample, left, helps, answered };
};
