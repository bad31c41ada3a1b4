/**
 * Low-rank adapters (LoRA) on one base model: what they weigh, and what they add to a step. A batch mixes requests of different adapters
 * (Punica, Chen et al. 2023; S-LoRA, Sheng et al. 2023): each adapter of the batch is read once, and every token passes through two thin
 * matrices beside each adapted one.
 */
import type { ModelCard } from '../catalog/types.js';
import type { ServingConfig } from './config.js';
import type { StepInputs, TokenTerm } from './costTerms.js';
import { expectedDistinct, lruHitRate, zipf } from './popularity.js';
import type { AdapterPlan, DoesNotFit } from './types.js';

/** Adapters as a service states them. */
export interface Adapters {
  readonly count: number;
  readonly rank: number;
  readonly target: 'attention' | 'all';
  /** Held in the memory of an accelerator at once. */
  readonly loaded: number;
  /** Exponent of Zipf's law. */
  readonly popularity: number;
}

/** Adapters are kept in 16 bits. */
const WIDE = 2;
/** A kernel that does almost nothing, from one recorded launch to the next (assumed; 2 to 5 µs are common). */
const kernelS = 3e-6;
/** Kernels of an adapted matrix: shrink to the rank, expand from it. */
const kernelsOfMatrix = 2;
/** Share of the published PCIe rate that copies from pinned host memory reach (assumed, as for swapping). */
const copyShare = 0.8;
/** PCIe per direction where none is published: Gen4 ×16 (assumed). */
const defaultPcieGBps = 32;

/** A matrix of one layer: inner and outer dimension, and whether tensor parallelism divides its outputs (else its inputs). */
interface Matrix {
  readonly inner: number;
  readonly outer: number;
  readonly column: boolean;
}

const matricesOf = (
  { hidden, heads, kvHeads, headDim, intermediate, gatedMlp }: ModelCard,
  target: Adapters['target'],
) => {
  const column = (outer: number): Matrix => ({ inner: hidden, outer, column: true });
  const row = (inner: number): Matrix => ({ inner, outer: hidden, column: false });
  const attention = [
    column(heads * headDim),
    column(kvHeads * headDim),
    column(kvHeads * headDim),
    row(heads * headDim),
  ];
  const up = column(intermediate);
  return target === 'attention' ? attention : [...attention, ...(gatedMlp ? [up, up] : [up]), row(intermediate)];
};

/** Weights of one adapter on one rank: the side that tensor parallelism does not divide is whole on each (vLLM unless `--fully-sharded-loras`). */
export const adapterParams = (model: ModelCard, { rank, target }: Adapters, tensor: number): number =>
  model.layers *
  matricesOf(model, target).reduce(
    (sum, { inner, outer, column }) => sum + rank * (column ? inner + outer / tensor : inner / tensor + outer),
    0,
  );

/** Bytes of the adapters that an accelerator holds. */
export const adapterBytes = ({ model, adapters }: ServingConfig, tensor: number): number =>
  adapters === undefined ? 0 : adapters.loaded * adapterParams(model, adapters, tensor) * WIDE;

/** Models whose adapters cannot be described yet. */
export const adapterRefusal = ({ model, adapters }: ServingConfig): DoesNotFit | undefined => {
  if (adapters === undefined) return undefined;
  const refuse = (what: string, hint: string): DoesNotFit => ({
    kind: 'does-not-fit',
    message: `not supported yet: adapters on ${what} (${model.name})`,
    hint,
    at: ['adapters'],
  });
  if (model.mla !== undefined || model.attention === 'none') return refuse('latent attention', 'leave adapters out');
  return model.moe !== undefined && adapters.target === 'all'
    ? refuse('the experts of a mixture', 'set target: attention')
    : undefined;
};

/** What adapters add to a step: by its tokens, and by the sequences in it, whose adapters are read. */
export interface AdapterCost {
  readonly byTokens: TokenTerm;
  readonly readS: (sequences: number) => number;
  readonly readWhy: string;
}

export const adapterCost = ({
  config,
  placement,
  profile,
  peak16Flops,
  bandwidth,
}: StepInputs): AdapterCost | undefined => {
  const { model, adapters } = config;
  if (adapters === undefined) return undefined;
  const c = profile.coefficients;
  const tp = placement.attentionTensor;
  const params = adapterParams(model, adapters, tp);
  const matrices = matricesOf(model, adapters.target);
  // Inputs are read again, outputs read and written once more. Kernels serve q, k and v together, gate and up as well.
  const moved = (model.layers * WIDE * matrices.reduce((sum, { inner, outer }) => sum + inner + 2 * outer, 0)) / tp;
  const perToken = (2 * params) / (peak16Flops * c.gemmCompute) + moved / (bandwidth * c.elementwiseMemory);
  const groups = adapters.target === 'attention' ? 2 : 4;
  const launches = model.layers * groups * kernelsOfMatrix * kernelS;
  const read = (params * WIDE) / (bandwidth * c.gemmMemory);
  const popularity = zipf(adapters.count, adapters.popularity);
  const distinct = (sequences: number): number => Math.min(adapters.loaded, expectedDistinct(popularity, sequences));
  return {
    byTokens: {
      name: 'adapters',
      why: `rank ${adapters.rank} beside ${adapters.target === 'all' ? 'all linear layers' : 'the attention'}: ${groups * kernelsOfMatrix} thin kernels a layer (${(launches * 1e3).toFixed(2)} ms), ${(moved / 1e6).toFixed(2)} MB of activations a token`,
      seconds: (tokens) => launches + perToken * tokens,
    },
    readS: (sequences) => read * distinct(sequences),
    readWhy: `${((params * WIDE) / 1e6).toFixed(1)} MB of each different adapter of the batch, as many as the popularity of ${adapters.count} makes expect`,
  };
};

/**
 * What a scenario's adapters amount to on one replica. Requests are not told apart by adapter: the different ones of a batch, and the share
 * of requests whose adapter is not loaded, are expectations. Engines run at most `loaded` different adapters at a time, which is taken as
 * the largest batch that is expected to hold no more.
 */
export const adapterPlan = ({ config, placement }: StepInputs, mostSequences: number): AdapterPlan | undefined => {
  const { model, adapters, accelerator } = config;
  if (adapters === undefined) return undefined;
  const bytesEach = adapterParams(model, adapters, placement.attentionTensor) * WIDE;
  const popularity = zipf(adapters.count, adapters.popularity);
  let sequences = mostSequences;
  if (adapters.loaded < adapters.count) {
    let low = 1;
    while (sequences > low) {
      const middle = Math.ceil((low + sequences) / 2);
      if (expectedDistinct(popularity, middle) <= adapters.loaded) low = middle;
      else sequences = middle - 1;
    }
  }
  return {
    loaded: adapters.loaded,
    bytesEach,
    hitRate: lruHitRate(popularity, adapters.loaded),
    loadS: bytesEach / ((accelerator.pcieGBps ?? defaultPcieGBps) * 1e9 * copyShare),
    maxSequences: sequences,
  };
};

/** Different adapters among `sequences` that run together, on average. */
export const distinctAdapters = ({ count, popularity, loaded }: Adapters, sequences: number): number =>
  Math.min(loaded, expectedDistinct(zipf(count, popularity), sequences));
