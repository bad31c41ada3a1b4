/**
 * GuideLLM reports (0.2 to 0.8), JSON or YAML: `benchmarks` is a list, one entry a strategy. `request_latency` is in seconds, the other
 * times in milliseconds. What it calls TPOT is latency / tokens, first token included, which no row of a table means: left out. Its
 * `inter_token_latency_ms` is each request's (last − first) / (tokens − 1), weighted by its gaps: the mean is that of all gaps (our ITL),
 * and our TPOT only where the requests are at hand one by one or their answers are equally long.
 * Read from guidellm/benchmark/schemas and guidellm/schemas/base/request_stats.py, 2025–2026.
 */
import { at, fieldsOf, given, listAt, numberAt, numberOf, textAt } from './access.js';
import { measured, type Summary, statisticsMs, summaryOf } from './statistics.js';
import type { BenchmarkRun, Document, Format, Metrics, Sent, Unusable } from './types.js';

const distribution = (metrics: unknown, name: string): Summary => {
  const ok = at(metrics, name, 'successful');
  const quantile = (key: string) => at(ok, 'percentiles', key) ?? at(ok, key);
  return {
    mean: at(ok, 'mean'),
    p50: quantile('p50') ?? at(ok, 'median'),
    p90: quantile('p90'),
    p95: quantile('p95'),
    p99: quantile('p99'),
  };
};

/** Answers whose lengths differ by less than this share weigh alike. */
const equalLengths = 0.02;

const tpotOf = (benchmark: unknown): Metrics => {
  const metrics = at(benchmark, 'metrics');
  const requests = listAt(benchmark, 'requests', 'successful') ?? [];
  const each = requests.flatMap((request) => {
    const value = numberAt(request, 'inter_token_latency_ms');
    return value !== undefined && value > 0 ? [value] : [];
  });
  const answered =
    numberAt(metrics, 'request_totals', 'successful') ?? numberAt(benchmark, 'request_totals', 'successful');
  if (each.length > 0 && each.length === answered) return statisticsMs('tpot', summaryOf(each), 1);
  const lengths = at(metrics, 'output_token_count', 'successful');
  const spread = numberAt(lengths, 'std_dev');
  const mean = numberAt(lengths, 'mean');
  const isEqual = spread !== undefined && mean !== undefined && spread < equalLengths * mean;
  return isEqual ? statisticsMs('tpot', distribution(metrics, 'inter_token_latency_ms'), 1) : {};
};

/** The way of sending by the names of its strategies. */
export const sentBy = (strategy: unknown, requests: number | undefined, answeredPerS: number | undefined): Sent => {
  const kind = textAt(strategy, 'type_') ?? textAt(strategy, 'kind') ?? '';
  const one = (key: string): number | undefined => {
    const found = at(strategy, key);
    return numberOf(Array.isArray(found) && found.length === 1 ? found[0] : found);
  };
  const streams = one('streams') ?? one('max_concurrency');
  const common = given({ requests, answeredPerS });
  switch (kind) {
    case 'synchronous':
      return { ...common, concurrency: 1 };
    case 'throughput':
      return { ...common, requestRate: Infinity, isEndless: true, ...given({ concurrency: streams }) };
    case 'constant':
    case 'poisson':
      return {
        ...common,
        arrivals: kind,
        ...given({ requestRate: one('rate'), concurrency: one('max_concurrency') }),
      };
    default:
      // Concurrent streams, and profiles of later versions under other names.
      return { ...common, ...given({ concurrency: streams, requestRate: one('rate') }) };
  }
};

const runOf = (benchmark: unknown, index: number, document: Document): BenchmarkRun => {
  const metrics = at(benchmark, 'metrics');
  const report = document.value;
  const totals = at(metrics, 'request_totals') ?? at(benchmark, 'request_totals');
  const strategy =
    at(benchmark, 'config', 'strategy') ??
    at(benchmark, 'scheduler', 'strategy') ??
    at(benchmark, 'args', 'strategy') ??
    at(benchmark, 'config', 'profile');
  const tpot = tpotOf(benchmark);
  const notes: string[] = [];
  const errored = numberAt(totals, 'errored') ?? 0;
  if (errored > 0) notes.push(`${errored} requests failed; statistics are of the others`);
  if (Object.keys(tpot).length === 0)
    notes.push(
      'answers differ in length: the mean inter-token latency is kept as itl_mean_ms, its quantiles are of no row',
    );
  return {
    place: `benchmarks[${index}]`,
    line: document.line,
    sent: sentBy(strategy, numberAt(totals, 'successful'), numberOf(distribution(metrics, 'requests_per_second').mean)),
    ...given({
      model:
        textAt(benchmark, 'config', 'backend', 'model') ??
        textAt(benchmark, 'worker', 'backend_model') ??
        textAt(benchmark, 'benchmarker', 'backend', 'model') ??
        textAt(report, 'config', 'backend', 'model') ??
        textAt(report, 'args', 'model'),
      promptTokens: numberOf(distribution(metrics, 'prompt_token_count').mean),
      outputTokens: numberOf(distribution(metrics, 'output_token_count').mean),
    }),
    metrics: {
      ...statisticsMs('ttft', distribution(metrics, 'time_to_first_token_ms'), 1),
      ...tpot,
      ...statisticsMs('itl', { mean: distribution(metrics, 'inter_token_latency_ms').mean }, 1),
      ...statisticsMs('e2e', distribution(metrics, 'request_latency'), 1000),
      ...measured({ output_tokens_per_s: numberOf(distribution(metrics, 'output_tokens_per_second').mean) }),
    },
    notes,
  };
};

const read = (document: Document): readonly BenchmarkRun[] | Unusable => {
  const benchmarks = listAt(document.value, 'benchmarks') ?? [];
  if (benchmarks.length === 0) return { message: 'the report holds no benchmark', hint: 'did the run end early?' };
  return benchmarks.map((benchmark, index) => runOf(benchmark, index, document));
};

export const guidellm: Format = {
  tool: 'GuideLLM',
  dataset: 'guidellm',
  recognises: (value) => {
    const benchmarks = listAt(value, 'benchmarks');
    return benchmarks?.every((each) => fieldsOf(at(each, 'metrics')) !== undefined) ?? false;
  },
  read,
};
