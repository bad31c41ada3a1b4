import type { ModelCard } from './types.js';

/** The dimensions that decide how many parameters a transformer has. */
export type Dimensions = Pick<
  ModelCard,
  | 'layers'
  | 'hidden'
  | 'intermediate'
  | 'heads'
  | 'kvHeads'
  | 'headDim'
  | 'vocab'
  | 'gatedMlp'
  | 'tiedEmbeddings'
  | 'moe'
  | 'mla'
>;

const attentionOfLayer = ({ hidden, heads, kvHeads, headDim, mla }: Dimensions): number => {
  if (mla === undefined) return hidden * headDim * (2 * heads + 2 * kvHeads);
  const query = heads * (mla.qkNopeHeadDim + mla.qkRopeHeadDim);
  const down = hidden * (mla.qLoraRank + mla.kvLoraRank + mla.qkRopeHeadDim);
  const queryUp = (mla.qLoraRank > 0 ? mla.qLoraRank : hidden) * query;
  return down + queryUp + mla.kvLoraRank * heads * (mla.qkNopeHeadDim + mla.vHeadDim) + heads * mla.vHeadDim * hidden;
};

/**
 * Parameters of a transformer from its dimensions: projections, MLPs, experts and embeddings. Norms and biases (below 0.1 %) and parts
 * that a card cannot describe (state-space layers, vision towers, cross-attention) are not in it.
 */
export const countParameters = (card: Dimensions): { readonly total: number; readonly active: number } => {
  const matrices = card.gatedMlp ? 3 : 2;
  const dense = card.moe?.denseLayers ?? card.layers;
  const sparse = card.layers - dense;
  const expert = matrices * card.hidden * (card.moe?.intermediate ?? 0);
  const shared = sparse * (card.moe?.sharedExperts ?? 0) * expert;
  const router = sparse * card.hidden * (card.moe?.experts ?? 0);
  const embeddings = card.vocab * card.hidden * (card.tiedEmbeddings ? 1 : 2);
  const always =
    card.layers * attentionOfLayer(card) +
    dense * matrices * card.hidden * card.intermediate +
    shared +
    router +
    embeddings;
  return {
    total: always + sparse * (card.moe?.experts ?? 0) * expert,
    active: always + sparse * (card.moe?.expertsPerToken ?? 0) * expert,
  };
};

/** The published count where it differs from the computed one by more than this share, or where nothing can be computed. */
export const agreementTolerance = 0.02;

/** Do the two counts tell the same story? Also when one of them is missing. */
export const countsAgree = (published: number | undefined, computed: number | undefined): boolean =>
  published === undefined || computed === undefined || Math.abs(computed / published - 1) <= agreementTolerance;
