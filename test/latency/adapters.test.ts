import { describe, expect, it } from 'vitest';
import { type Adapters, adapterParams } from '../../src/latency/adapters.js';
import type { ServingConfig } from '../../src/latency/config.js';
import { isRefusal, planServing, stepTerms } from '../../src/latency/planServing.js';
import type { ServingPlan } from '../../src/latency/types.js';
import { a100, h100, llama8b } from './cards.js';

const adapters: Adapters = { count: 50, rank: 16, target: 'all', loaded: 50, popularity: 1 };

const configOf = (more: Partial<ServingConfig> = {}): ServingConfig => ({
  model: llama8b,
  accelerator: h100,
  engine: 'vllm',
  weights: 'bf16',
  kvCache: 'bf16',
  tensor: 1,
  pipeline: 1,
  expert: 1,
  data: 1,
  batching: {
    max_num_seqs: 256,
    max_num_batched_tokens: 2048,
    prefix_caching: true,
    gpu_memory_utilization: 0.9,
    preemption: 'recompute',
  },
  ...more,
});

const planOf = (more: Partial<ServingConfig> = {}): ServingPlan => {
  const plan = planServing(configOf(more));
  if (isRefusal(plan)) throw new Error(plan.message);
  return plan;
};

describe('adapters', () => {
  it('have the parameters that PEFT counts: 41.9 million at rank 16 on all layers of Llama-3-8B, 6.8 million at rank 8 on its attention', () => {
    // r·(in + out) of q, k, v, o, gate, up and down, times 32 layers.
    const attention = 2 * (4096 + 4096) + 2 * (4096 + 1024);
    const mlp = 3 * (4096 + 14336);
    expect(adapterParams(llama8b, adapters, 1)).toBe(32 * 16 * (attention + mlp));
    expect(adapterParams(llama8b, adapters, 1)).toBe(41_943_040);
    expect(adapterParams(llama8b, { ...adapters, rank: 8, target: 'attention' }, 1)).toBe(6_815_744);
  });

  it('take their memory from keys and values, byte for byte', () => {
    const [bare, adapted] = [planOf(), planOf({ adapters })];
    expect(adapted.memory.adapterBytes).toBe(50 * 41_943_040 * 2);
    expect(bare.memory.kvBytes - adapted.memory.kvBytes).toBe(adapted.memory.adapterBytes);
    expect(bare.memory.adapterBytes).toBeUndefined();
  });

  it('make a step longer by the different ones of its batch, and by its tokens', () => {
    const [bare, adapted] = [planOf().step, planOf({ adapters }).step];
    const more = (sequences: number): number =>
      adapted.host[sequences]! - bare.host[sequences]! - (adapted.host[0]! - bare.host[0]!);
    const one = more(1);
    expect(one).toBeGreaterThan((41_943_040 * 2) / 3.35e12);
    // Two sequences ask for the same one with the probability that the popularity says.
    const p = Array.from({ length: 50 }, (_, i) => 1 / (i + 1));
    const all = p.reduce((sum, each) => sum + each, 0);
    const same = p.reduce((sum, each) => sum + (each / all) ** 2, 0);
    expect(more(2) / one).toBeCloseTo(2 - same, 6);
    expect(more(256) / one).toBeLessThan(50);
    expect(adapted.tokens[2000]! - bare.tokens[2000]!).toBeGreaterThan(adapted.tokens[10]! - bare.tokens[10]!);
    expect(adapted.perContextToken).toBe(bare.perContextToken);
  });

  it('are in the terms of a step, which add up to its tables', () => {
    const config = configOf({ adapters });
    const { step } = planOf({ adapters });
    const term = stepTerms(config, { decodeSequences: 20, decodeContextTokens: 8000, prefill: [] });
    if (isRefusal(term)) throw new Error(term.message);
    expect(term.seconds).toBeCloseTo(
      step.tokens[20]! + step.head[20]! + step.perContextToken * 8000 + step.host[20]!,
      12,
    );
    const names = term.children![0]!.children!.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['adapters', 'reading adapters']));
  });

  it('that do not all stay loaded bound the batch, and are loaded over the host link', () => {
    const few = planOf({ adapters: { ...adapters, loaded: 8 } });
    const { maxSequences, hitRate, loadS } = few.adapters!;
    // Better than if all were alike, worse than if the eight most popular stayed for ever.
    const harmonic = (n: number): number => (n === 0 ? 0 : 1 / n + harmonic(n - 1));
    expect(hitRate).toBeGreaterThan(8 / 50);
    expect(hitRate).toBeLessThan(harmonic(8) / harmonic(50));
    expect(loadS).toBeCloseTo((41_943_040 * 2) / (64e9 * 0.8), 9);
    expect(few.maxSequences).toBe(maxSequences);
    expect(maxSequences).toBeGreaterThan(8);
    expect(maxSequences).toBeLessThan(256);
    expect(planOf({ adapters }).adapters).toMatchObject({ hitRate: 1, maxSequences: 256 });
    expect(planOf({ adapters: { ...adapters, count: 1, loaded: 1 } }).adapters).toMatchObject({
      hitRate: 1,
      maxSequences: 256,
    });
    // One at a time: sequences of another adapter wait.
    expect(planOf({ adapters: { ...adapters, loaded: 1 } }).maxSequences).toBe(1);
  });

  it('are split by tensor parallelism on one side only', () => {
    const { bytesEach } = planOf({ adapters, tensor: 4 }).adapters!;
    const column = (out: number): number => 4096 + out / 4;
    const row = (inner: number): number => inner / 4 + 4096;
    const each = column(4096) + 2 * column(1024) + row(4096) + 2 * column(14336) + row(14336);
    expect(bytesEach).toBe(2 * 32 * 16 * each);
  });

  it('say how many would fit where they leave no room', () => {
    const large: Adapters = { count: 1000, rank: 64, target: 'all', loaded: 1000, popularity: 1 };
    const refusal = planServing(configOf({ accelerator: a100, adapters: large }));
    if (!isRefusal(refusal)) throw new Error('1000 adapters of 336 MB fit into 80 GB');
    expect(refusal.message).toContain('1000 adapters 312.5 GiB');
    const most = Number(/adapters\.max_loaded: (\d+)/.exec(refusal.hint)?.[1]);
    const withLoaded = (loaded: number) =>
      isRefusal(planServing(configOf({ accelerator: a100, adapters: { ...large, loaded } })));
    expect([withLoaded(most), withLoaded(most + 1)]).toEqual([false, true]);
  });
});
