/** Bytes that training keeps on one accelerator. */
import type { ModelCard } from '../../catalog/types.js';
import type { Method, Optimizer, Recompute, TrainingLayout, TrainingMemory, TrainingPrecision } from './config.js';
import { adapterParameters, type TokenWork } from './work.js';

/** Bytes of optimiser state per trained parameter, the fp32 master copy included (mixed precision; ZeRO, 2020, §3.1). */
const optimizerBytes: Readonly<Record<Optimizer, number>> = {
  adamw: 12,
  'adamw-8bit': 6,
  lion: 8,
  'sgd-momentum': 8,
  adafactor: 4.1,
};

/** CUDA context, NCCL buffers, fragmentation; bytes. Assumed from PyTorch's usual 2–4 GiB. */
const reserveBytes = 3 * 2 ** 30;

/**
 * Activation bytes of one token in one layer, 16 bits, divided over tensor (sequence-parallel) ranks: 34·hidden for a plain layer
 * of four-fold MLP (Korthikanti et al. 2022, eq. 2, flash attention keeps no scores), here by its widths.
 */
const layerBytes = (card: ModelCard, recompute: Recompute, elementBytes: number): number => {
  const scale = elementBytes / 2;
  if (recompute === 'full') return 2 * card.hidden * scale;
  const kv = (2 * card.kvHeads * card.headDim) / card.hidden;
  const active = card.moe === undefined ? 1 : card.moe.expertsPerToken + card.moe.sharedExperts;
  const width = (card.moe?.intermediate ?? card.intermediate) * active;
  const attention = card.hidden * (12 + 2 * kv);
  const mlp = (card.gatedMlp ? 6 : 4) * width + 4 * card.hidden;
  const dropped = recompute === 'selective' ? 4 * card.hidden + 2 * width : 0;
  return (attention + mlp - dropped) * scale;
};

export interface MemoryQuestion {
  readonly card: ModelCard;
  readonly work: TokenWork;
  readonly layout: TrainingLayout;
  readonly sequenceTokens: number;
  readonly recompute: Recompute;
  readonly optimizer: Optimizer;
  readonly method: Method;
  readonly loraRank: number;
  readonly precision: TrainingPrecision;
}

/**
 * Memory of the fullest rank: the first pipeline stage, which holds the activations of `pipeline` micro-batches in flight (1F1B; a
 * little more when interleaved), or the last with its logits.
 */
export const trainingMemory = (question: MemoryQuestion): TrainingMemory => {
  const { card, work, layout, sequenceTokens, recompute, optimizer, method, loraRank, precision } = question;
  const { tensor, pipeline, context, expert, data, sharding, microBatch, microBatches, virtualStages } = layout;
  const elementBytes = precision === 'fp32' || precision === 'tf32' ? 4 : 2;
  const dense = (work.parameters - work.expertParameters) / (tensor * pipeline);
  const experts = work.expertParameters / (Math.max(tensor, 1) * pipeline * expert);
  const held = dense + experts;
  const trained = method === 'full' ? held : adapterParameters(card, loraRank) / (tensor * pipeline);
  const shards = Math.max(1, data * context);
  const over = (from: 'optimizer' | 'gradients' | 'weights'): number => {
    const order = ['none', 'optimizer', 'gradients', 'weights'];
    return order.indexOf(sharding) >= order.indexOf(from) ? shards : 1;
  };
  const storedBytes = method === 'qlora' ? 0.52 : elementBytes;
  // one layer's weights are whole while it computes
  const gathered = sharding === 'weights' ? (2 * held * storedBytes) / Math.max(1, card.layers / pipeline) : 0;
  const weightBytes = (held * storedBytes) / over('weights') + gathered + (method === 'full' ? 0 : trained * 2);
  const gradientBytes = (trained * elementBytes) / over('gradients');
  const states = (trained * optimizerBytes[optimizer]) / over('optimizer');
  const tokens = (microBatch * sequenceTokens) / context;
  const inFlight =
    Math.min(microBatches, pipeline) * (virtualStages > 1 ? 1 + (pipeline - 1) / (pipeline * virtualStages) : 1);
  const perLayer = (layerBytes(card, recompute, elementBytes) * tokens) / tensor;
  const once = recompute === 'full' ? (layerBytes(card, 'none', elementBytes) * tokens) / tensor : 0;
  const layers = (card.layers / pipeline) * inFlight * perLayer + once;
  // logits in 16 bits and their fp32 gradient, on the last stage
  const logits = (tokens * card.vocab * 6) / tensor;
  const activationBytes = pipeline > 1 ? Math.max(layers, layers / pipeline + logits) : layers + logits;
  const totalBytes = weightBytes + gradientBytes + states + activationBytes + reserveBytes;
  return { weightBytes, gradientBytes, optimizerBytes: states, activationBytes, reserveBytes, totalBytes };
};
