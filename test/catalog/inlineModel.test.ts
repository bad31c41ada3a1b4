import { describe, expect, it } from 'vitest';
import { modelFromInline } from '../../src/catalog/models.js';

const tiny = { layers: 2, hidden: 64, heads: 4, intermediate: 256, vocab: 1000 };

const messages = (record: Record<string, unknown>): string[] => {
  const answer = modelFromInline(record);
  return answer.kind === 'invalid' ? answer.problems.map((each) => each.message) : [];
};

describe('an inline architecture', () => {
  it('becomes a card whose parameters are counted by hand', () => {
    const answer = modelFromInline({ ...tiny, kv_heads: 2, gated_mlp: true, tied_embeddings: true });
    // per layer: q and o 64·64 each, k and v 64·32 each, three matrices 64·256; one embedding 1000·64
    const expected = 2 * (2 * 64 * 64 + 2 * 64 * 32 + 3 * 64 * 256) + 1000 * 64;
    expect(answer).toMatchObject({
      kind: 'found',
      value: { paramsTotal: expected, paramsActive: expected, headDim: 16, attention: 'GQA' },
    });
  });

  it('counts experts, and only the active ones as active', () => {
    const answer = modelFromInline({
      ...tiny,
      n_experts: 8,
      experts_per_token: 2,
      shared_experts: 1,
      moe_intermediate: 32,
      dense_layers: 1,
    });
    if (answer.kind !== 'found') throw new Error('invalid');
    const expert = 3 * 64 * 32;
    expect((answer.value.paramsTotal ?? 0) - (answer.value.paramsActiveComputed ?? 0)).toBe(6 * expert);
    expect(answer.value.paramsActive).toBe(answer.value.paramsActiveComputed);
  });

  it('lists the defaults that were taken', () => {
    const answer = modelFromInline(tiny);
    expect(answer.kind === 'found' && answer.assumed).toEqual(['kv_heads: 4', 'gated_mlp: true']);
  });

  it("understands the keys of Hugging Face's config.json", () => {
    const answer = modelFromInline({
      num_hidden_layers: 2,
      hidden_size: 64,
      num_attention_heads: 4,
      num_key_value_heads: 1,
      intermediate_size: 256,
      vocab_size: 1000,
    });
    expect(answer).toMatchObject({ kind: 'found', value: { layers: 2, kvHeads: 1, attention: 'MQA' } });
  });

  it('takes a published count before its dimensions', () => {
    const answer = modelFromInline({ ...tiny, params_total_b: 1.5 });
    expect(answer).toMatchObject({ kind: 'found', value: { paramsTotal: 1.5e9 } });
  });

  it('reports every fault at once, with suggestions', () => {
    const answer = modelFromInline({ ...tiny, layers: 'many', kv_heads: 3, layer: 2, __proto__x: 1 });
    if (answer.kind !== 'invalid') throw new Error('should be invalid');
    expect(answer.problems.map((each) => each.field)).toEqual(['layers', 'layer', '__proto__x', 'kv_heads']);
    expect(answer.problems[1]?.hint).toBe('did you mean layers?');
  });

  it('needs its essential dimensions', () => {
    expect(messages({ hidden: 64 })).toEqual([
      'an inline model needs layers (or gflop_per_item and item)',
      'an inline model needs heads (or gflop_per_item and item)',
      'an inline model needs vocab (or gflop_per_item and item)',
    ]);
    expect(modelFromInline({ gflop_per_item: 8, item: 'image' }).kind).toBe('found');
  });

  it('refuses keys that would reach the prototype, wrong patterns and impossible experts', () => {
    expect(messages(JSON.parse('{"__proto__": 1, "layers": 2, "hidden": 64, "heads": 4, "vocab": 10}'))).toEqual([
      'unknown key __proto__ of a model',
    ]);
    expect(
      messages({ ...tiny, sliding_window: 8, sliding_pattern: 'full_attention:1;sliding_attention:2' })[0],
    ).toContain('does not add up');
    expect(messages({ ...tiny, n_experts: 2, experts_per_token: 3 })).toEqual(['experts_per_token exceeds n_experts']);
  });
});
