import { closest } from './lookup.js';

/** A fault of one key of a model card or inline architecture. */
export interface CardProblem {
  readonly field: string;
  readonly message: string;
  readonly hint?: string;
}

type Check = 'count' | 'positive' | 'fraction' | 'text' | 'flag' | 'names';

/** Every key of a card's YAML. Counts are whole numbers; `*_b` are 10⁹ parameters. */
const checks: Readonly<Record<string, Check>> = {
  name: 'text',
  aliases: 'names',
  family: 'text',
  kind: 'text',
  params_total_b: 'fraction',
  params_active_b: 'fraction',
  params_computed_b: 'fraction',
  params_active_computed_b: 'fraction',
  layers: 'positive',
  hidden: 'positive',
  intermediate: 'count',
  heads: 'positive',
  kv_heads: 'positive',
  head_dim: 'positive',
  vocab: 'count',
  gated_mlp: 'flag',
  tied_embeddings: 'flag',
  max_context: 'positive',
  attention: 'text',
  kv_lora_rank: 'positive',
  q_lora_rank: 'count',
  qk_nope_head_dim: 'positive',
  qk_rope_head_dim: 'count',
  v_head_dim: 'positive',
  sliding_window: 'positive',
  sliding_pattern: 'text',
  n_experts: 'positive',
  experts_per_token: 'positive',
  shared_experts: 'count',
  moe_intermediate: 'positive',
  dense_layers: 'count',
  kv_bytes_per_token_bf16: 'count',
  vision_layers: 'positive',
  vision_hidden: 'positive',
  vision_intermediate: 'positive',
  vision_heads: 'positive',
  vision_gated_mlp: 'flag',
  vision_params_b: 'fraction',
  vision_patch: 'positive',
  vision_merge: 'positive',
  vision_image: 'positive',
  vision_tokens: 'positive',
  vision_max_tiles: 'positive',
  vision_min_pixels: 'positive',
  vision_max_pixels: 'positive',
  vision_max_side: 'positive',
  vision_row_token: 'flag',
  vision_window: 'positive',
  vision_full_layers: 'count',
  audio_layers: 'positive',
  audio_hidden: 'positive',
  audio_intermediate: 'positive',
  audio_heads: 'positive',
  audio_params_b: 'fraction',
  audio_window_s: 'positive',
  audio_positions_per_s: 'positive',
  audio_tokens_per_s: 'fraction',
  media_source: 'text',
  gflop_per_item: 'fraction',
  denoising_steps: 'positive',
  classifier_free_guidance: 'flag',
  item: 'text',
  source: 'text',
  as_of: 'text',
  verified: 'flag',
  notes: 'text',
};

/** What Hugging Face's `config.json` calls the same things. */
const huggingFace: Readonly<Record<string, string>> = {
  num_hidden_layers: 'layers',
  hidden_size: 'hidden',
  intermediate_size: 'intermediate',
  num_attention_heads: 'heads',
  num_key_value_heads: 'kv_heads',
  vocab_size: 'vocab',
  tie_word_embeddings: 'tied_embeddings',
  max_position_embeddings: 'max_context',
  num_local_experts: 'n_experts',
  n_routed_experts: 'n_experts',
  num_experts: 'n_experts',
  num_experts_per_tok: 'experts_per_token',
  n_shared_experts: 'shared_experts',
  moe_intermediate_size: 'moe_intermediate',
  first_k_dense_replace: 'dense_layers',
};

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

const rules: Readonly<Record<Check, { readonly holds: (value: unknown) => boolean; readonly says: string }>> = {
  count: { holds: isCount, says: 'must be a whole number, 0 or more' },
  positive: { holds: (value) => isCount(value) && value > 0, says: 'must be a whole number, 1 or more' },
  fraction: { holds: (value) => Number.isFinite(value) && (value as number) >= 0, says: 'must be a number, 0 or more' },
  text: { holds: (value) => typeof value === 'string', says: 'must be text' },
  flag: { holds: (value) => typeof value === 'boolean', says: 'must be true or false' },
  names: {
    holds: (value) => Array.isArray(value) && value.every((each) => typeof each === 'string'),
    says: 'must be a list of names',
  },
};

/** The keys of a record that are sound, under the card's own names, and the problems of the others. */
export interface CheckedFields {
  readonly number: (field: string) => number | undefined;
  readonly text: (field: string) => string | undefined;
  readonly flag: (field: string) => boolean | undefined;
  readonly names: (field: string) => readonly string[];
  readonly problems: readonly CardProblem[];
}

/** Checks a card's record key by key. Keys of Hugging Face's `config.json` are understood; other unknown keys are problems. */
export const checkFields = (record: Readonly<Record<string, unknown>>): CheckedFields => {
  const values = new Map<string, unknown>();
  const problems: CardProblem[] = [];
  for (const [key, value] of Object.entries(record)) {
    const field = Object.hasOwn(huggingFace, key) ? (huggingFace[key] ?? key) : key;
    const check = Object.hasOwn(checks, field) ? checks[field] : undefined;
    if (check === undefined) {
      const near = closest(key, Object.keys(checks))[0];
      const hint = near === undefined ? {} : { hint: `did you mean ${near}?` };
      problems.push({ field: key, message: `unknown key ${key} of a model`, ...hint });
    } else if (value === null || value === undefined) {
    } else if (!rules[check].holds(value)) {
      problems.push({ field: key, message: `${key} ${rules[check].says}` });
    } else if (values.has(field)) {
      problems.push({ field: key, message: `${key} says again what ${field} says` });
    } else values.set(field, value);
  }
  return {
    number: (field) => values.get(field) as number | undefined,
    text: (field) => values.get(field) as string | undefined,
    flag: (field) => values.get(field) as boolean | undefined,
    names: (field) => (values.get(field) ?? []) as readonly string[],
    problems,
  };
};
