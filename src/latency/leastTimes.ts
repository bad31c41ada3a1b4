import { kvBytesPerTokenLayer } from './attentionCost.js';
import type { ServingConfig } from './config.js';
import { attentionLayers, partsOf } from './modelParts.js';
import { expertsTouched } from './moeCost.js';
import { placementOf } from './placement.js';
import { bytesPerWeight, keepsAttentionInBf16, peak16 } from './precision.js';

/**
 * The least time of a decode step: what each accelerator must read, at the full bandwidth of its datasheet. Dense weights and the head
 * once, the experts that the step's tokens touch when each picks its own at random, keys and values of every context. A step passes the
 * stages of a pipeline in turn.
 *
 * @param sequences decoding in one engine, at least 1
 * @param contextTokens of each sequence
 * @returns seconds; undefined where the bandwidth or the layout is not known
 */
export const leastDecodeStepS = (
  config: ServingConfig,
  sequences: number,
  contextTokens: number,
): number | undefined => {
  const { model: card, accelerator, weights, engine } = config;
  const placement = placementOf(config, config.accelerators);
  if (typeof placement === 'string' || accelerator.bandwidthGBps === undefined) return undefined;
  const parts = partsOf(card);
  const { attentionTensor: tp, attentionReplicas, ranks } = placement;
  const stored = bytesPerWeight(weights, engine);
  const dense = keepsAttentionInBf16(weights, card.moe !== undefined, engine) ? 2 : stored;
  const always =
    (parts.attentionDivided + parts.attentionKv + parts.denseMlp + parts.sharedExperts) / tp +
    parts.attentionReplicated / tp;
  const k = card.moe?.expertsPerToken ?? 0;
  const experts = card.moe?.experts ?? 0;
  const touched =
    config.identicalPrompts === true ? k : expertsTouched(experts, k, Math.max(1, sequences) * attentionReplicas);
  const routed =
    k === 0
      ? 0
      : parts.routedActive +
        (experts > k ? ((touched - k) * (parts.routedTotal - parts.routedActive)) / (experts - k) : 0);
  const { full, windowed, window } = attentionLayers(card);
  const rows = full * contextTokens + windowed * Math.min(contextTokens, window);
  const kvBytes = sequences * rows * kvBytesPerTokenLayer(config, tp);
  const vocabulary = (parts.head * (engine === 'llama.cpp' ? stored : 2)) / tp;
  const bytes = always * dense + (routed * stored) / ranks + vocabulary + kvBytes;
  return bytes / (accelerator.bandwidthGBps * 1e9);
};

/** Highest dense peak that weights of a precision could run at, FLOP/s: 4-bit weights also with 8-bit activations. */
const highestPeak = ({ accelerator, weights }: ServingConfig): number | undefined => {
  const { fp8, int8, fp4 } = accelerator.tflops;
  const wide = peak16(accelerator);
  if (wide === undefined) return undefined;
  const eight = Math.max(fp8 ?? 0, int8 ?? 0) * 1e12;
  if (weights === 'fp8' || weights === 'int8') return Math.max(wide, eight);
  return weights === 'fp4' || weights === 'int4' ? Math.max(wide, eight, (fp4 ?? 0) * 1e12) : wide;
};

/**
 * The least time of the arithmetic of a request on all accelerators of a replica: two FLOPs a token and active parameter at the full peak
 * of the datasheet, the head once an answered token, attention not counted.
 *
 * @param promptTokens computed, not found in a cache
 */
export const leastRequestS = (
  config: ServingConfig,
  promptTokens: number,
  outputTokens: number,
): number | undefined => {
  const peak = highestPeak(config);
  const placement = placementOf(config, config.accelerators);
  if (typeof placement === 'string' || peak === undefined) return undefined;
  const parts = partsOf(config.model);
  const layers =
    parts.attentionDivided +
    parts.attentionKv +
    parts.attentionReplicated +
    parts.denseMlp +
    parts.sharedExperts +
    parts.routedActive;
  const flops = 2 * (layers * (promptTokens + outputTokens - 1) + parts.head * outputTokens);
  return flops / (peak * placement.accelerators);
};
