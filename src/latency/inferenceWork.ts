import type { ModelCard } from '../catalog/types.js';
import type { Precision } from '../scenario/types.js';
import { bytesPerWeight } from './precision.js';
import { type VisionStructure, visionStructure } from './profiles/vision.js';
import { visionTraffic } from './visionTime.js';

/** How often an image of a diffusion model goes through it. */
export interface Denoising {
  readonly steps?: number;
  /** Whether each step computes the image with the prompt and without (classifier-free guidance, Ho & Salimans 2022). */
  readonly guidance?: boolean;
}

/** Why the work of an item is not known, and what would help. */
export interface UnknownWork {
  readonly message: string;
  readonly hint: string;
}

/** What kind of arithmetic a model is, which decides how much of a device it uses. */
export type WorkClass = 'transformer' | 'convolution' | 'diffusion' | 'recommender' | 'trees' | 'speech';

/** The work of one item (an image, a document, 30 s of audio, a row). */
export interface ItemWork {
  readonly workClass: WorkClass;
  readonly flopsPerItem: number;
  /** Bytes read once a batch, whatever its size. */
  readonly weightBytes: number;
  /** Times that the weights are read anew for a batch (decoder steps of speech models). */
  readonly weightPasses: number;
  /** Elements of activations that one item moves through memory in a framework; 0 where the measured share of peak contains it. */
  readonly trafficElements: number;
  /** What decides the share of peak of networks of layers. */
  readonly structure: VisionStructure;
  readonly why: string;
  readonly assumptions: readonly string[];
}

const classes: readonly (readonly [RegExp, WorkClass])[] = [
  [/gbdt|tabular|xgboost|lightgbm/, 'trees'],
  [/recsys|dlrm|recommend/, 'recommender'],
  [/diffusion|unet|mmdit/, 'diffusion'],
  [/asr|whisper|speech/, 'speech'],
  [/\bcnn\b|resnet|efficientnet|mobilenet|convnext/, 'convolution'],
];

export const workClassOf = (card: ModelCard): WorkClass => {
  const text = `${card.kind} ${card.family} ${card.name}`.toLowerCase();
  return classes.find(([pattern]) => pattern.test(text))?.[1] ?? 'transformer';
};

/** Tokens of an item where neither the card nor the scenario says. */
const assumedTokens = 256;
/** Whisper sees 1,500 frames and writes about 100 tokens for 30 s of speech (Radford et al. 2022; 150 words a minute). */
const speechFrames = 1500;
const speechTokens = 100;

/** Side of the image that a card's item states (`224x224 image`), or the usual 224. */
const sideOf = (card: ModelCard): number => Number(/(\d+)\s*[x×]\s*\d+/.exec(card.item ?? '')?.[1] ?? 224);

const unknown = ({ name }: ModelCard): UnknownWork => ({
  message: `${name} has neither gflop_per_item nor an architecture`,
  hint: 'give gflop_per_item and item in the model card, or a measured batch_time',
});

/**
 * The work of an image: the model is gone through once for each step, and with guidance twice, as a batch of two that reads the weights
 * once. Text encoders and the decoder of the latent image are left out: a few percent of 20 steps.
 */
const denoised = (
  { denoising: usual }: ModelCard,
  flopsPerPass: number,
  why: string,
  { steps = usual?.steps, guidance = usual?.isGuided ?? false }: Denoising = {},
): Pick<ItemWork, 'flopsPerItem' | 'weightPasses' | 'why' | 'assumptions'> => {
  const count = steps ?? 1;
  const passes = count * (guidance ? 2 : 1);
  const told = `${count} step${count === 1 ? '' : 's'}${guidance ? ' with guidance, two passes each' : ''}`;
  return {
    flopsPerItem: passes * flopsPerPass,
    weightPasses: count,
    why: `${told}: ${why}`,
    assumptions: [
      steps === undefined
        ? 'an item is one pass: the model card says nothing of denoising_steps'
        : `an image is ${told}`,
    ],
  };
};

const giga = (value: number): string => (value / 1e9).toPrecision(3);

/** FLOPs and bytes of one item; `tokensPerItem` matters to encoders only, `denoising` to diffusion models. */
export const workOf = (
  card: ModelCard,
  weights: Precision,
  { tokensPerItem, denoising }: { readonly tokensPerItem?: number; readonly denoising?: Denoising } = {},
): ItemWork | UnknownWork => {
  const workClass = workClassOf(card);
  const weightBytes = card.paramsTotal * bytesPerWeight(weights, 'generic');
  if (denoising !== undefined && workClass !== 'diffusion') {
    return { message: `${card.name} makes no image by denoising`, hint: 'leave denoising out' };
  }
  const structure: VisionStructure = workClass === 'transformer' ? 'attention' : visionStructure(card.name);
  const common = { workClass, weightBytes, weightPasses: 1, trafficElements: 0, structure, assumptions: [] };
  const trafficOf = (flops: number): number =>
    workClass !== 'transformer' && workClass !== 'convolution'
      ? 0
      : visionTraffic({
          structure,
          gmacs: flops / 2e9,
          parametersM: Math.max(0.1, card.paramsTotal / 1e6),
          side: workClass === 'convolution' ? sideOf(card) : 224,
        });
  if (card.gflopPerItem !== undefined) {
    const why = `${card.gflopPerItem} GFLOP for one ${card.item ?? 'item'} (model card)`;
    const flopsPerItem = card.gflopPerItem * 1e9;
    if (workClass === 'diffusion') return { ...common, ...denoised(card, flopsPerItem, why, denoising) };
    return { ...common, flopsPerItem, trafficElements: trafficOf(flopsPerItem), why };
  }
  if (!(card.layers > 0 && card.hidden > 0)) return unknown(card);
  const embedding = card.vocab * card.hidden;
  if (workClass === 'speech') {
    const half = (card.paramsTotal - embedding) / 2;
    return {
      ...common,
      flopsPerItem: 2 * half * speechFrames + 2 * (half + embedding) * speechTokens,
      weightPasses: speechTokens / 2,
      why: `encoder over ${speechFrames} frames and ${speechTokens} decoder steps that read half the weights each`,
      assumptions: [`an item is 30 s of speech with ${speechTokens} tokens of text`],
    };
  }
  const tokens = Math.min(tokensPerItem ?? assumedTokens, card.maxContext ?? Number.POSITIVE_INFINITY);
  const throughLayers = Math.max(card.paramsActive - embedding, card.paramsActive * 0.1);
  const attention = 4 * card.layers * card.heads * card.headDim * tokens * tokens;
  const flopsPerItem = 2 * throughLayers * tokens + attention;
  return {
    ...common,
    flopsPerItem,
    trafficElements: trafficOf(flopsPerItem),
    why: `${giga(2 * throughLayers * tokens)} GFLOP in layers and ${giga(attention)} in attention over ${tokens} tokens`,
    assumptions: tokensPerItem === undefined ? [`${tokens} tokens an item`] : [],
  };
};
