import type { Accelerator, ModelCard } from '../../src/catalog/types.js';
import type { ServingConfig } from '../../src/latency/config.js';

/** Cards and devices for tests, so that these stand without the catalog. Dimensions: public config.json files; peaks: datasheets. */
const provenance = { source: 'datasheet', asOf: '2026-08', notes: '' };

export const a100: Accelerator = {
  ...provenance,
  name: 'A100-80GB',
  vendor: 'nvidia',
  kind: 'gpu',
  architecture: 'Ampere',
  memoryGiB: 80,
  bandwidthGBps: 2039,
  tflops: { fp32: 19.5, tf32: 156, bf16: 312, fp16: 312, int8: 624 },
  interconnect: 'NVLink3',
  linkGBps: 300,
  scaleUpDomain: 8,
  pcieGBps: 32,
  released: '2020-11',
  confidence: 'high',
};

export const h100: Accelerator = {
  ...a100,
  name: 'H100-SXM',
  architecture: 'Hopper',
  bandwidthGBps: 3350,
  tflops: { fp32: 67, tf32: 494.7, bf16: 989.4, fp16: 989.4, fp8: 1978.9, int8: 1978.9 },
  interconnect: 'NVLink4',
  linkGBps: 450,
  pcieGBps: 64,
  released: '2022-09',
};

export const llama8b: ModelCard = {
  ...provenance,
  name: 'meta-llama/Meta-Llama-3.1-8B',
  aliases: [],
  family: 'llama',
  kind: 'llm',
  paramsTotal: 8.03e9,
  paramsActive: 8.03e9,
  verified: 'yes',
  layers: 32,
  hidden: 4096,
  intermediate: 14336,
  heads: 32,
  kvHeads: 8,
  headDim: 128,
  vocab: 128256,
  gatedMlp: true,
  tiedEmbeddings: false,
  attention: 'GQA',
  maxContext: 131072,
};

export const llama70b: ModelCard = {
  ...llama8b,
  name: 'meta-llama/Meta-Llama-3.1-70B',
  paramsTotal: 70.552e9,
  paramsActive: 70.552e9,
  layers: 80,
  hidden: 8192,
  intermediate: 28672,
  heads: 64,
};

export const deepseek: ModelCard = {
  ...llama8b,
  name: 'deepseek-ai/DeepSeek-R1',
  family: 'deepseek_v3',
  paramsTotal: 671e9,
  paramsActive: 37e9,
  layers: 61,
  hidden: 7168,
  intermediate: 18432,
  heads: 128,
  kvHeads: 128,
  headDim: 56,
  vocab: 129280,
  attention: 'MLA',
  moe: { experts: 256, expertsPerToken: 8, sharedExperts: 1, intermediate: 2048, denseLayers: 3 },
  mla: { kvLoraRank: 512, qLoraRank: 1536, qkNopeHeadDim: 128, qkRopeHeadDim: 64, vHeadDim: 128 },
};

export const gptOss: ModelCard = {
  ...llama8b,
  name: 'openai/gpt-oss-120b',
  family: 'gpt_oss',
  paramsTotal: 116.8e9,
  paramsActive: 5.1e9,
  layers: 36,
  hidden: 2880,
  intermediate: 2880,
  heads: 64,
  kvHeads: 8,
  headDim: 64,
  vocab: 201088,
  moe: { experts: 128, expertsPerToken: 4, sharedExperts: 0, intermediate: 2880, denseLayers: 0 },
  sliding: { window: 128, layers: 18 },
};

/** A configuration that differs from Llama-3.1-8B in bf16 on one A100 under vLLM in what is given. */
export const config = (changes: Partial<ServingConfig> = {}): ServingConfig => ({
  model: llama8b,
  accelerator: a100,
  tensor: 1,
  pipeline: 1,
  expert: 1,
  data: 1,
  engine: 'vllm',
  weights: 'bf16',
  kvCache: 'bf16',
  batching: {
    max_num_seqs: 256,
    max_num_batched_tokens: 2048,
    prefix_caching: false,
    gpu_memory_utilization: 0.9,
    preemption: 'recompute',
  },
  ...changes,
});
