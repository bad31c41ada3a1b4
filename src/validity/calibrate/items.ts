/** Measured runs as a calibration sees them: with what answers them now, and predicted anew under factors on it. */
import type { Catalog } from '../../catalog/open.js';
import type { CoefficientName, Coefficients } from '../../latency/coefficients.js';
import type { ServingConfig } from '../../latency/config.js';
import type { Profile } from '../../latency/profile.js';
import { resolveProfile } from '../../latency/resolveProfile.js';
import { answerRun, type ServingOptions } from '../fidelity/answerRun.js';
import { readTraces } from '../fidelity/fidelity.js';
import { runConfig } from '../fidelity/runConfig.js';
import { dateKey, softwareDates } from '../fidelity/softwareDate.js';
import type { ServingRun } from '../measurements/servingRow.js';

/** One run, its configuration and the coefficients of its parents. */
export interface Item {
  readonly run: ServingRun;
  readonly config: ServingConfig;
  readonly parent: Coefficients;
  readonly options: ServingOptions;
  readonly logs: readonly number[];
  readonly hasExperts: boolean;
  readonly ranks: number;
}

/** Runs of a table that can be predicted. */
export const itemsOf = async (
  file: string,
  runs: readonly ServingRun[],
  options: { readonly catalog: Catalog; readonly seed: number },
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
export const errorsOf = (item: Item, profile: Profile | undefined): readonly number[] =>
  answerRun(item.run, profile === undefined ? item.options : { ...item.options, profile }).map((answer, at) =>
    answer.kind === 'answered' && !answer.beyondPhysics ? Math.log(answer.predicted) - item.logs[at]! : Number.NaN,
  );

/** Logarithms of factors as a layer over the parents. */
export const layerOf = (names: readonly CoefficientName[], x: readonly number[], name: string): Profile => ({
  name,
  match: {},
  multiply: Object.fromEntries(names.map((each, at) => [each, Math.exp(x[at]!)])),
  source: '',
  asOf: '',
  grade: 'measured',
  errors: '',
});

/** Experts do not move dense models, nor collectives one rank: such coefficients would only cost time. */
export const matters = (name: CoefficientName, { hasExperts, ranks }: Item): boolean =>
  name.startsWith('moe') ? hasExperts : name.startsWith('allReduce') ? ranks > 1 : true;

/** A run in as many parts as can be left out in turn: the same conditions, some of the rows each. */
export const partsOf = (item: Item): readonly Item[] => {
  const { measurements } = item.run;
  const parts = Math.min(5, measurements.length);
  return Array.from({ length: parts }, (_, part) => {
    const at = measurements.flatMap((__, index) => (index % parts === part ? [index] : []));
    const run = { ...item.run, measurements: at.map((index) => measurements[index]!) };
    return { ...item, run, logs: at.map((index) => item.logs[index]!) };
  });
};
