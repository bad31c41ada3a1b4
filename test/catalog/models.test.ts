import { describe, expect, it } from 'vitest';
import { parameterWarning, readCard } from '../../src/catalog/modelCard.js';
import { findModel, listModels } from '../../src/catalog/models.js';
import { openCatalog } from '../../src/catalog/open.js';

const catalog = openCatalog();

const model = (name: string) => {
  const answer = findModel(catalog, name);
  if (answer.kind !== 'found') throw new Error(`${name} not found: ${JSON.stringify(answer)}`);
  return answer.value;
};

describe('model cards', () => {
  it('are found by name, alias, Hugging Face name, and without organisation', () => {
    for (const name of [
      'meta-llama/Meta-Llama-3.1-8B',
      'META-LLAMA/llama-3.1-8b-instruct',
      'meta-llama/Llama-3.1-8B',
      'Llama 3.1 8B',
      'meta-llama-3.1-8b',
    ]) {
      expect(model(name).name).toBe('meta-llama/Meta-Llama-3.1-8B');
    }
    expect(model('Mixtral 8X7B').name).toBe('mistralai/Mixtral-8x7B-v0.1');
  });

  it('suggest the nearest names', () => {
    const miss = findModel(catalog, 'meta-llama/Llama-3.3-70B');
    expect(miss.kind === 'not-found' && miss.suggestions[0]).toBe('meta-llama/Llama-3.3-70B-Instruct');
    const wrongHouse = findModel(catalog, 'google/Qwen3-32C');
    expect(wrongHouse.kind === 'not-found' && wrongHouse.suggestions).toContain('Qwen/Qwen3-32B');
  });

  it('carry dimensions and published counts', () => {
    expect(model('meta-llama/Llama-2-70b-hf')).toMatchObject({
      layers: 80,
      hidden: 8192,
      intermediate: 28672,
      heads: 64,
      kvHeads: 8,
      headDim: 128,
      vocab: 32000,
      attention: 'GQA',
      gatedMlp: true,
    });
    const deepseek = model('deepseek-ai/DeepSeek-V3');
    expect(deepseek.paramsTotal).toBe(671e9);
    expect(deepseek.paramsActive).toBe(37e9);
    expect(deepseek.moe).toEqual({
      experts: 256,
      expertsPerToken: 8,
      sharedExperts: 1,
      intermediate: 2048,
      denseLayers: 3,
    });
    expect(deepseek.mla).toEqual({
      kvLoraRank: 512,
      qLoraRank: 1536,
      qkNopeHeadDim: 128,
      qkRopeHeadDim: 64,
      vHeadDim: 128,
    });
  });

  it('know how many layers see a window', () => {
    expect(model('google/gemma-2-27b').sliding).toEqual({ window: 4096, layers: 23 });
    expect(model('google/gemma-3-27b-it').sliding).toEqual({ window: 1024, layers: 52 });
    expect(model('openai/gpt-oss-20b').sliding).toEqual({ window: 128, layers: 12 });
    expect(model('mistralai/Mistral-7B-v0.1').sliding).toEqual({ window: 4096, layers: 32 });
    expect(model('XiaomiMiMo/MiMo-V2-Flash').sliding).toEqual({ window: 128, layers: 39 });
  });

  it('treat a window as wide as the context, and an unknown pattern, as full attention', () => {
    expect(model('microsoft/Phi-3-mini-128k-instruct')).not.toHaveProperty('sliding');
    expect(model('deepseek-ai/DeepSeek-V4-Flash')).not.toHaveProperty('sliding');
  });

  it('count no keys and values for linear attention layers', () => {
    const qwen = model('Qwen/Qwen3.5-27B');
    expect(qwen.sliding).toEqual({ window: 0, layers: 48 });
    expect(qwen.kvBytesPerTokenBf16).toBe(16 * 2 * 2 * qwen.kvHeads * qwen.headDim);
  });

  it('let the published count decide and say so where dimensions disagree', () => {
    const nemotron = model('nvidia/Llama-3_3-Nemotron-Super-49B-v1');
    expect(nemotron.paramsTotal).toBe(49e9);
    expect(nemotron.paramsComputed).toBeGreaterThan(80e9);
    expect(parameterWarning(nemotron)).toContain('49.00 B published');
    expect(parameterWarning(model('meta-llama/Meta-Llama-3.1-8B'))).toBeUndefined();
  });

  it('describe other things than transformers by their work', () => {
    expect(model('resnet50')).toMatchObject({
      kind: 'vision',
      gflopPerItem: 8.2,
      item: '224x224 image',
      layers: 0,
      attention: 'none',
    });
  });

  it('are all sound, sourced, and uniquely named', () => {
    const records = catalog.cards();
    expect(records.length).toBeGreaterThanOrEqual(158);
    const faulty = records
      .map(readCard)
      .filter(({ problems, card }) => problems.length > 0 || card.source === '' || card.asOf === '');
    expect(faulty).toEqual([]);
    const names = records.flatMap((record) => [record['name'], ...((record['aliases'] as string[] | undefined) ?? [])]);
    const lower = names.map((name) => String(name).toLowerCase());
    expect(new Set(lower).size).toBe(lower.length);
  });

  it('agree with the independent parameter count that each card carries', () => {
    const off = catalog.cards().flatMap((record) => {
      const computed = record['params_computed_b'];
      if (typeof computed !== 'number') return [];
      const own = readCard(record).card.paramsComputed ?? 0;
      return Math.abs(own / (computed * 1e9) - 1) > 0.02 ? [[record['name'], own, computed]] : [];
    });
    expect(off).toEqual([]);
  });

  it('filter by words and verification', () => {
    expect(listModels(catalog, { text: 'gemma-3 27b' }).map((card) => card.name)).toEqual(['google/gemma-3-27b-it']);
    expect(listModels(catalog, { verifiedOnly: true }).every((card) => card.verified === 'yes')).toBe(true);
  });
});
