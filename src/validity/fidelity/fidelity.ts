/** Predictions held against a table of measurements: every row is answered, or says why not. */
import { dirname, resolve } from 'node:path';
import type { Catalog } from '../../catalog/open.js';
import type { Profile } from '../../latency/profile.js';
import type { Problem } from '../../scenario/types.js';
import type { Trace } from '../../workload/trace.js';
import { readTrace } from '../../workload/traceReader.js';
import { cellOf, type ServingRun, servingRuns } from '../measurements/servingRow.js';
import { type MeasurementTable, readTable } from '../measurements/table.js';
import type { Answer } from './answer.js';
import { answerRun, type ServingOptions } from './answerRun.js';
import {
  type FidelityGroup,
  type FidelityRow,
  groupsOf,
  type LoadErrors,
  loadErrorsOf,
  type Placed,
} from './groups.js';
import { datasetOf, otherAnswerer } from './otherTables.js';
import { dateKey, softwareDates } from './softwareDate.js';

export interface FidelityResult {
  readonly schema_version: '1';
  readonly groups: readonly FidelityGroup[];
  /** Errors by offered load over capacity; empty for tables that are not about serving. */
  readonly by_load: readonly LoadErrors[];
  readonly rows: readonly FidelityRow[];
}

export interface FidelityOptions {
  readonly catalog: Catalog;
  readonly seed: number;
  /** A calibration laid over the built-in ones. */
  readonly profile?: Profile;
  /** Told after each run, for progress. */
  readonly onRun?: (done: number, all: number) => void;
}

export type FidelityRead =
  | { readonly ok: true; readonly result: FidelityResult }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Predict every row of a measurement table and compare.
 *
 * @returns rows in the table's order and errors by group, or every problem of the table, located
 */
export const fidelity = async (file: string, options: FidelityOptions): Promise<FidelityRead> => {
  const read = readTable(file);
  if (!read.ok) return read;
  const { table } = read;
  if (table.kind !== 'serving') return { ok: true, result: resultOf(otherAnswers(table, options.catalog)) };
  const { runs, problems } = servingRuns(table);
  if (problems.length > 0) return { ok: false, problems };
  const traces = await readTraces(file, runs);
  return { ok: true, result: resultOf(servingAnswers(runs, traces, options)) };
};

const servingAnswers = (
  runs: readonly ServingRun[],
  traces: ServingOptions['traces'],
  { catalog, seed, profile, onRun }: FidelityOptions,
): readonly Placed[] => {
  const dates = softwareDates(catalog, runs);
  const lines: { line: number; placed: Placed }[] = [];
  runs.forEach((run, index) => {
    const { dataset, hardware } = run.conditions;
    const date = dates.get(dateKey(run.conditions));
    const why = `version not given: ${run.conditions.framework} of ${date}, a few months after the newest device and model there`;
    const answers = answerRun(run, {
      catalog,
      seed,
      traces,
      ...(profile === undefined ? {} : { profile }),
      ...(date === undefined ? {} : { assumedVersion: { version: date, why } }),
    });
    run.measurements.forEach(({ line, metric, value }, at) => {
      const row = rowOf(run.runId, metric, value, answers[at]!);
      lines.push({ line, placed: { by: { dataset, metric, hardware }, row } });
    });
    onRun?.(index + 1, runs.length);
  });
  return lines.sort((a, b) => a.line - b.line).map(({ placed }) => placed);
};

const otherAnswers = (table: MeasurementTable, catalog: Catalog): readonly Placed[] => {
  const answerOther = otherAnswerer(table);
  return table.rows.map((row) => {
    const metric = cellOf(row, 'metric') ?? '';
    const by = { dataset: datasetOf(row), metric, hardware: cellOf(row, 'hardware') ?? '' };
    const measured = Number(cellOf(row, 'value') ?? Number.NaN);
    const runId = cellOf(row, 'run_id') ?? `line ${row.line}`;
    return { by, row: rowOf(runId, metric, measured, answerOther(row, catalog)) };
  });
};

const rowOf = (runId: string, metric: string, measured: number, answer: Answer): FidelityRow => {
  const base = { run_id: runId, metric, measured };
  const none = { predicted: null, ape_pct: null, profile: null };
  if (answer.kind === 'unanswered') return { ...base, ...none, reason_if_unanswered: answer.reason };
  if (!(measured > 0)) return { ...base, ...none, reason_if_unanswered: 'the row has no measured value' };
  const { predicted, profile, band80, notes, offeredLoad, beyondPhysics } = answer;
  return {
    ...base,
    predicted,
    ape_pct: 100 * Math.abs(predicted / measured - 1),
    profile,
    reason_if_unanswered: null,
    band80: [predicted / band80, predicted * band80],
    ...(notes.length === 0 ? {} : { notes }),
    ...(offeredLoad === undefined ? {} : { offered_load_pct: Number.isFinite(offeredLoad) ? 100 * offeredLoad : null }),
    ...(beyondPhysics === undefined ? {} : { beyond_physics: beyondPhysics }),
  };
};

const resultOf = (placed: readonly Placed[]): FidelityResult => ({
  schema_version: '1',
  groups: groupsOf(placed),
  by_load: loadErrorsOf(placed),
  rows: placed.map(({ row }) => row),
});

/** Traces that the runs name, relative to the table; one that cannot be read leaves its reason. */
export const readTraces = async (
  file: string,
  runs: readonly ServingRun[],
): Promise<ReadonlyMap<string, Trace | string>> => {
  const names = new Set(runs.map(({ conditions }) => conditions.trace).filter((name) => name !== undefined));
  const traces = new Map<string, Trace | string>();
  for (const name of names) {
    const trace = await readTrace(resolve(dirname(file), name));
    const failed = 'kind' in trace;
    traces.set(name, failed ? `the trace ${name} cannot be used: ${trace.message} (line ${trace.line})` : trace);
  }
  return traces;
};
