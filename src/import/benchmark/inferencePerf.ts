/**
 * inference-perf (Kubernetes SIG): `stage_N_lifecycle_metrics.json` and `summary_lifecycle_metrics.json`, all times in seconds, with the
 * run's `config.yaml` for what they do not say. Its `time_per_output_token` is each request's (last − first) / (tokens − 1): our TPOT. Gaps
 * between tokens of one network chunk are near 0, so that of its `inter_token_latency` only the mean is kept.
 * Read from inference_perf/reportgen/base.py and CONFIG.md, 2025–2026.
 */
import { basename } from 'node:path';
import { at, fieldsOf, given, listAt, numberAt, numberOf, textAt } from './access.js';
import { measured, type Summary, statisticsMs } from './statistics.js';
import type { BenchmarkRun, Document, Format, Sent, Unusable } from './types.js';

/** The settings of a run, as inference-perf reads and writes them. */
export const isInferencePerfConfig = (value: unknown): boolean =>
  fieldsOf(at(value, 'load')) !== undefined &&
  (fieldsOf(at(value, 'server')) !== undefined || fieldsOf(at(value, 'data')) !== undefined);

const summary = (latency: unknown, name: string): Summary => {
  const found = at(latency, name);
  const { mean, median, p90, p95, p99 } = fieldsOf(found) ?? {};
  return { mean, p50: median, p90, p95, p99 };
};

const stageOf = (file: string): number | undefined => numberOf(/stage_(\d+)_/.exec(basename(file))?.[1]);

/** What the report or the stage of its configuration says of the load; a summary over several stages mixes their loads. */
const sentOf = (document: Document, config: unknown): Sent | Unusable => {
  const { value, file } = document;
  const stage = stageOf(file);
  const stages = listAt(config, 'load', 'stages') ?? [];
  const told = at(value, 'load_summary', 'requested_rate') ?? at(value, 'load_summary', 'concurrency');
  const isSweep = fieldsOf(at(config, 'load', 'sweep')) !== undefined;
  if (stage === undefined && told === undefined && (stages.length > 1 || isSweep)) {
    const hint = 'import the stage_*_lifecycle_metrics.json of the same run instead';
    return { message: 'a summary over several stages mixes their loads', hint };
  }
  const own = stages[stage ?? 0];
  const concurrency = numberAt(value, 'load_summary', 'concurrency') ?? numberAt(own, 'concurrency_level');
  const rate = numberAt(value, 'load_summary', 'requested_rate') ?? numberAt(own, 'rate');
  const type = textAt(config, 'load', 'type');
  return given({
    concurrency,
    // Stages of concurrent users carry a nominal rate too.
    requestRate: concurrency === undefined ? rate : undefined,
    arrivals: type === 'constant' || type === 'poisson' ? type : undefined,
    requests: numberAt(value, 'load_summary', 'count'),
    answeredPerS: numberAt(value, 'successes', 'throughput', 'requests_per_sec'),
  });
};

const isUnusable = (sent: Sent | Unusable): sent is Unusable => 'message' in sent;

const read = (document: Document, context: readonly Document[]): readonly BenchmarkRun[] | Unusable => {
  const { value, line } = document;
  const config = context.find((each) => isInferencePerfConfig(each.value))?.value;
  const sent = sentOf(document, config);
  if (isUnusable(sent)) return sent;
  const successes = at(value, 'successes');
  if (!((numberAt(successes, 'count') ?? 0) > 0))
    return { message: 'no request of this benchmark was answered', hint: 'repeat it' };
  const latency = at(successes, 'latency') ?? successes;
  const failed = numberAt(value, 'failures', 'count') ?? 0;
  const prefix = at(config, 'data', 'shared_prefix');
  const groups = numberAt(prefix, 'num_groups') ?? 1;
  const notes: string[] = [];
  if (failed > 0) notes.push(`${failed} requests failed; statistics are of the others`);
  if (prefix !== undefined && prefix !== null && groups > 1)
    notes.push(`prompts share ${groups} prefixes; a table knows one, so that none is stated (--shared-prefix-tokens)`);
  if (sent.requestRate !== undefined && sent.arrivals === undefined)
    notes.push('arrivals taken as Poisson; the config.yaml of the run, given as a further file, tells');
  const server = textAt(config, 'server', 'type');
  return [
    {
      place: '',
      line,
      sent,
      ...given({
        model: textAt(config, 'server', 'model_name'),
        framework: server === 'mock' ? undefined : server,
        promptTokens: numberAt(successes, 'prompt_len', 'mean') ?? numberAt(successes, 'prompt_tokens', 'mean'),
        outputTokens: numberAt(successes, 'output_tokens', 'mean') ?? numberAt(successes, 'output_len', 'mean'),
        sharedPrefixTokens: groups === 1 ? numberAt(prefix, 'system_prompt_len') : undefined,
      }),
      metrics: {
        ...statisticsMs('ttft', summary(latency, 'time_to_first_token'), 1000),
        ...statisticsMs('tpot', summary(latency, 'time_per_output_token'), 1000),
        ...statisticsMs('itl', { mean: summary(latency, 'inter_token_latency').mean }, 1000),
        ...statisticsMs('e2e', summary(latency, 'request_latency'), 1000),
        ...measured({ output_tokens_per_s: numberAt(successes, 'throughput', 'output_tokens_per_sec') }),
      },
      notes,
    },
  ];
};

export const inferencePerf: Format = {
  tool: 'inference-perf',
  dataset: 'inference-perf',
  recognises: (value) =>
    fieldsOf(at(value, 'load_summary')) !== undefined && fieldsOf(at(value, 'successes')) !== undefined,
  read,
};
