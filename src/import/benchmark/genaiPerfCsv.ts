/**
 * The CSV of AIPerf and genai-perf (`profile_export_aiperf.csv`, `profile_export_genai_perf.csv`): a section of metrics with their
 * statistics, then one of single values; the unit stands in brackets behind the name, thousands are set off by commas. It holds no settings:
 * how requests were sent must be told. Read from both CSV exporters, 2025–2026.
 */
import { given, numberOf } from './access.js';
import { metricsOf, type NvidiaMetric } from './genaiPerf.js';
import type { BenchmarkRun, Document, Format, Unusable } from './types.js';

type Cells = readonly (readonly string[])[];

const isCells = (value: unknown): value is Cells => Array.isArray(value) && value.every(Array.isArray);

const plain = (name: string): string => name.trim().toLowerCase().replaceAll(/\s+/g, '_');

/** Every metric of the first two sections by its plain name; telemetry behind them has another header. */
const metricRows = (cells: Cells): ReadonlyMap<string, NvidiaMetric> => {
  const metrics = new Map<string, NvidiaMetric>();
  let header: readonly string[] = [];
  for (const row of cells) {
    if (row[0] === 'Metric') header = row.map(plain);
    else if (row[0] === 'Endpoint' || header[1] === 'gpu') header = [];
    if (row[0] === 'Metric' || header.length === 0 || row[0] === undefined || row[0] === '') continue;
    const [, name = row[0], unit] = /^(.*?)\s*(?:\(([^)]*)\))?$/.exec(row[0]) ?? [];
    const cell = (...columns: readonly string[]) => row[header.findIndex((column) => columns.includes(column))];
    const statistics = given({ p50: cell('p50'), p90: cell('p90'), p95: cell('p95'), p99: cell('p99') });
    metrics.set(plain(name), { unit, mean: cell('avg', 'value'), ...statistics });
  }
  return metrics;
};

const read = ({ value, line }: Document): readonly BenchmarkRun[] | Unusable => {
  const rows = metricRows(value as Cells);
  const metric = (name: string): NvidiaMetric => rows.get(name) ?? { unit: undefined };
  if (!rows.has('time_to_first_token')) {
    const hint = 'run it with --streaming against a chat or completions endpoint';
    return { message: 'the run did not stream answers, so that it has no time to first token', hint };
  }
  return [
    {
      place: '',
      line,
      sent: given({
        requests: numberOf(metric('request_count').mean),
        answeredPerS: numberOf(metric('request_throughput').mean),
      }),
      ...given({
        promptTokens: numberOf(metric('input_sequence_length').mean),
        outputTokens: numberOf(metric('output_sequence_length').mean),
      }),
      metrics: metricsOf(metric),
      notes: [],
    },
  ];
};

export const genaiPerfCsv: Format = {
  tool: 'AIPerf or genai-perf',
  dataset: 'genai-perf',
  recognises: (value) =>
    isCells(value) &&
    value.some((row) => row[0] === 'Metric' && row[1] === 'avg') &&
    value.some((row) => /^Request Latency/.test(row[0] ?? '')),
  read,
};
