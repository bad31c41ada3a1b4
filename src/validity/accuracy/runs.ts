/** Measured runs of several serving tables, each with what a refit must know of it. */
import type { Catalog } from '../../catalog/open.js';
import { modelClassOf } from '../../latency/band.js';
import type { Coefficients } from '../../latency/coefficients.js';
import type { ModelClass } from '../../latency/profile.js';
import { resolveProfile } from '../../latency/resolveProfile.js';
import type { Precision, Problem } from '../../scenario/types.js';
import { answerRun, type ServingOptions } from '../fidelity/answerRun.js';
import { readTraces } from '../fidelity/fidelity.js';
import { runConfig } from '../fidelity/runConfig.js';
import { dateKey, softwareDates } from '../fidelity/softwareDate.js';
import { type ServingRun, servingRuns } from '../measurements/servingRow.js';
import { readTable } from '../measurements/table.js';

/** One run that can be predicted. */
export interface FittedRun {
  readonly run: ServingRun;
  readonly options: ServingOptions;
  /** Coefficients that answer it now: the fit's own start for what is not fitted. */
  readonly current: Coefficients;
  /** Names of the built-in layers it rests on: its engine's era, its device's family. */
  readonly engineLayer: string;
  readonly familyLayer: string | undefined;
  readonly vendor: string;
  /** The catalog's name of its device. */
  readonly hardware: string;
  readonly modelClass: ModelClass;
  readonly hasExperts: boolean;
  readonly ranks: number;
  /** Precisions of its weights and of its KV cache, and whether its ranks meet over a scale-up link. */
  readonly weights: Precision;
  readonly kvCache: Precision;
  readonly linked: boolean;
}

export interface RunsRead {
  readonly runs: readonly FittedRun[];
  /** Rows of runs that have no prediction. */
  readonly unanswered: number;
  readonly problems: readonly Problem[];
}

/** Read serving tables; a table of another kind has no runs. */
export const readRuns = async (files: readonly string[], catalog: Catalog, seed: number): Promise<RunsRead> => {
  const runs: FittedRun[] = [];
  const problems: Problem[] = [];
  let unanswered = 0;
  for (const file of files) {
    const read = readTable(file);
    if (!read.ok) problems.push(...read.problems);
    if (!read.ok || read.table.kind !== 'serving') continue;
    const parsed = servingRuns(read.table);
    problems.push(...parsed.problems);
    const traces = await readTraces(file, parsed.runs);
    const dates = softwareDates(catalog, parsed.runs);
    for (const run of parsed.runs) {
      const version = dates.get(dateKey(run.conditions));
      const assumed = version === undefined ? {} : { assumedVersion: { version, why: '' } };
      const fitted = fittedRun(run, { catalog, seed, traces, ...assumed });
      if (fitted === undefined) unanswered += run.measurements.length;
      else runs.push(fitted);
    }
  }
  return { runs, unanswered, problems };
};

const fittedRun = (run: ServingRun, options: ServingOptions): FittedRun | undefined => {
  const prepared = runConfig(run.conditions, options);
  if (typeof prepared === 'string') return undefined;
  if (answerRun(run, options).every(({ kind }) => kind === 'unanswered')) return undefined;
  const { config } = prepared;
  const { layers, coefficients } = resolveProfile(config);
  return {
    run,
    options,
    current: coefficients,
    engineLayer: layers.find(({ match }) => match.engine !== undefined)?.name ?? 'base',
    familyLayer: layers.find(({ match }) => match.architecture !== undefined)?.name,
    vendor: config.accelerator.vendor,
    hardware: config.accelerator.name,
    modelClass: modelClassOf(config.model),
    hasExperts: config.model.moe !== undefined,
    ranks: config.tensor * config.pipeline * config.data * config.expert,
    weights: config.weights,
    kvCache: config.kvCache,
    linked: config.accelerator.linkGBps !== undefined && config.accelerator.scaleUpDomain > 1,
  };
};

/**
 * Whether a fit may learn from a measurement. SGLang servers of unstated version took 7–9 s to the first token at any concurrency: they
 * were not warmed up (study of step-time models §6). Such rows are scored all the same.
 */
export const isFitted = ({ run, engineLayer }: FittedRun, metric: string): boolean =>
  !(metric.startsWith('ttft') && engineLayer.startsWith('sglang') && run.conditions.frameworkVersion === undefined);

/** Loads whose requests wait for a server and its queue. */
const served: readonly string[] = ['closed_loop', 'open_loop', 'trace'];

/**
 * Weight of a metric for what is noisier than a mean of steps: times to first token of servers hold queues and HTTP (left out, they are
 * off by 20–40 % where times per token are by 5–15 %), tails hold jitter that steps do not have. Twice the noise, a quarter of the weight.
 */
export const steadiness = ({ run }: FittedRun, metric: string): number =>
  (metric.startsWith('ttft') && served.includes(run.conditions.load) ? 0.25 : 1) * (/_p9\d/.test(metric) ? 0.25 : 1);

/** Weight of each run's rows: a table counts by how much it varies, not by its length (study of step-time models §8: n^−0.3 a row). */
export const weightsOf = (runs: readonly FittedRun[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const each of runs) {
    for (const { metric } of each.run.measurements) {
      const key = weightKey(each, metric);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return new Map([...counts].map(([key, count]) => [key, count ** -0.3]));
};

export const weightKey = ({ run, hardware }: FittedRun, metric: string): string =>
  `${run.conditions.dataset}/${hardware}/${metric}`;
