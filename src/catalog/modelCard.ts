import { attentionPattern } from './attentionPattern.js';
import { type CardProblem, type CheckedFields, checkFields } from './cardFields.js';
import { known } from './fields.js';
import { mediaOf, mediaProblems } from './mediaCard.js';
import { countParameters, countsAgree, type Dimensions } from './parameters.js';
import type { CardRecord } from './sources.js';
import type { AttentionKind, ModelCard } from './types.js';

export interface ReadCard {
  readonly card: ModelCard;
  readonly problems: readonly CardProblem[];
  /** Defaults that were taken because the record does not say, as sentences. */
  readonly assumed: readonly string[];
}

const billion = 1e9;

/** A value, or a default that is recorded. */
const chooser =
  (assumed: string[]): Choose =>
  (field, given, fallback) => {
    if (given !== undefined) return given;
    assumed.push(`${field}: ${String(fallback)}`);
    return fallback;
  };

const mlaOf = ({ number }: CheckedFields): ModelCard['mla'] => {
  const kvLoraRank = number('kv_lora_rank');
  if (kvLoraRank === undefined) return undefined;
  const qkNopeHeadDim = number('qk_nope_head_dim') ?? 128;
  return {
    kvLoraRank,
    qLoraRank: number('q_lora_rank') ?? 0,
    qkNopeHeadDim,
    qkRopeHeadDim: number('qk_rope_head_dim') ?? 64,
    vHeadDim: number('v_head_dim') ?? qkNopeHeadDim,
  };
};

const moeOf = ({ number }: CheckedFields, intermediate: number): ModelCard['moe'] => {
  const experts = number('n_experts');
  if (experts === undefined) return undefined;
  return {
    experts,
    expertsPerToken: number('experts_per_token') ?? 1,
    sharedExperts: number('shared_experts') ?? 0,
    intermediate: number('moe_intermediate') ?? intermediate,
    denseLayers: number('dense_layers') ?? 0,
  };
};

const attentionKind = (fields: CheckedFields, heads: number, kvHeads: number): AttentionKind => {
  const given = fields.text('attention');
  if (given === 'MHA' || given === 'GQA' || given === 'MQA' || given === 'MLA' || given === 'none') return given;
  if (fields.number('kv_lora_rank') !== undefined) return 'MLA';
  if (heads === 0) return 'none';
  if (kvHeads === heads) return 'MHA';
  return kvHeads === 1 ? 'MQA' : 'GQA';
};

/** Where a card does not say whether embeddings are tied: whichever brings the count nearer to the published total. */
const tiedOf = (given: boolean | undefined, dimensions: Dimensions, published: number | undefined): boolean => {
  if (given !== undefined || published === undefined) return given ?? false;
  const off = (tiedEmbeddings: boolean): number =>
    Math.abs(countParameters({ ...dimensions, tiedEmbeddings }).total - published);
  return off(true) < off(false);
};

const problemsOf = (fields: CheckedFields, card: ModelCard): readonly CardProblem[] => {
  const problems: CardProblem[] = [];
  const add = (field: string, message: string): void => void problems.push({ field, message });
  const given = fields.text('attention');
  if (given !== undefined && given !== card.attention) add('attention', `attention must be MHA, GQA, MQA, MLA or none`);
  if (card.kvHeads > card.heads || (card.kvHeads > 0 && card.heads % card.kvHeads !== 0)) {
    add('kv_heads', `kv_heads (${card.kvHeads}) must divide heads (${card.heads})`);
  }
  if (card.moe !== undefined) {
    if (fields.number('experts_per_token') === undefined) add('experts_per_token', 'n_experts needs experts_per_token');
    if (card.moe.expertsPerToken > card.moe.experts) add('experts_per_token', 'experts_per_token exceeds n_experts');
    if (card.moe.denseLayers > card.layers) add('dense_layers', 'dense_layers exceeds layers');
  }
  return problems;
};

type Choose = <T>(field: string, given: T | undefined, fallback: T) => T;

