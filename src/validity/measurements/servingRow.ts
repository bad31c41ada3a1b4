/** A row of a serving table, typed: blank cells are absent and stand for the engine's default. */
import type { Problem } from '../../scenario/types.js';
import { type MeasurementTable, problemAt, type Row } from './table.js';

/** How the requests came. */
export const loads = ['static_batch', 'saturated', 'closed_loop', 'open_loop', 'trace'] as const;
export type Load = (typeof loads)[number];

/** The conditions of one run, as its rows state them. */
export interface ServingConditions {
  readonly dataset: string;
  readonly load: string;
  readonly hardware: string;
  readonly accelerators?: number;
  readonly tensor?: number;
  readonly pipeline?: number;
  readonly expert?: number;
  readonly data?: number;
  readonly framework: string;
  readonly frameworkVersion?: string;
  readonly model: string;
  readonly weightPrecision?: string;
  readonly kvPrecision?: string;
  readonly promptTokens?: number;
  readonly outputTokens?: number;
  /** Lengths are uniform between this share of the nominal and the nominal; 1 unless given. */
  readonly lengthRange: number;
  readonly sharedPrefixTokens: number;
  readonly uniquePrompts?: number;
  readonly batchSize?: number;
  readonly concurrency?: number;
  /** Requests per second; `Infinity` where all come at once. */
  readonly requestRate?: number;
  readonly arrivals?: string;
  readonly durationS?: number;
  readonly maxNumSeqs?: number;
  readonly maxNumBatchedTokens?: number;
  readonly gpuMemoryUtilization?: number;
  readonly trace?: string;
}

/** One measured statistic of a run. */
export interface ServingMeasurement {
  readonly line: number;
  readonly metric: string;
  readonly unit: string;
  readonly value: number;
}

/** All that was measured in one run under one set of conditions. */
export interface ServingRun {
  readonly runId: string;
  readonly line: number;
  readonly conditions: ServingConditions;
  readonly measurements: readonly ServingMeasurement[];
}

type NumberKey = {
  [K in keyof ServingConditions]-?: NonNullable<ServingConditions[K]> extends number ? K : never;
}[keyof ServingConditions];

/** Numeric columns: the field, and the least value that makes sense. */
const numbers: readonly (readonly [column: string, field: NumberKey, least: number])[] = [
  ['n_accelerators', 'accelerators', 1],
  ['tp', 'tensor', 1],
  ['pp', 'pipeline', 1],
  ['ep', 'expert', 1],
  ['dp', 'data', 1],
  ['prompt_tokens', 'promptTokens', 0],
  ['output_tokens', 'outputTokens', 0],
  ['length_range', 'lengthRange', 0],
  ['shared_prefix_tokens', 'sharedPrefixTokens', 0],
  ['unique_prompts', 'uniquePrompts', 0],
  ['batch_size', 'batchSize', 1],
  ['concurrency', 'concurrency', 1],
  ['request_rate', 'requestRate', 0],
  ['duration_s', 'durationS', 0],
  ['max_num_seqs', 'maxNumSeqs', 1],
  ['max_num_batched_tokens', 'maxNumBatchedTokens', 1],
  ['gpu_memory_utilization', 'gpuMemoryUtilization', 0],
];

const blank = new Set(['', 'none', 'nan', 'null', 'na', 'n/a', 'unknown']);
export const cellOf = (row: Row, column: string): string | undefined => {
  const text = row.cells[column]?.trim() ?? '';
  return blank.has(text.toLowerCase()) ? undefined : text;
};

/** A number cell; `inf` is a rate at which all requests come at once. NaN when it is not a number. */
export const numberOf = (text: string): number => (/^\+?inf(inity)?$/i.test(text) ? Infinity : Number(text));

const conditionsOf = (row: Row, table: MeasurementTable, problems: Problem[]): ServingConditions => {
  const given: Partial<Record<NumberKey, number>> = {};
  for (const [column, field, least] of numbers) {
    const text = cellOf(row, column);
    if (text === undefined) continue;
    const value = numberOf(text);
    if (Number.isNaN(value) || value < least) {
      const at = table.columns.indexOf(column) + 1;
      problems.push(
        problemAt(
          table.file,
          row.line,
          at,
          column,
          `"${text}" is not a ${column}`,
          `a number of at least ${least}, or nothing`,
        ),
      );
    } else given[field] = value;
  }
  const text = <K extends string>(field: K, column: string): Partial<Record<K, string>> => {
    const cell = cellOf(row, column);
    return cell === undefined ? {} : ({ [field]: cell } as Record<K, string>);
  };
  return {
    lengthRange: 1,
    sharedPrefixTokens: 0,
    ...given,
    dataset: cellOf(row, 'dataset') ?? '',
    load: cellOf(row, 'load') ?? '',
    hardware: cellOf(row, 'hardware') ?? '',
    framework: cellOf(row, 'framework') ?? '',
    model: cellOf(row, 'model') ?? '',
    ...text('frameworkVersion', 'framework_version'),
    ...text('weightPrecision', 'weight_precision'),
    ...text('kvPrecision', 'kv_precision'),
    ...text('arrivals', 'arrivals'),
    ...text('trace', 'trace'),
  };
};

/** Columns that are not conditions: rows of one run differ in them. */
const perRow = new Set(['metric', 'value', 'unit', 'source', 'notes']);

/**
 * The runs of a serving table, in the order of their first rows. Rows of one `run_id` must agree in their conditions; where they do
 * not, each set of conditions is a run of its own. A row without a `run_id` is a run of its own.
 *
 * @returns the runs, or every cell that is not what its column needs
 */
export const servingRuns = (
  table: MeasurementTable,
): { readonly runs: readonly ServingRun[]; readonly problems: readonly Problem[] } => {
  const problems: Problem[] = [];
  const shared = table.columns.filter((column) => !perRow.has(column));
  const runs = new Map<string, { run: ServingRun; measurements: ServingMeasurement[] }>();
  for (const row of table.rows) {
    const runId = cellOf(row, 'run_id') ?? `line ${row.line}`;
    const key = JSON.stringify([runId, ...shared.map((column) => row.cells[column])]);
    let entry = runs.get(key);
    if (entry === undefined) {
      const measurements: ServingMeasurement[] = [];
      const run = { runId, line: row.line, conditions: conditionsOf(row, table, problems), measurements };
      runs.set(key, (entry = { run, measurements }));
    }
    const value = Number(cellOf(row, 'value') ?? Number.NaN);
    if (!(value > 0) || value === Infinity) {
      const at = table.columns.indexOf('value') + 1;
      problems.push(
        problemAt(
          table.file,
          row.line,
          at,
          'value',
          `"${row.cells['value'] ?? ''}" is not a measured value`,
          'a number greater than 0',
        ),
      );
    }
    entry.measurements.push({
      line: row.line,
      metric: cellOf(row, 'metric') ?? '',
      unit: cellOf(row, 'unit') ?? '',
      value,
    });
  }
  return { runs: [...runs.values()].map(({ run }) => run), problems };
};
