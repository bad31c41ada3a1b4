/**
 * Encoders of images and audio in front of a language model: how long one takes for an image or a window of audio, and the memory that it
 * needs. They run in 16 bits whatever the precision of the language model (quantised checkpoints leave them out), split over its tensor
 * ranks as vLLM does by default (`--mm-encoder-tp-mode weights`, its documentation, 2026-11).
 */
import type { MediaEncoder, Vision } from '../catalog/types.js';
import type { ServingConfig } from './config.js';
import { giga, type StepInputs, smooth } from './costTerms.js';
import { imageShape } from './imageTokens.js';
import { allReduce, defaultNetworkGBps } from './link.js';
import type { Placement } from './placement.js';
import { launchShows } from './stepCost.js';
import { branch, leaf } from './stepTerms.js';
import type { EncoderPlan, Term } from './types.js';

/** Bytes of a weight or an activation. */
const WIDE = 2;

/** What one call of an encoder has to do: `passes` of `positions` each, with attention inside a pass alone. */
interface Work {
  readonly encoder: MediaEncoder;
  readonly passes: number;
  readonly positions: number;
}

/** Weights of the layers, which every position passes through. */
const layerParams = ({ layers, hidden, intermediate, gatedMlp }: MediaEncoder): number =>
  layers * (4 * hidden * hidden + (gatedMlp ? 3 : 2) * hidden * intermediate);

/** Pairs of positions that attend to each other in all layers: windowed layers see their own window. */
const attendedPairs = (encoder: MediaEncoder, positions: number): number => {
  const { window, fullLayers } = encoder as Partial<Vision>;
  if (window === undefined || fullLayers === undefined) return encoder.layers * positions * positions;
  return fullLayers * positions * positions + (encoder.layers - fullLayers) * positions * Math.min(window, positions);
};

/** The time of one call, in named terms. The projector into the language model is left out: below 3 % of the arithmetic. */
const encoderTerm = (name: string, { encoder, passes, positions }: Work, inputs: StepInputs): Term => {
  const { config, placement, profile, peak16Flops, bandwidth } = inputs;
  const c = profile.coefficients;
  const tp = placement.attentionTensor;
  const tokens = passes * positions;
  const params = layerParams(encoder) / tp;
  const linear = smooth(
    (2 * params * tokens) / (peak16Flops * c.gemmCompute),
    (params * WIDE) / (bandwidth * c.gemmMemory),
  );
  const attentionFlops = (4 * encoder.hidden * passes * attendedPairs(encoder, positions)) / tp;
  const attention = attentionFlops / (peak16Flops * c.attentionCompute);
  const moved = tokens * encoder.layers * (10 * encoder.hidden * WIDE + (6 * encoder.intermediate) / tp);
  const elementwise = moved / (bandwidth * c.elementwiseMemory);
  const launches = encoder.layers * (c.launchPerLayerS + c.prefillPerLayerS);
  const busy = linear + attention + elementwise;
  const fabric = { accelerator: config.accelerator, networkGBps: config.networkGBps ?? defaultNetworkGBps };
  const reduce = allReduce(fabric, tp, c);
  const reduced = 2 * encoder.layers * (reduce.floorS + reduce.perByteS * tokens * encoder.hidden * WIDE);
  return branch(
    name,
    `${tokens} positions${passes > 1 ? ` in ${passes} passes` : ''} through ${encoder.layers} layers`,
    [
      leaf('linear layers', linear, `${giga(params)} B weights a rank in 16 bits`),
      leaf('attention', attention, `${(attentionFlops / 1e9).toFixed(1)} GFLOPs a rank, in both directions`),
      leaf('elementwise', elementwise, `${(moved / 1e6).toFixed(1)} MB of norms, residuals and activations`),
      leaf('launch', launchShows(busy, launches), 'kernels are launched one by one: encoders replay no graph'),
      ...(tp > 1 ? [leaf('all-reduce', reduced, `2 a layer: ${reduce.why}`)] : []),
    ],
  );
};

/** Work of one image, or of one window of audio. */
const workOf = ({ model, media }: ServingConfig): { readonly image?: Work; readonly audio?: Work } => {
  const { vision, hearing } = model;
  const shape = vision && media?.image ? imageShape(vision, media.image) : undefined;
  return {
    ...(vision && shape && { image: { encoder: vision, passes: shape.passes, positions: shape.patches } }),
    ...(hearing &&
      media?.audio && {
        audio: { encoder: hearing, passes: 1, positions: Math.ceil(hearing.windowS * hearing.positionsPerS) },
      }),
  };
};

/** The trees of terms behind an image and a window of audio. */
export const encoderTerms = (inputs: StepInputs): { readonly image?: Term; readonly audio?: Term } => {
  const { image, audio } = workOf(inputs.config);
  return {
    ...(image && { image: encoderTerm('an image', image, inputs) }),
    ...(audio && { audio: encoderTerm('a window of audio', audio, inputs) }),
  };
};

/** Tokens and seconds of the media that a service gets; undefined where it gets none. */
export const encoderPlan = (inputs: StepInputs): EncoderPlan | undefined => {
  const { model, media } = inputs.config;
  const { image, audio } = encoderTerms(inputs);
  if (image === undefined && audio === undefined) return undefined;
  const { vision, hearing } = model;
  return {
    ...(image &&
      vision &&
      media?.image && {
        image: { tokens: imageShape(vision, media.image).tokens, seconds: image.seconds },
      }),
    ...(audio &&
      hearing && {
        audio: { tokensPerS: hearing.tokensPerS, windowS: hearing.windowS, secondsPerWindow: audio.seconds },
      }),
  };
};

/**
 * What encoders hold on an accelerator: their weights, what a call needs at its peak (it shares the memory of the language model's own
 * activations, which wait), and the encoded tokens of a step, which stay until the language model has read them.
 */
export const encoderMemory = (
  config: ServingConfig,
  { attentionTensor: tp }: Placement,
): { readonly weightBytes: number; readonly activationBytes: number; readonly cacheBytes: number } => {
  const { image, audio } = workOf(config);
  let [weightBytes, activationBytes] = [0, 0];
  for (const work of [image, audio]) {
    if (work === undefined) continue;
    const { hidden, intermediate, params } = work.encoder;
    weightBytes += (params * WIDE) / tp;
    const perPosition = WIDE * (4 * hidden + (3 * intermediate) / tp);
    activationBytes = Math.max(activationBytes, work.passes * work.positions * perPosition);
  }
  const { vision } = config.model;
  const most = vision && config.media?.image ? imageShape(vision, config.media.image).tokens : 0;
  const cached = weightBytes > 0 ? Math.max(config.batching.max_num_batched_tokens, most) : 0;
  return { weightBytes, activationBytes, cacheBytes: cached * config.model.hidden * WIDE };
};
