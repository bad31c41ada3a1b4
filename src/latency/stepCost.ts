import type { ServingConfig } from './config.js';
import { allReduce, allToAll, defaultNetworkGBps, type Fabric, pointToPoint } from './link.js';
import { attentionLayers, type ModelParts } from './modelParts.js';
import type { Placement } from './placement.js';
import { bytesPerKvElement, bytesPerWeight, type ComputePath, keepsAttentionInBf16 } from './precision.js';
import type { ResolvedProfile } from './resolveProfile.js';

/** One named part of a step whose time depends on the tokens in the step alone. */
export interface TokenTerm {
  readonly name: string;
  readonly why: string;
  /** Seconds by tokens in the step, at least 1. */
  readonly seconds: (tokens: number) => number;
}

/** One named part that is proportional to something. */
export interface RateTerm {
  readonly name: string;
  readonly why: string;
  readonly perUnitS: number;
}

/** The model of one step, term by term. `stepModel.ts` tabulates it and `stepTerms.ts` tells it; neither has formulas of its own. */
export interface StepCost {
  readonly byTokens: readonly TokenTerm[];
  /** Time that it takes to launch a step's kernels; shows where they are shorter than that (`launchShows`). */
  readonly launchS: number;
  readonly perContextToken: RateTerm;
  readonly perWindowToken: RateTerm;
  readonly windowTokens: number;
  readonly perPair: RateTerm;
  readonly perWindowPair: RateTerm;
  readonly prefillStepS: number;
  /** Seconds of the output projection by sequences that sample, at least 1. */
  readonly headS: (sequences: number) => number;
  readonly headWhy: string;
  readonly hostPerStepS: number;
  readonly hostPerSequenceS: number;
}

/** What the cost is computed from; assembled by `planServing`. */
export interface StepInputs {
  readonly config: ServingConfig;
  readonly placement: Placement;
  readonly parts: ModelParts;
  readonly profile: ResolvedProfile;
  /** Arithmetic of the quantised layers, and of 16-bit work; FLOP/s before efficiencies. */
  readonly path: ComputePath;
  readonly peak16Flops: number;
  /** Bytes per second, datasheet. */
  readonly bandwidth: number;
}

/**
 * Two resources overlap: at either end the slower one decides, in between both show. The study's exponent is 2.1; 2 needs no power
 * function and differs by at most 1.7 % at the knee.
 */
const smooth = (one: number, other: number): number => Math.sqrt(one * one + other * other);

/**
 * How much of the launch time shows beside `busyS` of kernels that depend on tokens: √(busy² + launch²) − busy, written without
 * cancellation. The study adds attention under the root too; here it comes after, so that a step stays linear in its contexts. That
 * is at most launch²/(2·busy) later.
 */
export const launchShows = (busyS: number, launchS: number): number =>
  launchS === 0 ? 0 : (launchS * launchS) / (Math.sqrt(busyS * busyS + launchS * launchS) + busyS);

const giga = (value: number): string => (value / 1e9).toFixed(2);
const percent = (value: number): string => `${(value * 100).toFixed(0)} %`;

/** A dense layer group: 2·T·parameters FLOPs against one read of the weights. */
const linear = (
  name: string,
  parameters: number,
  weightBytes: number,
  flops: number,
  bytesPerS: number,
): readonly TokenTerm[] => {
  if (parameters === 0) return [];
  const compute = (2 * parameters) / flops;
  const read = (parameters * weightBytes) / bytesPerS;
  const knee = Math.ceil(read / compute);
  return [
    {
      name,
      why: `${giga(parameters)} B weights a rank: ${giga(parameters * weightBytes)} GB read once a step, bound by reading below about ${knee} tokens and by arithmetic above`,
      seconds: (tokens) => smooth(compute * tokens, read),
    },
  ];
};

/** Experts that a step of `tokens` tokens touches when each picks k of E at random: E·(1 − (1 − k/E)^T). */
export const expertsTouched = (experts: number, perToken: number, tokens: number): number =>
  perToken >= experts ? experts : -experts * Math.expm1(tokens * Math.log1p(-perToken / experts));

