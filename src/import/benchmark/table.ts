/** Measurement tables: their columns, and rows from benchmark runs with what the files do not say told by hand. */
import { keptMetrics, loadOf } from './load.js';
import type { BenchmarkRun } from './types.js';

/** Columns of a serving table, in order (INTERFACE.md §5). */
export const columns = [
  'run_id',
  'dataset',
  'job',
  'load',
  'hardware',
  'n_accelerators',
  'tp',
  'pp',
  'ep',
  'dp',
  'framework',
  'framework_version',
  'model',
  'weight_precision',
  'kv_precision',
  'prompt_tokens',
  'output_tokens',
  'length_range',
  'shared_prefix_tokens',
  'unique_prompts',
  'batch_size',
  'concurrency',
  'request_rate',
  'arrivals',
  'duration_s',
  'max_num_seqs',
  'max_num_batched_tokens',
  'gpu_memory_utilization',
  'trace',
  'metric',
  'value',
  'unit',
  'source',
] as const;

export type Column = (typeof columns)[number];
export type TableRow = Readonly<Partial<Record<Column, string | number>>>;

/** What is told by hand, by column; `unknown` leaves a cell blank on purpose. It outranks what a file says. */
export type Told = Readonly<Partial<Record<Column, string | number>>>;

/** Conditions without which a prediction would compare different things. */
const needed = [
  ['hardware', '--hardware H100-SXM'],
  ['tp', '--tp 1'],
  ['framework', '--framework vllm'],
  ['framework_version', '--framework-version 0.8.5'],
  ['model', '--model NAME'],
  ['weight_precision', '--weights bf16'],
  ['prompt_tokens', '--prompt-tokens 1024'],
  ['output_tokens', '--output-tokens 256'],
  ['load', '--concurrency 16 or --request-rate 4'],
] as const satisfies readonly (readonly [Column, string])[];

export interface Missing {
  readonly columns: readonly Column[];
  /** Flags that would tell it, with an example value. */
  readonly flags: readonly string[];
}

/** Sequences that engines compute at once unless told: vLLM before 1.0, the least of them. */
const defaultMaxSequences = 256;

const unitOf = (metric: string): string => (metric.endsWith('_ms') ? 'ms' : 'tokens/s');

export type RunRows =
  | { readonly kind: 'rows'; readonly rows: readonly TableRow[]; readonly notes: readonly string[] }
  | { readonly kind: 'missing'; readonly missing: Missing };

/** The rows of one run, or what neither its file nor the flags say. */
export const rowsOf = (
  run: BenchmarkRun,
  told: Told,
  named: { readonly runId: string; readonly dataset: string; readonly source: string },
): RunRows => {
  const sent = {
    ...run.sent,
    ...(told.concurrency === undefined ? {} : { concurrency: Number(told.concurrency) }),
    ...(told.request_rate === undefined ? {} : { requestRate: Number(told.request_rate) }),
    ...(told.arrivals === undefined ? {} : { arrivals: String(told.arrivals) }),
  };
  const load = loadOf(sent, Number(told.max_num_seqs ?? defaultMaxSequences));
  const rounded = (tokens: number | undefined) => tokens && Math.max(1, Math.round(tokens));
  const said: Record<string, string | number | undefined> = {
    framework: run.framework,
    model: run.model,
    prompt_tokens: rounded(run.promptTokens),
    output_tokens: rounded(run.outputTokens),
    shared_prefix_tokens: run.sharedPrefixTokens,
    ...toldConditions(told),
    ...load?.conditions,
  };
  const missing = needed.filter(([column]) => said[column] === undefined);
  if (load === undefined || missing.length > 0) {
    return {
      kind: 'missing',
      missing: { columns: missing.map(([column]) => column), flags: missing.map(([, flag]) => flag) },
    };
  }
  const conditions = Object.fromEntries(
    Object.entries(said).filter(([, value]) => value !== undefined && value !== 'unknown'),
  );
  const { runId, dataset, source } = named;
  const rows = Object.entries(keptMetrics(run.metrics, load)).map(
    ([metric, value]): TableRow => ({
      run_id: runId,
      dataset,
      job: 'serving',
      ...conditions,
      metric,
      value: Number(value.toPrecision(8)),
      unit: unitOf(metric),
      source,
    }),
  );
  return { kind: 'rows', rows, notes: [...run.notes, ...load.notes] };
};

/** Columns that the load decides are no conditions of their own. */
const toldConditions = ({ concurrency: _c, request_rate: _r, arrivals: _a, dataset: _d, ...rest }: Told): Told => rest;

const cell = (value: string | number | undefined): string => {
  const text = value === undefined ? '' : String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

const lineOf = (row: TableRow): string => columns.map((column) => cell(row[column])).join(',');

/** The table as CSV, with its header unless it goes on from another. */
export const tableText = (rows: readonly TableRow[], withHeader = true): string =>
  `${[...(withHeader ? [columns.join(',')] : []), ...rows.map(lineOf)].join('\n')}\n`;
