/**
 * NVIDIA AIPerf (`profile_export_aiperf.json`) and genai-perf (`profile_export_genai_perf.json`): a metric a key with `unit`, `avg` and
 * quantiles, and the settings in `input_config`, whose shape changed between versions. Their inter-token latency is each request's
 * (latency − TTFT) / (tokens − 1): our TPOT. The gaps themselves are counted by chunk (`inter_chunk_latency`) and left out.
 * Read from aiperf's and genai-perf's JSON exporters and metrics references, 2025–2026.
 */
import { anywhere, at, fieldsOf, given, numberAt, numberOf, textAt } from './access.js';
import { measured, type Summary, statisticsMs } from './statistics.js';
import type { BenchmarkRun, Document, Format, Metrics, Unusable } from './types.js';

/** Milliseconds in a unit of time. */
export const toMs = (unit: string | undefined): number | undefined =>
  unit === undefined ? undefined : { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1e3, sec: 1e3, seconds: 1e3 }[unit.trim()];

/** A metric as the two tools write it, from JSON or a row of their CSV. */
export interface NvidiaMetric extends Summary {
  readonly unit: string | undefined;
}

export const metricsOf = (metric: (name: string) => NvidiaMetric): Metrics => {
  const times = (name: 'ttft' | 'tpot' | 'e2e', from: string): Metrics => {
    const found = metric(from);
    const factor = toMs(found.unit);
    return factor === undefined ? {} : statisticsMs(name, found, factor);
  };
  return {
    ...times('ttft', 'time_to_first_token'),
    ...times('tpot', 'inter_token_latency'),
    ...times('e2e', 'request_latency'),
    ...measured({ output_tokens_per_s: numberOf(metric('output_token_throughput').mean) }),
  };
};

const fromJson =
  (value: unknown) =>
  (name: string): NvidiaMetric => {
    const found = at(value, name);
    const { avg: mean, p50, p90, p95, p99 } = fieldsOf(found) ?? {};
    return { unit: textAt(found, 'unit'), mean, p50, p90, p95, p99 };
  };

const firstText = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : Array.isArray(value) && typeof value[0] === 'string' ? value[0] : undefined;

/** A setting by its name, or by its flag on the command line that is kept beside them. */
const setting = (config: unknown, key: string, flag: string): number | undefined => {
  const isNumber = (found: unknown): boolean => typeof found === 'number';
  const found = numberOf(anywhere(config, key, isNumber));
  const command = textAt(config, 'cli_command') ?? '';
  return found ?? numberOf(new RegExp(`--${flag}[ =]([\\d.]+)`).exec(command)?.[1]);
};

const isAiperf = (value: unknown): boolean =>
  at(value, 'aiperf_version') !== undefined ||
  at(value, 'input_config', 'loadgen') !== undefined ||
  (textAt(value, 'input_config', 'cli_command') ?? '').startsWith('aiperf');

const read = ({ value, line }: Document): readonly BenchmarkRun[] | Unusable => {
  const config = at(value, 'input_config');
  const metric = fromJson(value);
  if (textAt(config, 'endpoint_type') === 'embeddings' || at(value, 'time_to_first_token') === undefined) {
    const hint = 'run it with --streaming against a chat or completions endpoint';
    return { message: 'the run did not stream answers, so that it has no time to first token', hint };
  }
  const modelNames = anywhere(config, 'model_names', (found) => firstText(found) !== undefined);
  const mode = anywhere(config, 'request_rate_mode', (found) => typeof found === 'string');
  const hasFailed = numberAt(value, 'error_request_count', 'avg') ?? 0;
  return [
    {
      place: '',
      line,
      sent: given({
        requestRate: setting(config, 'request_rate', 'request-rate'),
        concurrency: setting(config, 'concurrency', 'concurrency'),
        // perf_analyzer, which genai-perf drives, spaces requests evenly; AIPerf draws Poisson gaps unless told.
        arrivals: mode === 'constant' || !isAiperf(value) ? 'constant' : 'poisson',
        requests: numberAt(value, 'request_count', 'avg'),
        answeredPerS: numberOf(metric('request_throughput').mean),
      }),
      ...given({
        model: firstText(modelNames) ?? firstText(at(config, 'model')),
        promptTokens: numberOf(metric('input_sequence_length').mean),
        outputTokens: numberOf(metric('output_sequence_length').mean),
      }),
      metrics: metricsOf(metric),
      notes: hasFailed > 0 ? [`${hasFailed} requests failed; statistics are of the others`] : [],
    },
  ];
};

const isMetric = (value: unknown): boolean => at(value, 'avg') !== undefined && at(value, 'unit') !== undefined;

const recognises = (value: unknown): boolean =>
  fieldsOf(at(value, 'input_config')) !== undefined && isMetric(at(value, 'request_latency'));

export const aiperf: Format = {
  tool: 'AIPerf',
  dataset: 'aiperf',
  recognises: (value) => recognises(value) && isAiperf(value),
  read,
};

export const genaiPerf: Format = {
  tool: 'genai-perf',
  dataset: 'genai-perf',
  recognises: (value) => recognises(value) && !isAiperf(value),
  read,
};
