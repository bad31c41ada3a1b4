/** What one token costs in training: FLOPs and bytes by part, before any device. */
import type { ModelCard } from '../../catalog/types.js';
import { attentionLayers, partsOf } from '../modelParts.js';
import type { Method } from './config.js';

/** Forward work of one token through the whole model. */
export interface TokenWork {
  /** FLOPs of matrix products in the layers. */
  readonly linearFlops: number;
  /** Of those, routed experts. */
  readonly expertFlops: number;
  /** FLOPs of scores and values at this sequence length, masked pairs not counted. */
  readonly attentionFlops: number;
  /** FLOPs of the output projection. */
  readonly headFlops: number;
  /** Elements that norms, residuals, activations and rotary embeddings read or write. */
  readonly elementwise: number;
  /** Parameters that are trained, stored and touched. */
  readonly parameters: number;
  readonly expertParameters: number;
  /** Smallest and largest extent of the layers' matrices, which decide how far bytes count beside FLOPs. */
  readonly hidden: number;
  readonly wide: number;
}

/** Mean keys that a token attends to. */
const meanKeys = (sequence: number, bidirectional: boolean): number => (bidirectional ? sequence : (sequence + 1) / 2);

/** Mean keys inside a window; a constant state (window 0) costs as much as one key per state column. */
const windowKeys = (sequence: number, window: number, bidirectional: boolean): number => {
  if (window === 0) return 128;
  if (sequence <= window) return meanKeys(sequence, bidirectional);
  return window - (window * (window - 1)) / (2 * sequence);
};

/** Element reads and writes per hidden unit in a forward layer: two norms, two residuals, copies around attention. */
const perHidden = 14;
/** …and per MLP unit: the activation reads one or two rows and writes one. */
const perGated = 4;
const perPlain = 3;

/** Forward work per token. Published parameter counts decide where dimensions disagree. */
export const tokenWork = (card: ModelCard, sequence: number, bidirectional = false): TokenWork => {
  const parts = partsOf(card);
  const { full, windowed, window } = attentionLayers(card);
  const queryWidth =
    card.mla === undefined
      ? 2 * card.heads * card.headDim
      : card.heads * (card.mla.qkNopeHeadDim + card.mla.qkRopeHeadDim + card.mla.vHeadDim);
  const keys = full * meanKeys(sequence, bidirectional) + windowed * windowKeys(sequence, window, bidirectional);
  const dense =
    parts.attentionDivided + parts.attentionKv + parts.attentionReplicated + parts.denseMlp + parts.sharedExperts;
  const router = card.moe === undefined ? 0 : (card.layers - card.moe.denseLayers) * card.hidden * card.moe.experts;
  const mlpUnits =
    card.moe === undefined
      ? card.layers * card.intermediate
      : card.moe.denseLayers * card.intermediate +
        (card.layers - card.moe.denseLayers) *
          (card.moe.expertsPerToken + card.moe.sharedExperts) *
          card.moe.intermediate;
  const wide =
    card.moe === undefined || card.moe.denseLayers === card.layers ? card.intermediate : card.moe.intermediate;
  return {
    linearFlops: 2 * (dense + parts.routedActive + router),
    expertFlops: 2 * parts.routedActive,
    attentionFlops: 2 * queryWidth * keys,
    headFlops: 2 * card.vocab * card.hidden,
    elementwise: perHidden * card.hidden * card.layers + (card.gatedMlp ? perGated : perPlain) * mlpUnits,
    parameters: dense + parts.routedTotal + router + card.vocab * card.hidden * (card.tiedEmbeddings ? 1 : 2),
    expertParameters: parts.routedTotal,
    hidden: card.hidden,
    wide,
  };
};

/** Backward FLOPs per forward FLOP: inputs and weights each cost a forward; frozen weights need no weight gradient. */
export const backwardShare = (method: Method): number => (method === 'full' ? 2 : 1);

/**
 * Useful FLOPs of a token in one step, forward and backward: 6 per active parameter of the layers and the head, and attention three
 * times (Kaplan et al. 2020; PaLM appendix B, 2022, with the causal mask's half). Adapters: 4 per parameter.
 */
export const modelFlopsPerToken = (work: TokenWork, method: Method): number =>
  (1 + backwardShare(method)) * (work.linearFlops + work.headFlops) + 3 * work.attentionFlops;

/** Parameters of rank-r adapters on every projection of a transformer layer: r·(in + out), about 2r·(4 hidden + 3 wide) a layer. */
export const adapterParameters = (card: ModelCard, rank: number): number =>
  card.layers * rank * (8 * card.hidden + (card.gatedMlp ? 3 : 2) * (card.hidden + card.intermediate));