/** The step of one engine, in named terms. Formulas: study of step-time models §1; coefficients: the profile. */
export const stepCost = (inputs: StepInputs): StepCost => {
  const { config, placement, parts, profile, path, peak16Flops, bandwidth } = inputs;
  const { model: card, engine } = config;
  const c = profile.coefficients;
  const { attentionTensor: tp, attentionReplicas, stages } = placement;
  const isMoe = card.moe !== undefined;
  // With lanes kept full, the longest stage sets the beat of all.
  const stretch = (stages * Math.ceil(card.layers / stages)) / card.layers;
  const layers = card.layers * stretch;

  const weight = bytesPerWeight(config.weights, engine);
  const attentionIn16 = keepsAttentionInBf16(config.weights, isMoe, engine);
  const compute = path.peakFlops * c.gemmCompute * (path.expandsWeights ? c.expansion : 1);
  const compute16 = peak16Flops * c.gemmCompute;
  const memory = bandwidth * c.gemmMemory;
  const [attentionWeight, attentionFlops] = attentionIn16 ? [2, compute16] : [weight, compute];

  const kvShare = card.kvHeads > 0 ? Math.max(1 / tp, 1 / card.kvHeads) : 1 / tp;
  const attentionRank = parts.attentionDivided / tp + parts.attentionKv * kvShare + parts.attentionReplicated;

  const terms: TokenTerm[] = [
    ...linear('attention projections', stretch * attentionRank, attentionWeight, attentionFlops, memory),
    ...linear('dense MLP', (stretch * parts.denseMlp) / tp, attentionWeight, attentionFlops, memory),
    ...linear('shared experts', (stretch * parts.sharedExperts) / tp, attentionWeight, attentionFlops, memory),
  ];

  const width =
    isMoe && card.moe !== undefined
      ? card.moe.intermediate * (card.moe.expertsPerToken + card.moe.sharedExperts)
      : card.intermediate;
  const elementwiseBytes = layers * (10 * card.hidden * 2 + (6 * width) / tp);
  const perElementwise = elementwiseBytes / (bandwidth * c.elementwiseMemory);
  terms.push({
    name: 'elementwise',
    why: `norms, rotary embedding, residuals and activations: ${(elementwiseBytes / 1e6).toFixed(2)} MB a token at ${percent(c.elementwiseMemory)} of bandwidth`,
    seconds: (tokens) => perElementwise * tokens,
  });

  const fabric: Fabric = { accelerator: config.accelerator, networkGBps: config.networkGBps ?? defaultNetworkGBps };
  if (isMoe && card.moe !== undefined) terms.push(...moeTerms(inputs, card.moe, stretch, weight, compute, fabric));

  const moeLayers = isMoe && card.moe !== undefined ? card.layers - card.moe.denseLayers : 0;
  const reductions = stretch * (2 * card.layers - (attentionReplicas > 1 ? moeLayers : 0));
  if (tp > 1) {
    const reduce = allReduce(fabric, tp, c);
    const perToken = reduce.perByteS * card.hidden * 2;
    terms.push({
      name: 'all-reduce',
      why: `${reductions.toFixed(0)} a step: ${reduce.why}, floor ${(reduce.floorS * 1e6).toFixed(1)} µs each`,
      seconds: (tokens) => reductions * (reduce.floorS + perToken * tokens),
    });
  }
  if (stages > 1) {
    const hand = pointToPoint(fabric, placement.accelerators, c);
    const perToken = (hand.perByteS * card.hidden * 2) / tp;
    terms.push({
      name: 'pipeline hand-over',
      why: `${stages - 1} stage boundaries: ${hand.why}`,
      seconds: (tokens) => (stages - 1) * (hand.floorS + perToken * tokens),
    });
  }

  return {
    byTokens: terms,
    launchS: layers * c.launchPerLayerS,
    ...attentionCost(inputs, stretch),
    ...headAndHost(inputs, layers),
  };
};

