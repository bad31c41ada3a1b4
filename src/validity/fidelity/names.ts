/** Names that measurement tables use, in the product's own terms. */
import type { ModelCard } from '../../catalog/types.js';
import type { EngineName, Precision } from '../../scenario/types.js';

const engines: Readonly<Record<string, EngineName>> = {
  vllm: 'vllm',
  tensorrtllm: 'tensorrt-llm',
  trtllm: 'tensorrt-llm',
  sglang: 'sglang',
  tgi: 'tgi',
  textgenerationinference: 'tgi',
  deepspeed: 'deepspeed-mii',
  deepspeedmii: 'deepspeed-mii',
  deepspeedfastgen: 'deepspeed-mii',
  jetstream: 'jetstream',
  llamacpp: 'llama.cpp',
};

/** The engine of a framework's name; frameworks that were never measured here run as the generic engine. */
export const engineOf = (framework: string): EngineName =>
  engines[framework.toLowerCase().replaceAll(/[^a-z]/g, '')] ?? 'generic';

const precisions: Readonly<Record<string, Precision>> = {
  fp32: 'fp32',
  float32: 'fp32',
  tf32: 'fp32',
  bf16: 'bf16',
  bfloat16: 'bf16',
  fp16: 'bf16',
  float16: 'bf16',
  half: 'bf16',
  f16: 'bf16',
  w16a16: 'bf16',
  fp8: 'fp8',
  fp8_e4m3: 'fp8',
  fp8_e5m2: 'fp8',
  fp8_block: 'fp8',
  int8: 'int8',
  w8a8: 'int8',
  w8a16: 'int8',
  q8_0: 'int8',
  int4: 'int4',
  w4a16: 'int4',
  awq: 'int4',
  gptq: 'int4',
  q4_k_m: 'int4',
  q4_k_s: 'int4',
  q4_0: 'int4',
  fp4: 'fp4',
  nvfp4: 'fp4',
  mxfp4: 'fp4',
};

/** A precision by its name in a table; undefined when it is not one that we know. */
export const precisionOf = (name: string): Precision | undefined => precisions[name.toLowerCase().replaceAll('-', '_')];

/** Precision of a model's published checkpoint: DeepSeek-V3 and its kin come in fp8, gpt-oss in mxfp4 (model cards, 2024–2025). */
export const checkpointPrecision = (card: ModelCard): Precision =>
  /deepseek-(v3|r1)/i.test(card.name) ? 'fp8' : /gpt-oss/i.test(card.name) ? 'fp4' : 'bf16';

/**
 * What an engine stores keys and values in unless told: TensorRT-LLM and ModelOpt's fp4 checkpoints bring 8-bit scales along, other
 * checkpoints leave the cache in 16 bits (study of step-time models §1, from the concurrency at which queues form).
 */
export const defaultKvPrecision = (engine: EngineName, weights: Precision): Precision => {
  const eightBits = weights === 'fp4' || (weights === 'fp8' && engine === 'tensorrt-llm');
  return eightBits ? 'fp8' : 'bf16';
};
