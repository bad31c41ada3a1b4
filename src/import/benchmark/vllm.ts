/**
 * Results of vLLM's serving benchmark: `benchmark_serving.py --save-result` (0.4 and later) and `vllm bench serve --save-result`, with or
 * without `--save-detailed`, one object or appended lines. Times are milliseconds in summaries (`mean_ttft_ms`) and seconds in lists
 * (`ttfts`). Its TPOT is each request's (latency − TTFT) / (tokens − 1), as in measurement tables; its ITL is every gap between chunks.
 * Read from vllm/benchmarks/serve.py, 2026.
 */
import { at, fieldsOf, given, listAt, numberAt, numberOf, numbersOf, textAt } from './access.js';
import { measured, statisticsMs, summaryOf } from './statistics.js';
import type { BenchmarkRun, Document, Format, Metrics, Unusable } from './types.js';

/** Clients of the benchmark that speak to one engine only; `openai` ones speak to any. */
const engines = ['vllm', 'tgi', 'tensorrt-llm', 'deepspeed-mii', 'sglang', 'llama.cpp'];

/** Statistics by name, where they were asked for (`--percentile-metrics`, `--metric-percentiles`). */
const summaries = (value: unknown): Metrics => {
  const of = (name: string) => ({
    mean: at(value, `mean_${name}_ms`),
    p50: at(value, `p50_${name}_ms`) ?? at(value, `median_${name}_ms`),
    p90: at(value, `p90_${name}_ms`),
    p95: at(value, `p95_${name}_ms`),
    p99: at(value, `p99_${name}_ms`),
  });
  return {
    ...statisticsMs('ttft', of('ttft'), 1),
    ...statisticsMs('tpot', of('tpot'), 1),
    ...statisticsMs('itl', of('itl'), 1),
    ...statisticsMs('e2e', of('e2el'), 1),
  };
};

/** The same from the lists of `--save-detailed`, which hold every request; failed ones have no output. */
const details = (value: unknown): Metrics => {
  const tokens = numbersOf(at(value, 'output_lens'));
  const first = numbersOf(at(value, 'ttfts'));
  const gaps = listAt(value, 'itls')?.map(numbersOf);
  if (tokens === undefined || first === undefined || gaps === undefined || gaps.some((each) => each === undefined))
    return {};
  const done = tokens.flatMap((count, index) => (count > 0 && first[index] !== undefined ? [index] : []));
  const decode = (index: number): number => (gaps[index] ?? []).reduce((sum, gap) => sum + gap, 0);
  const many = done.filter((index) => tokens[index]! > 1 && (gaps[index]?.length ?? 0) > 0);
  return {
    ...statisticsMs('ttft', summaryOf(done.map((index) => first[index]!)), 1000),
    ...statisticsMs('tpot', summaryOf(many.map((index) => decode(index) / (tokens[index]! - 1))), 1000),
    ...statisticsMs('itl', summaryOf(many.flatMap((index) => gaps[index] ?? [])), 1000),
    ...statisticsMs('e2e', summaryOf(done.map((index) => first[index]! + decode(index))), 1000),
  };
};

const read = ({ value, line }: Document): readonly BenchmarkRun[] | Unusable => {
  const completed = numberAt(value, 'completed') ?? 0;
  if (!(completed > 0)) return { message: 'no request of this benchmark was answered', hint: 'repeat it' };
  const sent = numberAt(value, 'num_prompts') ?? completed;
  const burstiness = numberAt(value, 'burstiness') ?? 1;
  const backend = textAt(value, 'backend') ?? textAt(value, 'endpoint_type');
  const perRequest = (total: number | undefined) => (total === undefined ? undefined : total / completed);
  const notes: string[] = [];
  if (completed < sent) notes.push(`${sent - completed} of ${sent} requests failed; statistics are of the others`);
  if (burstiness !== 1 && Number.isFinite(burstiness))
    notes.push(
      `arrivals with a burstiness of ${burstiness} are told apart from Poisson in the table, not in predictions`,
    );
  return [
    {
      place: '',
      line,
      sent: given({
        requestRate: numberOf(at(value, 'request_rate')),
        concurrency: numberAt(value, 'max_concurrency'),
        arrivals: burstiness === 1 ? 'poisson' : Number.isFinite(burstiness) ? `gamma ${burstiness}` : 'constant',
        requests: sent,
        answeredPerS: numberAt(value, 'request_throughput'),
      }),
      ...given({
        model: textAt(value, 'model_id'),
        framework: backend !== undefined && engines.includes(backend) ? backend : undefined,
        promptTokens: perRequest(numberAt(value, 'total_input_tokens')),
        outputTokens: perRequest(numberAt(value, 'total_output_tokens')),
      }),
      metrics: {
        ...details(value),
        ...summaries(value),
        ...measured({ output_tokens_per_s: numberAt(value, 'output_throughput') }),
      },
      notes,
    },
  ];
};

export const vllm: Format = {
  tool: 'vLLM serving benchmark',
  dataset: 'vllm-bench',
  recognises: (value) => {
    const fields = fieldsOf(value);
    return ['completed', 'total_input_tokens', 'total_output_tokens', 'request_throughput'].every(
      (key) => fields !== undefined && Object.hasOwn(fields, key),
    );
  },
  read,
};
