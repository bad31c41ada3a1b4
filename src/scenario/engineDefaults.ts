import type { Batching, EngineName, Grade } from './types.js';

/** What an engine does unless told otherwise. */
export interface EngineDefaults {
  readonly max_num_seqs: number;
  readonly max_num_batched_tokens: number;
  readonly prefix_caching: boolean;
  readonly gpu_memory_utilization: number;
  readonly grade: Grade;
  readonly source: string;
}

const VLLM: EngineDefaults = {
  max_num_seqs: 256,
  max_num_batched_tokens: 2048,
  prefix_caching: true,
  gpu_memory_utilization: 0.9,
  grade: 'vendor',
  source:
    'vLLM V1 EngineArgs.get_batch_defaults for the API server on devices below 70 GiB or A100; larger ones default to 8192 tokens and 1024 sequences (read 2026-11)',
};

/** Defaults by engine. Those graded `assumed` come from documentation as remembered and should be set explicitly when they matter. */
export const ENGINE_DEFAULTS: Readonly<Record<EngineName, EngineDefaults>> = {
  vllm: VLLM,
  generic: { ...VLLM, grade: 'assumed', source: 'the defaults of vLLM' },
  'tensorrt-llm': {
    max_num_seqs: 2048,
    max_num_batched_tokens: 8192,
    prefix_caching: true,
    gpu_memory_utilization: 0.9,
    grade: 'vendor',
    source:
      'TensorRT-LLM BuildConfig (max_batch_size 2048, max_num_tokens 8192) and KvCacheConfig (free_gpu_memory_fraction 0.9, block reuse on)',
  },
  sglang: {
    max_num_seqs: 2048,
    max_num_batched_tokens: 8192,
    prefix_caching: true,
    gpu_memory_utilization: 0.88,
    grade: 'assumed',
    source:
      'SGLang server arguments (chunked_prefill_size 8192 and mem_fraction_static about 0.88 on 80 GB; running requests limited by memory only)',
  },
  tgi: {
    max_num_seqs: 128,
    max_num_batched_tokens: 4096,
    prefix_caching: true,
    gpu_memory_utilization: 0.95,
    grade: 'assumed',
    source: 'TGI launcher (max-concurrent-requests 128, max-batch-prefill-tokens 4096)',
  },
  'deepspeed-mii': {
    max_num_seqs: 512,
    max_num_batched_tokens: 768,
    prefix_caching: false,
    gpu_memory_utilization: 0.9,
    grade: 'assumed',
    source: 'DeepSpeed-FastGen state manager (max_ragged_sequence_count 512, max_ragged_batch_size 768)',
  },
  jetstream: {
    max_num_seqs: 96,
    max_num_batched_tokens: 2048,
    prefix_caching: false,
    gpu_memory_utilization: 0.9,
    grade: 'assumed',
    source: 'JetStream has no default; 96 slots a chip is a common setting in its examples',
  },
  'llama.cpp': {
    max_num_seqs: 4,
    max_num_batched_tokens: 2048,
    prefix_caching: true,
    gpu_memory_utilization: 0.95,
    grade: 'assumed',
    source: 'llama-server (4 slots, --batch-size 2048)',
  },
};

/** The batching keys that have a default by engine. */
export const BATCHING_KEYS = [
  'max_num_seqs',
  'max_num_batched_tokens',
  'prefix_caching',
  'gpu_memory_utilization',
] as const satisfies readonly (keyof Batching)[];
