/**
 * GuideLLM's `benchmarks.csv` (0.4 and later): three header rows (group, name with its status, unit or statistic), one row a benchmark.
 * Quantiles stand in one cell as a list: least, 0.1 %, 1, 5, 10, 25, 75, 90, 95, 99 %, most. The strategy stands by its kind alone; how many
 * streams or which rate it had is looked up in the profile, which a sweep does not hold: its JSON does.
 * Read from guidellm/benchmark/outputs/csv.py, 2026.
 */
import { anywhere, given, numberOf, textAt } from './access.js';
import { sentBy } from './guidellm.js';
import { measured, type Summary, statisticsMs } from './statistics.js';
import type { BenchmarkRun, Document, Format, Unusable } from './types.js';

type Cells = readonly (readonly string[])[];

const headerRows = 3;
const quantilesAt = { p90: 7, p95: 8, p99: 9 } as const;

const isCells = (value: unknown): value is Cells => Array.isArray(value) && value.every(Array.isArray);

/** The cells of one benchmark by `group/name/statistic`. */
const namedCells = (header: Cells, row: readonly string[]): ReadonlyMap<string, string> =>
  new Map(row.map((cell, column) => [header.map((line) => line[column]?.trim() ?? '').join('/'), cell]));

const jsonOf = (cell: string | undefined): unknown => {
  try {
    return JSON.parse(cell ?? '') as unknown;
  } catch {
    return undefined;
  }
};

const summary = (cells: ReadonlyMap<string, string>, group: string, unit: string): Summary => {
  const cell = (statistic: string) => cells.get(`${group}/Successful ${unit}/${statistic}`);
  const list =
    cell('Percentiles')
      ?.replaceAll(/[[\]\s]/g, '')
      .split(',') ?? [];
  return {
    mean: cell('Mean'),
    p50: cell('Median'),
    p90: list[quantilesAt.p90],
    p95: list[quantilesAt.p95],
    p99: list[quantilesAt.p99],
  };
};

/** The strategy of the `nth` benchmark of its kind, with its streams or rate from the lists of the profile. */
const strategyOf = (profile: unknown, kind: string, nth: number): unknown => {
  const listed = (key: string): number | undefined => {
    const found = anywhere(profile, key, (each) => numberOf(each) !== undefined || Array.isArray(each));
    return numberOf(Array.isArray(found) ? found[nth] : found);
  };
  return given({
    type_: kind,
    streams: listed('streams'),
    rate: listed('rate'),
    max_concurrency: listed('max_concurrency'),
  });
};

const read = ({ value, line }: Document): readonly BenchmarkRun[] | Unusable => {
  const all = (value as Cells).filter((row) => row.some((cell) => cell !== ''));
  const header = all.slice(0, headerRows);
  const rows = all.slice(headerRows);
  if (rows.length === 0) return { message: 'the table holds no benchmark', hint: 'did the run end early?' };
  if (rows.some((row) => row.length !== header[0]!.length)) {
    // Columns of failed or unfinished requests exist only for benchmarks that had some, under the header of the first.
    return { message: 'its rows do not have the columns of the header', hint: 'give the JSON report of the same run' };
  }
  const seen = new Map<string, number>();
  return rows.map((row, index): BenchmarkRun => {
    const cells = namedCells(header, row);
    const kind = cells.get('Benchmark/Strategy/') ?? '';
    const nth = seen.get(kind) ?? 0;
    seen.set(kind, nth + 1);
    const gaps = summary(cells, 'Inter Token Latency', 'ms');
    const lengths = summary(cells, 'Token Metrics', 'Output Tokens');
    const spread = numberOf(cells.get('Token Metrics/Successful Output Tokens/Std Dev'));
    const isEqual = spread !== undefined && spread < 0.02 * (numberOf(lengths.mean) ?? 0);
    return {
      place: `benchmarks[${index}]`,
      line,
      sent: sentBy(
        strategyOf(jsonOf(cells.get('Run Info/Profile/')), kind, nth),
        numberOf(cells.get('Request Counts/Successful/')),
        numberOf(summary(cells, 'Server Throughput', 'Requests/Sec').mean),
      ),
      ...given({
        model: textAt(jsonOf(cells.get('Run Info/Backend/')), 'model'),
        promptTokens: numberOf(summary(cells, 'Token Metrics', 'Input Tokens').mean),
        outputTokens: numberOf(lengths.mean),
      }),
      metrics: {
        ...statisticsMs('ttft', summary(cells, 'Time to First Token', 'ms'), 1),
        ...(isEqual ? statisticsMs('tpot', gaps, 1) : {}),
        ...statisticsMs('itl', { mean: gaps.mean }, 1),
        ...statisticsMs('e2e', summary(cells, 'Request Latency', 'Sec'), 1000),
        ...measured({ output_tokens_per_s: numberOf(summary(cells, 'Token Throughput', 'Output Tokens/Sec').mean) }),
      },
      notes: isEqual ? [] : ['answers differ in length: the mean inter-token latency is kept as itl_mean_ms only'],
    };
  });
};

export const guidellmCsv: Format = {
  tool: 'GuideLLM',
  dataset: 'guidellm',
  recognises: (value) =>
    isCells(value) && (value[0]?.includes('Run Info') ?? false) && (value[1]?.includes('Strategy') ?? false),
  read,
};