const dimensionsOf = (fields: CheckedFields, choose: Choose): Omit<Dimensions, 'tiedEmbeddings'> => {
  const { number, flag } = fields;
  const hidden = number('hidden') ?? 0;
  const heads = number('heads') ?? 0;
  // a card of experts only states their width
  const intermediate =
    number('intermediate') ?? number('moe_intermediate') ?? choose('intermediate', undefined, 4 * hidden);
  return known<Omit<Dimensions, 'tiedEmbeddings'>>({
    layers: number('layers') ?? 0,
    hidden,
    intermediate,
    heads,
    kvHeads: choose('kv_heads', number('kv_heads'), heads),
    headDim: number('head_dim') ?? (heads > 0 ? Math.round(hidden / heads) : 0),
    vocab: choose('vocab', number('vocab'), 0),
    gatedMlp: choose('gated_mlp', flag('gated_mlp'), true),
    moe: moeOf(fields, intermediate),
    mla: mlaOf(fields),
  });
};

type Counts = Pick<ModelCard, 'paramsTotal' | 'paramsActive' | 'paramsComputed' | 'paramsActiveComputed'>;

/** Published counts, computed where none was published; a dense model's tokens touch every parameter. */
const countsOf = ({ number }: CheckedFields, dimensions: Dimensions): Counts => {
  const computed = dimensions.layers > 0 ? countParameters(dimensions) : undefined;
  const published = (field: string): number | undefined => {
    const count = number(field);
    return count === undefined ? undefined : Math.round(count * billion);
  };
  const paramsTotal = published('params_total_b') ?? computed?.total ?? 0;
  const active = dimensions.moe === undefined ? paramsTotal : (computed?.active ?? paramsTotal);
  return known<Counts>({
    paramsTotal,
    paramsActive: published('params_active_b') ?? active,
    paramsComputed: computed?.total,
    paramsActiveComputed: computed?.active,
  });
};

/** How often an image of a diffusion model goes through it, where the card says so. */
const denoisingOf = ({ number, flag }: CheckedFields): ModelCard['denoising'] => {
  const steps = number('denoising_steps');
  return steps === undefined ? undefined : { steps, isGuided: flag('classifier_free_guidance') ?? false };
};

/**
 * A model card from its record (YAML or inline), with every fault found and every default taken. The published parameter count decides
 * where it differs from the computed one by more than 2 %; both are exposed.
 */
export const readCard = (record: CardRecord): ReadCard => {
  const fields = checkFields(record);
  const { number, text, flag } = fields;
  const assumed: string[] = [];
  const isTransformer = ['layers', 'hidden', 'heads'].every((field) => (number(field) ?? 0) > 0);
  const bare = dimensionsOf(fields, isTransformer ? chooser(assumed) : (_field, given, fallback) => given ?? fallback);
  const published = number('params_total_b');
  const tied = tiedOf(flag('tied_embeddings'), { ...bare, tiedEmbeddings: false }, published && published * billion);
  const dimensions = { ...bare, tiedEmbeddings: tied };
  const pattern = attentionPattern(
    bare.layers,
    number('sliding_window'),
    text('sliding_pattern'),
    number('max_context'),
  );
  const card = known<ModelCard>({
    ...dimensions,
    ...countsOf(fields, dimensions),
    name: text('name') ?? 'inline model',
    aliases: fields.names('aliases'),
    family: text('family') ?? '',
    kind: text('kind') ?? (isTransformer ? 'llm' : ''),
    verified: flag('verified') === true ? 'yes' : 'no',
    attention: attentionKind(fields, bare.heads, bare.kvHeads),
    sliding: pattern.kind === 'sliding' ? { window: pattern.window, layers: pattern.layers } : undefined,
    maxContext: number('max_context'),
    kvBytesPerTokenBf16: number('kv_bytes_per_token_bf16'),
    ...mediaOf(fields),
    gflopPerItem: number('gflop_per_item'),
    item: text('item'),
    denoising: denoisingOf(fields),
    source: text('source') ?? 'the scenario',
    asOf: text('as_of') ?? '',
    notes: text('notes') ?? '',
  });
  const unreadable =
    pattern.kind === 'unreadable' ? [{ field: 'sliding_pattern', message: `sliding_pattern ${pattern.why}` }] : [];
  return {
    card,
    problems: [
      ...fields.problems,
      ...problemsOf(fields, card),
      ...mediaProblems(fields, Object.keys(record)),
      ...unreadable,
    ],
    assumed,
  };
};

/** Says that the published count decided against the dimensions; `undefined` where they agree. */
export const parameterWarning = (card: ModelCard): string | undefined =>
  countsAgree(card.paramsTotal, card.paramsComputed)
    ? undefined
    : `${card.name}: ${((card.paramsComputed ?? 0) / billion).toFixed(2)} B parameters by its dimensions, ` +
      `${(card.paramsTotal / billion).toFixed(2)} B published: the published count is used`;
