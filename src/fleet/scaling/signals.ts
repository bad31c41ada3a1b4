/**
 * What the metrics that autoscalers read mean in a simulated fleet. Names are those that serving engines, GPU exporters, gateways and
 * clouds use (their documentation, read 2026-11), compared without punctuation: prometheus-adapter must rename `vllm:num_requests_waiting`.
 */

/** A quantity of one replica, or of the gateway before them. */
export type Signal =
  /** Requests that wait for a place in the batch. */
  | 'waiting'
  /** Requests in the batch. */
  | 'running'
  /** Both. */
  | 'in-flight'
  /** Share of KV memory in use, 0–1. */
  | 'kv'
  /** Share of time that the engine works, 0–1: what a utilisation counter shows, whatever the size of the batch. */
  | 'busy'
  /** Requests that arrive, per second. */
  | 'rate';

export interface MetricMeaning {
  readonly signal: Signal;
  /** The metric's unit over the signal's: 100 for percent, 60 for requests per minute. */
  readonly scale: number;
  /** Seen before the replicas, so that requests count that no replica has; exporters in replicas do not see them. */
  readonly atGateway: boolean;
  /** A mean over replicas by its own definition. */
  readonly isMean: boolean;
}

const engine = (signal: Signal, scale = 1): MetricMeaning => ({ signal, scale, atGateway: false, isMean: false });
const gateway = (signal: Signal, scale = 1): MetricMeaning => ({ signal, scale, atGateway: true, isMean: false });
const meanOf = (meaning: MetricMeaning): MetricMeaning => ({ ...meaning, isMean: true });

const MEANINGS: Readonly<Record<string, MetricMeaning>> = {
  // vLLM
  'vllm:num_requests_waiting': engine('waiting'),
  'vllm:num_requests_running': engine('running'),
  'vllm:kv_cache_usage_perc': engine('kv'),
  'vllm:gpu_cache_usage_perc': engine('kv'),
  'vllm:request_success_total': engine('rate'),
  // SGLang
  'sglang:num_queue_reqs': engine('waiting'),
  'sglang:num_running_reqs': engine('running'),
  'sglang:token_usage': engine('kv'),
  // TGI, Triton, llama.cpp, JetStream
  tgi_queue_size: engine('waiting'),
  tgi_batch_current_size: engine('running'),
  nv_inference_pending_request_count: engine('waiting'),
  nv_gpu_utilization: engine('busy'),
  'llamacpp:requests_processing': engine('running'),
  'llamacpp:requests_deferred': engine('waiting'),
  jetstream_prefill_backlog_size: engine('waiting'),
  // Devices: busy whenever any kernel runs, so a single request saturates it.
  DCGM_FI_DEV_GPU_UTIL: engine('busy', 100),
  DCGM_FI_PROF_GR_ENGINE_ACTIVE: engine('busy'),
  gpu_utilization: engine('busy', 100),
  cpu: engine('busy', 100),
  CPUUtilization: meanOf(engine('busy', 100)),
  GPUUtilization: meanOf(engine('busy', 100)),
  // Gateway API inference extension (endpoint picker)
  inference_pool_average_queue_size: meanOf(engine('waiting')),
  inference_pool_average_running_requests: meanOf(engine('running')),
  inference_pool_average_kv_cache_utilization: meanOf(engine('kv')),
  // SageMaker
  SageMakerVariantInvocationsPerInstance: meanOf(gateway('rate', 60)),
  ConcurrentRequestsPerModel: meanOf(gateway('in-flight')),
  ConcurrentRequestsPerCopy: meanOf(gateway('in-flight')),
  // Our own names
  queue_length: gateway('waiting'),
  waiting: gateway('waiting'),
  running: engine('running'),
  in_flight: gateway('in-flight'),
  concurrency: gateway('in-flight'),
  ongoing_requests: gateway('in-flight'),
  kv_cache_usage: engine('kv'),
  utilization: engine('busy', 100),
  requests_per_s: gateway('rate'),
  rate_per_s: gateway('rate'),
  rps: gateway('rate'),
  http_requests_per_second: gateway('rate'),
};

const simplified = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
const BY_NAME = new Map(Object.entries(MEANINGS).map(([name, meaning]) => [simplified(name), meaning]));

/** Names that a simulated fleet exports. */
export const METRIC_NAMES: readonly string[] = Object.keys(MEANINGS);

/** What a metric's name, or the query that reads it, means here; undefined when a simulated fleet does not export it. */
export function meaningOf(nameOrQuery: string): MetricMeaning | undefined {
  const whole = BY_NAME.get(simplified(nameOrQuery));
  if (whole !== undefined) return whole;
  const names = nameOrQuery.match(/[A-Za-z_:][\w:]*/g) ?? [];
  for (const name of names) {
    const found = name.length > 3 && BY_NAME.get(simplified(name));
    if (found) return found;
  }
  return undefined;
}

/** How a query puts replicas together: by the aggregation that it names outermost. */
export function aggregationOf(query: string): 'total' | 'mean' | 'max' | undefined {
  const outer = /^\s*(?:ceil|round|floor)?\s*\(?\s*(sum|avg|max)\b/.exec(query)?.[1];
  return outer === undefined ? undefined : ({ sum: 'total', avg: 'mean', max: 'max' } as const)[outer as 'sum'];
}