const moeTerms = (
  { config, placement, parts, profile, path, bandwidth }: StepInputs,
  moe: NonNullable<ServingConfig['model']['moe']>,
  stretch: number,
  weight: number,
  compute: number,
  fabric: Fabric,
): readonly TokenTerm[] => {
  const c = profile.coefficients;
  const { ranks, attentionReplicas, wholeExperts } = placement;
  const card = config.model;
  const moeLayers = stretch * (card.layers - moe.denseLayers);
  const imbalance = wholeExperts ? c.expertImbalance : 1;
  // Tensor parallelism slices experts across their width; narrow slices fill the arithmetic units less.
  const slice = wholeExperts ? moe.intermediate : moe.intermediate / ranks;
  const flops = ((compute / c.gemmCompute) * c.moeCompute * slice) / (slice + c.moeHalfWidth);
  const bytesPerS = bandwidth * c.moeMemory;
  const active = stretch * parts.routedActive;
  const total = stretch * parts.routedTotal;
  const k = moe.expertsPerToken;
  // Rows of padding, as parameters multiplied in vain per touched expert.
  const padding = (c.moePaddingRows * active) / k;
  const spread = moe.experts > k ? (total - active) / (moe.experts - k) : 0;
  const touchedOf =
    config.identicalPrompts === true ? () => k : (tokens: number) => expertsTouched(moe.experts, k, tokens);
  const terms: TokenTerm[] = [
    {
      name: 'routed experts',
      why: `${k} of ${moe.experts} experts a token over ${ranks} ranks; a step reads the experts that its tokens touch${wholeExperts ? `, the busiest rank ${percent(imbalance - 1)} more than the mean` : ''} (${path.unit} arithmetic)`,
      seconds: (tokens) => {
        const all = tokens * attentionReplicas;
        const touched = touchedOf(all);
        const arithmetic = (2 * (all * active + touched * padding)) / flops;
        const read = ((active + (touched - k) * spread) * weight) / bytesPerS;
        return (smooth(arithmetic, read) * imbalance) / ranks;
      },
    },
    {
      name: 'expert routing',
      why: `routing and permutation, ${(c.moeFloorS * 1e6).toFixed(0)} µs in each of ${moeLayers.toFixed(0)} layers`,
      seconds: () => moeLayers * c.moeFloorS,
    },
  ];
  if (attentionReplicas > 1) {
    const exchange = allToAll(fabric, ranks, c);
    // Dispatch in 8 bits and combine in 16, once per rank that holds one of the token's experts.
    const perToken = (exchange.perByteS * card.hidden * 3 * Math.min(k, ranks)) / placement.attentionTensor;
    terms.push({
      name: 'expert exchange',
      why: `dispatch and combine: ${exchange.why}`,
      seconds: (tokens) => moeLayers * (2 * exchange.floorS + perToken * tokens),
    });
  }
  return terms;
};

/** Attention: bytes of keys and values against FLOPs for decoding, FLOPs for prefill; both linear in the context. */
const attentionCost = (
  { config, placement, profile, peak16Flops, bandwidth }: StepInputs,
  stretch: number,
): Pick<
  StepCost,
  'perContextToken' | 'perWindowToken' | 'windowTokens' | 'perPair' | 'perWindowPair' | 'prefillStepS'
> => {
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

const headAndHost = (
  { config, placement, parts, profile, path, peak16Flops, bandwidth }: StepInputs,
  layers: number,
): Pick<StepCost, 'headS' | 'headWhy' | 'hostPerStepS' | 'hostPerSequenceS'> => {
  const c = profile.coefficients;
  const tp = placement.attentionTensor;
  const quantised = config.engine === 'llama.cpp';
  const bytes = quantised ? bytesPerWeight(config.weights, config.engine) : 2;
  const flops = (quantised ? path.peakFlops : peak16Flops) * c.gemmCompute;
  const read = (parts.head * bytes) / tp / (bandwidth * c.gemmMemory);
  const perSequence = (2 * parts.head) / tp / flops;
  // llama.cpp copies activations between the stages of a layer split on the host: 0.2 ms each (study §4).
  const split = config.engine === 'llama.cpp' ? 0.2e-3 * (placement.stages - 1) : 0;
  return {
    headS: (sequences) => Math.max(read, perSequence * sequences),
    headWhy: `${giga(parts.head)} B parameters of the output projection over ${tp} ranks`,
    hostPerStepS: c.hostPerStepS + layers * c.hostPerLayerS + split,
    hostPerSequenceS: c.hostPerSequenceS,
  };
};
