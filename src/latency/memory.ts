import { adapterBytes } from './adapters.js';
import { kvBytesPerTokenLayer } from './attentionCost.js';
import type { ServingConfig } from './config.js';
import { encoderMemory } from './encoder.js';
import { attentionLayers, type ModelParts } from './modelParts.js';
import type { Placement } from './placement.js';
import { bytesPerWeight, keepsAttentionInBf16 } from './precision.js';
import type { EngineTraits } from './profile.js';
import type { MemoryBreakdown } from './types.js';

/** Tokens of a KV block: vLLM's and SGLang's default page for GPUs (vLLM documentation, 2026). */
export const blockTokens = 16;

/** Context that windowed layers are sized for when the scenario does not say. */
const defaultContextTokens = 2048;

/** What one accelerator of the fullest stage holds, before KV. */
export interface MemoryNeeds {
  readonly totalBytes: number;
  readonly weightBytes: number;
  readonly activationBytes: number;
  /** Set aside by the engine: context, graphs, workspace, and what utilisation leaves free. */
  readonly reserveBytes: number;
  readonly adapterBytes: number;
  /** KV bytes of one token on one accelerator, windowed layers at their typical share. */
  readonly kvBytesPerToken: number;
}

/** Weights on one accelerator of the fullest stage: most layers, and the larger of embedding and head (both when there is one stage). */
export const weightBytesOf = (config: ServingConfig, parts: ModelParts, placement: Placement): number => {
  const { model: card, weights, engine } = config;
  const { attentionTensor: tp, ranks, stages } = placement;
  const stored = bytesPerWeight(weights, engine);
  const attention = keepsAttentionInBf16(weights, card.moe !== undefined, engine) ? 2 : stored;
  const vocabulary = engine === 'llama.cpp' ? stored : 2;
  const kvShare = card.kvHeads > 0 ? Math.max(1 / tp, 1 / card.kvHeads) : 1 / tp;
  const always =
    (parts.attentionDivided + parts.denseMlp + parts.sharedExperts) / tp +
    parts.attentionKv * kvShare +
    parts.attentionReplicated;
  const stageShare = Math.ceil(card.layers / stages) / card.layers;
  const tables = stages === 1 && !card.tiedEmbeddings ? parts.embedding + parts.head : parts.embedding;
  return stageShare * (always * attention + (parts.routedTotal / ranks) * stored) + (tables * vocabulary) / tp;
};

/** Peak of one forward pass: residuals and the widest intermediate for a full step, logits in 16 and 32 bits for every sequence. */
const activationBytesOf = (config: ServingConfig, placement: Placement): number => {
  const { model: card, batching } = config;
  const active =
    card.moe === undefined
      ? card.intermediate
      : card.moe.intermediate * (card.moe.expertsPerToken + card.moe.sharedExperts);
  const perToken = 2 * (4 * card.hidden + (3 * Math.max(active, card.intermediate)) / placement.attentionTensor);
  const sampled = Math.min(batching.max_num_seqs, batching.max_num_batched_tokens);
  return batching.max_num_batched_tokens * perToken + (sampled * card.vocab * 6) / placement.attentionTensor;
};

/** KV bytes of one token on one accelerator, over the layers of its stage. A window caps its layers at the typical context. */
const kvBytesPerTokenOf = (config: ServingConfig, placement: Placement): number => {
  const { full, windowed, window } = attentionLayers(config.model);
  const context = config.typicalContextTokens ?? defaultContextTokens;
  const seen = windowed * Math.min(1, window / context);
  const stageShare = Math.ceil(config.model.layers / placement.stages) / config.model.layers;
  return (full + seen) * stageShare * kvBytesPerTokenLayer(config, placement.attentionTensor);
};

/** What the engine needs on an accelerator of `totalBytes`. */
export const memoryNeeds = (
  config: ServingConfig,
  parts: ModelParts,
  placement: Placement,
  traits: EngineTraits,
  totalBytes: number,
): MemoryNeeds => {
  const utilisation = config.batching.gpu_memory_utilization;
  const encoder = encoderMemory(config, placement);
  const weightBytes = weightBytesOf(config, parts, placement) + encoder.weightBytes;
  const activationBytes = Math.max(activationBytesOf(config, placement), encoder.activationBytes) + encoder.cacheBytes;
  const loaded = adapterBytes(config, placement.attentionTensor);
  const inUse = weightBytes + activationBytes + loaded + traits.reserveBytes;
  const free =
    traits.kvMemory === 'share-of-device'
      ? totalBytes * utilisation - inUse
      : utilisation * (0.985 * totalBytes - inUse);
  return {
    totalBytes,
    weightBytes,
    activationBytes,
    reserveBytes: totalBytes - weightBytes - activationBytes - loaded - free,
    adapterBytes: loaded,
    kvBytesPerToken: kvBytesPerTokenOf(config, placement),
  };
};

/** Bytes left for KV on one accelerator; negative when the rest alone does not fit. */
export const kvBytesLeft = (needs: MemoryNeeds): number =>
  needs.totalBytes - needs.weightBytes - needs.activationBytes - needs.adapterBytes - needs.reserveBytes;

export const breakdownOf = (needs: MemoryNeeds): MemoryBreakdown => ({
  totalBytes: needs.totalBytes,
  weightBytes: needs.weightBytes,
  activationBytes: needs.activationBytes,
  reserveBytes: needs.reserveBytes,
  ...(needs.adapterBytes > 0 && { adapterBytes: needs.adapterBytes }),
  kvBytes: Math.max(0, kvBytesLeft(needs)),
});
