import type { ModelCard } from '../catalog/types.js';

/** Parameters by the part of the model that holds them, over all layers. Norms and biases are below 0.1 % and left out. */
export interface ModelParts {
  /** Attention projections that tensor parallelism divides (q, k, v, o; the up-projections of MLA). */
  readonly attentionDivided: number;
  /** Of those, keys and values, whose heads are copied once tensor exceeds their number. */
  readonly attentionKv: number;
  /** Attention projections that every rank repeats (the down-projections of MLA). */
  readonly attentionReplicated: number;
  readonly denseMlp: number;
  readonly sharedExperts: number;
  /** Router and all routed experts. */
  readonly routedTotal: number;
  /** Routed experts that one token passes through. */
  readonly routedActive: number;
  readonly embedding: number;
  /** The output projection; equals the embedding's size, and is stored once when tied. */
  readonly head: number;
  /** What published totals changed, in words; empty when dimensions and totals agree. */
  readonly corrections: readonly string[];
}

const attentionOf = (card: ModelCard): Pick<ModelParts, 'attentionDivided' | 'attentionKv' | 'attentionReplicated'> => {
  const { layers, hidden, heads, kvHeads, headDim, mla } = card;
  if (mla === undefined) {
    const kv = layers * 2 * hidden * kvHeads * headDim;
    return {
      attentionDivided: layers * 2 * hidden * heads * headDim,
      attentionKv: kv,
      attentionReplicated: 0,
    };
  }
  const { kvLoraRank, qLoraRank, qkNopeHeadDim, qkRopeHeadDim, vHeadDim } = mla;
  const qHead = qkNopeHeadDim + qkRopeHeadDim;
  const queryUp = (qLoraRank > 0 ? qLoraRank : hidden) * heads * qHead;
  const kvUp = kvLoraRank * heads * (qkNopeHeadDim + vHeadDim);
  const output = heads * vHeadDim * hidden;
  return {
    attentionDivided: layers * (queryUp + kvUp + output),
    attentionKv: 0,
    attentionReplicated: layers * hidden * (qLoraRank + kvLoraRank + qkRopeHeadDim),
  };
};

/** Parts by the card's dimensions alone. */
const dimensioned = (card: ModelCard): ModelParts => {
  const { layers, hidden, intermediate, vocab, moe } = card;
  const matrices = card.gatedMlp ? 3 : 2;
  const denseLayers = moe === undefined ? layers : moe.denseLayers;
  const moeLayers = layers - denseLayers;
  const expert = moe === undefined ? 0 : matrices * hidden * moe.intermediate;
  return {
    ...attentionOf(card),
    denseMlp: denseLayers * matrices * hidden * intermediate,
    sharedExperts: moe === undefined ? 0 : moeLayers * moe.sharedExperts * expert,
    routedTotal: moe === undefined ? 0 : moeLayers * moe.experts * expert,
    routedActive: moe === undefined ? 0 : moeLayers * moe.expertsPerToken * expert,
    embedding: vocab * hidden,
    head: vocab * hidden,
    corrections: [],
  };
};

/** Parameters that every token passes through, experts and embeddings apart. */
const alwaysActive = (parts: ModelParts): number =>
  parts.attentionDivided + parts.attentionKv + parts.attentionReplicated + parts.denseMlp + parts.sharedExperts;

const storedVocabulary = (card: ModelCard, parts: ModelParts): number =>
  card.tiedEmbeddings ? parts.embedding : parts.embedding + parts.head;

const tolerance = 0.02;
const differs = (computed: number, published: number): boolean => Math.abs(computed / published - 1) > tolerance;

const scaleAlwaysActive = (parts: ModelParts, factor: number): ModelParts => ({
  ...parts,
  attentionDivided: parts.attentionDivided * factor,
  attentionKv: parts.attentionKv * factor,
  attentionReplicated: parts.attentionReplicated * factor,
  denseMlp: parts.denseMlp * factor,
  sharedExperts: parts.sharedExperts * factor,
});

const note = (parts: ModelParts, text: string): ModelParts => ({ ...parts, corrections: [...parts.corrections, text] });

/** Active parameters: published counts include the embedding or not, and either agreement will do. */
const matchActive = (card: ModelCard, parts: ModelParts): ModelParts => {
  const vocabulary = storedVocabulary(card, parts);
  const computed = alwaysActive(parts) + parts.routedActive + vocabulary;
  const withoutLookup = computed - parts.embedding;
  if (!differs(computed, card.paramsActive) || !differs(withoutLookup, card.paramsActive)) return parts;
  const rest = card.paramsActive - vocabulary;
  const factor = (rest - parts.routedActive) / alwaysActive(parts);
  if (factor > 0.5 && factor < 2) {
    return note(
      scaleAlwaysActive(parts, factor),
      `attention and dense layers ×${factor.toFixed(3)} to the published ${(card.paramsActive / 1e9).toFixed(2)} B active parameters`,
    );
  }
  const all = rest / (alwaysActive(parts) + parts.routedActive);
  if (!(all > 0)) return parts;
  return note(
    { ...scaleAlwaysActive(parts, all), routedActive: parts.routedActive * all, routedTotal: parts.routedTotal * all },
    `all layers ×${all.toFixed(3)} to the published ${(card.paramsActive / 1e9).toFixed(2)} B active parameters`,
  );
};

const matchTotal = (card: ModelCard, parts: ModelParts): ModelParts => {
  const rest = card.paramsTotal - storedVocabulary(card, parts);
  const computed = alwaysActive(parts) + parts.routedTotal;
  if (!differs(computed + storedVocabulary(card, parts), card.paramsTotal)) return parts;
  const experts = rest - alwaysActive(parts);
  const total = `${(card.paramsTotal / 1e9).toFixed(2)} B parameters`;
  if (parts.routedTotal > 0 && experts > parts.routedActive) {
    const factor = experts / parts.routedTotal;
    return note({ ...parts, routedTotal: experts }, `experts ×${factor.toFixed(3)} to the published ${total}`);
  }
  if (!(rest > 0)) return parts;
  const factor = rest / computed;
  return note(
    { ...scaleAlwaysActive(parts, factor), routedTotal: parts.routedTotal * factor },
    `all layers ×${factor.toFixed(3)} to the published ${total}`,
  );
};

/**
 * Parameters by part. Where the dimensions give a count that differs from the published one by more than 2 % (blocks that a card
 * cannot express), the published active count and then the published total decide, and `corrections` says so.
 */
export const partsOf = (card: ModelCard): ModelParts => matchTotal(card, matchActive(card, dimensioned(card)));

/** Layers that attend to everything, and those that see a window (or keep a constant state, window 0). */
export const attentionLayers = (
  card: ModelCard,
): { readonly full: number; readonly windowed: number; readonly window: number } => {
  if (card.attention === 'none') return { full: 0, windowed: 0, window: 0 };
  const windowed = Math.min(card.sliding?.layers ?? 0, card.layers);
  return { full: card.layers - windowed, windowed, window: card.sliding?.window ?? 0 };
};
