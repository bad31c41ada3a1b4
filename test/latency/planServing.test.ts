import { describe, expect, it } from 'vitest';
import type { ServingConfig } from '../../src/latency/config.js';
import { isRefusal, planServing } from '../../src/latency/planServing.js';
import type { ServingPlan } from '../../src/latency/types.js';
import { a100, config, deepseek, gptOss, h100, llama8b, llama70b } from './cards.js';

const plan = (changes: Partial<ServingConfig> = {}): ServingPlan => {
  const result = planServing(config(changes));
  if (isRefusal(result)) throw new Error(result.message);
  return result;
};

describe('planServing: memory', () => {
  it('leaves about 450 thousand tokens of KV cache for Llama-3.1-8B on an 80 GiB device', () => {
    const { kvBlocks, blockTokens, memory } = plan();
    expect(kvBlocks * blockTokens).toBeGreaterThan(430_000);
    expect(kvBlocks * blockTokens).toBeLessThan(470_000);
    expect(memory.weightBytes / 8.03e9).toBeCloseTo(2, 2);
  });

  it('accounts for every byte of the device', () => {
    for (const engine of ['vllm', 'tensorrt-llm'] as const) {
      const { memory } = plan({ engine });
      const parts = memory.weightBytes + memory.activationBytes + memory.reserveBytes + memory.kvBytes;
      expect(parts).toBeCloseTo(80 * 2 ** 30, -2);
    }
  });

  it('stops dividing keys and values once every rank holds one head', () => {
    const tokens = (tensor: number): number => {
      const made = plan({ model: llama70b, accelerator: { ...a100, memoryGiB: 400 }, tensor });
      return (made.kvBlocks * made.blockTokens) / made.memory.kvBytes;
    };
    expect(tokens(8) / tokens(4)).toBeCloseTo(2, 3);
    expect(tokens(16) / tokens(8)).toBeCloseTo(1, 3);
  });

  it('repeats an MLA latent on every tensor rank and divides it under attention data parallelism', () => {
    const h200 = { ...h100, name: 'H200-SXM', memoryGiB: 141, bandwidthGBps: 4800 };
    const base = { model: deepseek, accelerator: h200, weights: 'fp8', engine: 'sglang' } as const;
    const perToken = (changes: Partial<ServingConfig>): number => {
      const made = plan({ ...base, ...changes });
      return made.memory.kvBytes / (made.kvBlocks * made.blockTokens);
    };
    expect(perToken({ tensor: 8 })).toBeCloseTo(61 * (512 + 64) * 2, -2);
    expect(perToken({ tensor: 1, data: 8, expert: 8, accelerators: 8 })).toBeCloseTo(61 * (512 + 64) * 2, -2);
    expect(plan({ ...base, tensor: 1, data: 8, expert: 8, accelerators: 8 }).engines).toBe(8);
  });

  it('lets the published total decide where dimensions count differently', () => {
    const odd = { ...llama8b, paramsTotal: 7.3e9, paramsActive: 7.3e9 };
    const made = plan({ model: odd });
    expect(made.memory.weightBytes / 2).toBeCloseTo(7.3e9, -5);
    expect(made.profile.extrapolates.join()).toContain('7.30 B');
  });

  it('keeps attention and embeddings of a 4-bit mixture of experts in 16 bits', () => {
    const { weightBytes } = plan({ model: gptOss, accelerator: h100, weights: 'fp4' }).memory;
    expect(weightBytes).toBeGreaterThan(116.8e9 * 0.5625);
    expect(weightBytes).toBeLessThan(116.8e9 * 0.62);
  });

  it('charges windowed layers for their window only', () => {
    const full = { ...gptOss };
    delete (full as { sliding?: unknown }).sliding;
    const windowed = plan({ model: gptOss, accelerator: h100, weights: 'fp4' });
    const unwindowed = plan({ model: full, accelerator: h100, weights: 'fp4' });
    expect(windowed.kvBlocks / unwindowed.kvBlocks).toBeGreaterThan(1.8);
  });
});

describe('planServing: parallelism', () => {
  it('occupies the product of the degrees unless told otherwise', () => {
    expect(plan({ model: llama70b, tensor: 4, pipeline: 2 }).acceleratorsPerReplica).toBe(8);
    expect(plan({ data: 2 }).acceleratorsPerReplica).toBe(2);
  });

  it('runs one scheduler a pipeline stage, each with its share of sequences and blocks', () => {
    const flat = plan({ model: llama70b, tensor: 8 });
    const staged = plan({ model: llama70b, tensor: 4, pipeline: 2 });
    expect(staged.engines).toBe(2);
    expect(staged.maxSequences).toBe(128);
    expect((staged.kvBlocks * 2) / flat.kvBlocks).toBeCloseTo(1, 1);
  });
});

describe('planServing: refusals', () => {
  it('says what would fit', () => {
    const result = planServing(config({ model: llama70b }));
    expect(result).toMatchObject({ kind: 'does-not-fit' });
    if (isRefusal(result)) {
      expect(result.message).toContain('does not fit on A100-80GB (80 GiB)');
      expect(result.hint).toMatch(/tensor: 2; or weights: fp8; or an accelerator with at least 14\d GiB/);
    }
  });

  it('answers all the same when the run is known to have worked', () => {
    expect(plan({ model: llama70b, assumeFits: true }).kvBlocks).toBeGreaterThan(0);
  });

  it('refuses a length that the cache cannot hold and names one that it can', () => {
    const result = planServing(config({ maxModelLen: 1_000_000 }));
    expect(isRefusal(result) && result.hint).toMatch(/max_model_len: 45\d{4} or less/);
  });

  it('refuses tensor degrees that do not divide the heads, experts of dense models, and devices without data', () => {
    expect(planServing(config({ tensor: 3 }))).toMatchObject({ hint: 'tensor may be 1, 2, 4, 8, 16' });
    expect(planServing(config({ expert: 2 }))).toMatchObject({ kind: 'does-not-fit' });
    expect(planServing(config({ accelerator: { ...a100, tflops: {} } }))).toMatchObject({ kind: 'does-not-fit' });
  });
});
