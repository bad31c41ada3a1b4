import type { ServingConfig } from './config.js';
import { percent, type RateTerm, type StepInputs, smooth } from './costTerms.js';
import { attentionLayers } from './modelParts.js';
import { bytesPerKvElement } from './precision.js';

/** Attention's part of a step: rates by context and by token pair, with and without a window. */
export interface AttentionCost {
  readonly perContextToken: RateTerm;
  readonly perWindowToken: RateTerm;
  readonly windowTokens: number;
  readonly perPair: RateTerm;
  readonly perWindowPair: RateTerm;
  readonly prefillStepS: number;
}

/** Attention: bytes of keys and values against FLOPs for decoding, FLOPs for prefill; both linear in the context. */
export const attentionCost = (
  { config, placement, profile, peak16Flops, bandwidth }: StepInputs,
  stretch: number,
): AttentionCost => {
  const { model: card } = config;
  const c = profile.coefficients;
  const tp = placement.attentionTensor;
  const rowBytes = kvBytesPerTokenLayer(config, tp);
  const { mla } = card;
  const decodeFlops =
    mla === undefined
      ? (4 * card.heads * card.headDim) / tp
      : ((2 * card.heads) / tp) * (2 * mla.kvLoraRank + mla.qkRopeHeadDim);
  const prefillFlops =
    mla === undefined ? decodeFlops : ((2 * card.heads) / tp) * (mla.qkNopeHeadDim + mla.qkRopeHeadDim + mla.vHeadDim);
  const quantised = bytesPerKvElement(config.kvCache) < 2;
  const fraction = c.decodeAttention * (quantised ? c.quantisedKv : 1);
  const decode = smooth(rowBytes / (bandwidth * fraction), decodeFlops / (peak16Flops * c.attentionCompute));
  const prefill = prefillFlops / (peak16Flops * c.attentionCompute);
  const { full, windowed, window } = attentionLayers(card);
  const seen = window > 0 ? windowed : 0;
  const decodeWhy = (count: number): string =>
    `${(rowBytes * count).toFixed(0)} bytes of keys and values a context token and rank at ${percent(fraction)} of bandwidth`;
  const prefillWhy = (count: number): string =>
    `${prefillFlops.toFixed(0)} FLOPs a pair and rank in ${count} layers at ${percent(c.attentionCompute)} of the 16-bit peak`;
  return {
    perContextToken: { name: 'decode attention', why: decodeWhy(full), perUnitS: stretch * full * decode },
    perWindowToken: { name: 'decode attention in a window', why: decodeWhy(seen), perUnitS: stretch * seen * decode },
    windowTokens: seen > 0 ? window : 0,
    perPair: { name: 'prefill attention', why: prefillWhy(full), perUnitS: stretch * full * prefill },
    perWindowPair: { name: 'prefill attention in a window', why: prefillWhy(seen), perUnitS: stretch * seen * prefill },
    prefillStepS: stretch * card.layers * c.prefillPerLayerS,
  };
};

/** Bytes of keys and values of one token in one layer on one rank: kv heads are copied beyond their number, an MLA latent always is. */
export const kvBytesPerTokenLayer = (config: ServingConfig, tensor: number): number => {
  const { model: card } = config;
  const element = bytesPerKvElement(config.kvCache);
  if (card.attention === 'none') return 0;
  if (card.mla !== undefined) return (card.mla.kvLoraRank + card.mla.qkRopeHeadDim) * element;
  return 2 * Math.max(1, card.kvHeads / tensor) * card.headDim * element;
};
