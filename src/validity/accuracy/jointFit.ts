/** One fit of base, engine eras and device families over many tables at once. */
import { type CoefficientName, type Coefficients, clampCoefficient } from '../../latency/coefficients.js';
import type { Profile } from '../../latency/profile.js';
import type { Precision } from '../../scenario/types.js';
import { fitRobust } from '../calibrate/leastSquares.js';
import { answerRun } from '../fidelity/answerRun.js';
import { amplifications } from './amplification.js';
import { type FittedRun, isFitted, steadiness, weightKey, weightsOf } from './runs.js';
import { builtInValues, originOf, type Parameter, parametersOf, standIns } from './structure.js';

/** The outcome: logarithms of factors, by parameter. */
export interface JointFit {
  readonly parameters: readonly Parameter[];
  readonly values: readonly number[];
  /** Layers that had runs in the fit. */
  readonly seen: ReadonlySet<string>;
}

/** Slopes of a run's log predictions by coefficient: one row a coefficient, one entry a measurement. */
type Slopes = ReadonlyMap<CoefficientName, readonly number[]>;

/** Step of numeric derivatives, in logarithms. */
const step = 0.03;
/** Runs of one table, device and engine era that a fit sees at most, evenly spread; all runs are scored. */
const mostOfAKind = 40;

/** Parameters that a run which the fit sees rests on. */
const parametersFor = (fit: JointFit, run: FittedRun): readonly number[] =>
  fit.parameters.flatMap(({ layer }, at) =>
    layer === 'base' || layer === run.engineLayer || layer === run.familyLayer ? [at] : [],
  );

/** The layers of engines that speak for a run, and how much: its own era, or the eras around it alike. */
const enginesFor = ({ seen }: JointFit, { engineLayer }: FittedRun): ReadonlyMap<string, number> => {
  const names = seen.has(engineLayer) ? [engineLayer] : standIns(engineLayer, seen);
  return new Map(names.map((name) => [name, 1 / names.length]));
};

/** Coefficients that a fit gives a run; an era without runs lies midway (in logarithms) between those around it. */
export const coefficientsFor = (fit: JointFit, run: FittedRun): Coefficients => {
  const result: Record<CoefficientName, number> = { ...originOf(run) };
  const engines = enginesFor(fit, run);
  fit.parameters.forEach(({ layer, moves }, at) => {
    const share = layer === 'base' || layer === run.familyLayer ? 1 : engines.get(layer);
    if (share === undefined) return;
    for (const name of moves) result[name] *= Math.exp(share * fit.values[at]!);
  });
  for (const name of Object.keys(result) as CoefficientName[]) result[name] = clampCoefficient(name, result[name]);
  return result;
};

const profileOf = (set: Partial<Coefficients>): Profile => ({
  name: 'fit',
  match: {},
  set,
  source: '',
  asOf: '',
  grade: 'measured',
  errors: '',
});

/** Log of predicted over measured of each measurement of a run; NaN where there is no prediction, or physics forbids the measurement. */
export const logErrors = (run: FittedRun, coefficients: Coefficients): readonly number[] =>
  answerRun(run.run, { ...run.options, profile: profileOf(coefficients) }).map((answer, at) =>
    answer.kind === 'answered' && !answer.beyondPhysics
      ? Math.log(answer.predicted / run.run.measurements[at]!.value)
      : Number.NaN,
  );

/** Runs that a fit sees: at most so many of a kind, evenly spread over the table. */
export const thinned = (runs: readonly FittedRun[]): readonly FittedRun[] => {
  const kinds = new Map<string, FittedRun[]>();
  for (const run of runs) {
    const key = `${run.run.conditions.dataset}/${run.hardware}/${run.engineLayer}`;
    kinds.set(key, [...(kinds.get(key) ?? []), run]);
  }
  return [...kinds.values()].flatMap((kind) =>
    kind.length <= mostOfAKind
      ? kind
      : Array.from({ length: mostOfAKind }, (_, at) => kind[Math.floor((at * kind.length) / mostOfAKind)]!),
  );
};

const wide: readonly Precision[] = ['bf16', 'fp16', 'fp32'];

