import type { ModelCard } from '../catalog/types.js';
import { type AdapterCost, adapterCost } from './adapters.js';
import { type AttentionCost, attentionCost } from './attentionCost.js';
import { giga, percent, type StepInputs, smooth, type TokenTerm } from './costTerms.js';
import { allReduce, defaultNetworkGBps, type Fabric, pointToPoint } from './link.js';
import { moeTerms } from './moeCost.js';
import { bytesPerWeight, keepsAttentionInBf16 } from './precision.js';

/** The model of one step, term by term. `stepModel.ts` tabulates it and `stepTerms.ts` tells it; neither has formulas of its own. */
export interface StepCost extends AttentionCost {
  readonly byTokens: readonly TokenTerm[];
  /** Time that it takes to launch a step's kernels; shows where they are shorter than that (`launchShows`). */
  readonly launchS: number;
  /** Seconds of the output projection by sequences that sample, at least 1. */
  readonly headS: (sequences: number) => number;
  readonly headWhy: string;
  readonly hostPerStepS: number;
  readonly hostPerSequenceS: number;
  /** Reading the adapters of the sequences in the step, where there are any. */
  readonly adapters?: AdapterCost;
}

/**
 * How much of the launch time shows beside `busyS` of kernels that depend on tokens: √(busy² + launch²) − busy, written without
 * cancellation. The study adds attention under the root too; here it comes after, so that a step stays linear in its contexts. That
 * is at most launch²/(2·busy) later.
 */
export const launchShows = (busyS: number, launchS: number): number =>
  launchS === 0 ? 0 : (launchS * launchS) / (Math.sqrt(busyS * busyS + launchS * launchS) + busyS);

/** A dense layer group: 2·T·parameters FLOPs against one read of the weights. */
const linear = (
  name: string,
  parameters: number,
  weightBytes: number,
  flops: number,
  bytesPerS: number,
  loopS: number,
): readonly TokenTerm[] => {
  if (parameters === 0) return [];
  const compute = (2 * parameters) / flops;
  const read = (parameters * weightBytes) / bytesPerS;
  const knee = Math.ceil(read / compute);
  return [
    {
      name,
      why: `${giga(parameters)} B weights a rank: ${giga(parameters * weightBytes)} GB read once a step, bound by reading below about ${knee} tokens and by arithmetic above; inner loops ${(loopS * 1e3).toFixed(2)} ms`,
      seconds: (tokens) => smooth(compute * tokens, read) + loopS,
    },
  ];
};

/** Σ over a layer group's GEMMs of the inner dimension, over all layers: dependent loop iterations that no parallelism hides. */
const innerDimensions = (card: ModelCard, tp: number): { attention: number; denseMlp: number; shared: number } => {
  const { layers, hidden, intermediate, heads, headDim, mla, moe } = card;
  const denseLayers = moe === undefined ? layers : moe.denseLayers;
  const attention =
    mla === undefined
      ? hidden + (heads * headDim) / tp
      : hidden + mla.qLoraRank + mla.kvLoraRank + (heads * mla.vHeadDim) / tp;
  return {
    attention: layers * attention,
    denseMlp: denseLayers * (hidden + intermediate / tp),
    shared: moe === undefined ? 0 : (layers - denseLayers) * (hidden + (moe.sharedExperts * moe.intermediate) / tp),
  };
};

/** Tokens of llama.cpp's physical micro-batch (`--ubatch-size`, its documentation, 2024). */
const microBatchTokens = 512;

/** A layer split works on several micro-batches of a prompt at once: m of them take (stages + m − 1)/(stages·m) of the time. */
const overlapStages = (terms: readonly TokenTerm[], stages: number): readonly TokenTerm[] =>
  terms.map((term) => ({
    ...term,
    seconds: (tokens) => {
      const batches = Math.ceil(tokens / microBatchTokens);
      return (term.seconds(tokens) * (stages + batches - 1)) / (stages * batches);
    },
  }));

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

  const wide = attentionIn16 || path.unit === '16-bit' || path.expandsWeights;
  const inner = innerDimensions(card, tp);
  const loop = (perLayer: number): number => stretch * perLayer * (wide ? c.gemmLoopS : c.quantisedLoopS);
  const [weightOf, flopsOf] = [attentionWeight, attentionFlops];
  const terms: TokenTerm[] = [
    ...linear('attention projections', stretch * attentionRank, weightOf, flopsOf, memory, loop(inner.attention)),
    ...linear('dense MLP', (stretch * parts.denseMlp) / tp, weightOf, flopsOf, memory, loop(inner.denseMlp)),
    ...linear('shared experts', (stretch * parts.sharedExperts) / tp, weightOf, flopsOf, memory, loop(inner.shared)),
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

  const adapters = adapterCost(inputs);
  if (adapters !== undefined) terms.push(adapters.byTokens);

  return {
    ...(adapters && { adapters }),
    byTokens: engine === 'llama.cpp' && stages > 1 ? overlapStages(terms, stages) : terms,
    launchS: layers * c.launchPerLayerS,
    ...attentionCost(inputs, stretch),
    ...headAndHost(inputs, layers),
  };
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