/** Whether a coefficient can move a run at all; others would only cost time. */
const matters = (name: CoefficientName, run: FittedRun, value: number): boolean => {
  if (value === 0) return false;
  if (name.startsWith('moe')) return run.hasExperts;
  if (name === 'allReduceFloorS') return run.ranks > 1;
  if (name === 'allReduceLink') return run.ranks > 1 && run.linked;
  if (name === 'pcieLink') return run.ranks > 1 && !run.linked;
  if (name === 'quantisedKv') return !wide.includes(run.kvCache);
  if (name === 'quantisedLoopS') return !wide.includes(run.weights);
  if (name === 'fp8PeakFraction') return run.weights === 'fp8';
  return name === 'fp4PeakFraction' ? run.weights === 'fp4' : true;
};

const slopesOf = (
  run: FittedRun,
  names: readonly CoefficientName[],
  at: Coefficients,
  errors: readonly number[],
): Slopes =>
  new Map(
    names
      .filter((name) => matters(name, run, at[name]))
      .map((name) => {
        const moved = logErrors(run, { ...at, [name]: at[name] * Math.exp(step) });
        return [name, moved.map((error, index) => (error - errors[index]!) / step)];
      }),
  );

/** Slopes of every run at the coefficients that a fit gives it, to be used again by fits of most of the same runs. */
export type SlopeTable = ReadonlyMap<FittedRun, Slopes>;

export const slopeTable = (fit: JointFit, runs: readonly FittedRun[]): SlopeTable => {
  const names = [...new Set(fit.parameters.flatMap(({ moves }) => moves))];
  return new Map(
    runs.map((run) => {
      const at = coefficientsFor(fit, run);
      return [run, slopesOf(run, names, at, logErrors(run, at))];
    }),
  );
};

export interface JointFitOptions {
  /** Where to start; absent: at the origin. The optimum does not depend on it, the time does. `built-in`: at the built-in profiles. */
  readonly start?: JointFit | 'built-in';
  /** Slopes to take steps by; absent: computed anew for each step. Whether a step helps is always simulated. */
  readonly slopes?: SlopeTable;
  readonly iterations: number;
}

/** Fit all layers that the runs rest on, robustly, towards the base and the origin. */
export const jointFit = (runs: readonly FittedRun[], { start, slopes, iterations }: JointFitOptions): JointFit => {
  const parameters = parametersOf(runs);
  const seen = new Set(parameters.map(({ layer }) => layer));
  const weightOf = weightsOf(runs);
  const fitOf = (values: readonly number[]): JointFit => ({ parameters, values, seen });
  const mine = runs.map((run) => parametersFor(fitOf([]), run));
  const from = startOf(parameters, start);
  const values = fitRobust({
    sigma: parameters.map(({ sigma }) => sigma),
    residuals: (x) => runs.flatMap((run) => logErrors(run, coefficientsFor(fitOf(x), run))),
    slopes: (x, errors) => {
      const table = slopes ?? slopeTable(fitOf(x), runs);
      const rows = parameters.map(() => new Array<number>(errors.length).fill(0));
      let offset = 0;
      runs.forEach((run, index) => {
        for (const at of mine[index]!) {
          for (const name of parameters[at]!.moves) {
            for (const [row, slope] of (table.get(run)!.get(name) ?? []).entries()) rows[at]![offset + row]! += slope;
          }
        }
        offset += run.run.measurements.length;
      });
      return rows;
    },
    weights: runs.flatMap((run) => {
      const amplified = amplifications((at) => logErrors(run, at), coefficientsFor(fitOf(from), run));
      return run.run.measurements.map(({ metric }, index) =>
        isFitted(run, metric)
          ? (steadiness(run, metric) * weightOf.get(weightKey(run, metric))!) / amplified[index]! ** 2
          : 0,
      );
    }),
    start: from,
    iterations,
  });
  return fitOf(values);
};

const startOf = (parameters: readonly Parameter[], start: JointFitOptions['start']): readonly number[] => {
  if (start === 'built-in') return builtInValues(parameters);
  const known = new Map(start?.parameters.map((each, at) => [keyOf(each), start.values[at]!]));
  return parameters.map((each) => known.get(keyOf(each)) ?? 0);
};

const keyOf = ({ layer, moves }: Parameter): string => `${layer}/${moves.join('+')}`;
