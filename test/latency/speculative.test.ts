import { describe, expect, it } from 'vitest';
import { hostMemory } from '../../src/latency/hostMemory.js';
import { isRefusal, planServing } from '../../src/latency/planServing.js';
import { type Speculation, withDrafts } from '../../src/latency/speculative.js';
import type { ServingPlan } from '../../src/latency/types.js';
import { config, llama8b, llama70b } from './cards.js';

const target = config({ model: llama70b, tensor: 4 });
const plainPlan = (of = target): ServingPlan => {
  const plan = planServing(of);
  if (isRefusal(plan)) throw new Error(plan.message);
  return plan;
};
const drafted = (speculation: Speculation, draft = true): ServingPlan => {
  const plan = withDrafts(target, plainPlan(), speculation, draft ? llama8b : undefined);
  if (isRefusal(plan)) throw new Error(plan.message);
  return plan;
};

describe('a plan under speculative decoding', () => {
  it('has steps as long as one verification and the passes of the drafter', () => {
    const [plain, draft] = [plainPlan(), plainPlan(config({ model: llama8b, tensor: 4 }))];
    const { step } = drafted({ tokens: 3, acceptance: 0.7 });
    const sequences = 20;
    const verified = sequences * 4;
    const seconds = step.tokens[verified]! + step.head[verified]! + step.draft![sequences]!;
    const passes = draft.step.tokens[verified]! + 2 * draft.step.tokens[sequences]! + 3 * draft.step.head[sequences]!;
    // The rest is the logits of 80 rows, which cost no less than those of 20.
    expect(seconds - plain.step.tokens[verified]! - passes).toBeCloseTo(step.head[verified]!, 12);
    expect(step.head[verified]).toBeGreaterThanOrEqual(plain.step.head[sequences]!);
    expect(step.perContextToken).toBeCloseTo(plain.step.perContextToken + 3 * draft.step.perContextToken, 15);
  });

  it('keeps the weights and the KV cache of the drafter in memory, byte for byte', () => {
    const [plain, plan] = [plainPlan(), drafted({ tokens: 3, acceptance: 0.7 })];
    expect(plan.memory.weightBytes - plain.memory.weightBytes).toBeCloseTo((8.03e9 * 2) / 4, -8);
    expect(plan.kvBlocks).toBeLessThan(0.85 * plain.kvBlocks);
    const { weightBytes, activationBytes, reserveBytes, kvBytes, totalBytes } = plan.memory;
    expect(weightBytes + activationBytes + reserveBytes + kvBytes).toBeCloseTo(totalBytes, -2);
  });

  it('costs little with a head of one layer', () => {
    const [plain, plan] = [plainPlan(), drafted({ tokens: 3, acceptance: 0.7 }, false)];
    expect(plan.memory.weightBytes / plain.memory.weightBytes).toBeCloseTo(1 + 1 / 80, 6);
    expect(plan.step.draft![10]!).toBeLessThan(0.2 * plain.step.tokens[10]!);
  });

  it('runs as many sequences as the budget has room for with their drafts', () => {
    expect(drafted({ tokens: 3, acceptance: 0.7 }).maxSequences).toBe(256);
    expect(drafted({ tokens: 15, acceptance: 0.7 }).maxSequences).toBe(128);
  });

  it('is refused where a step has no room for one sequence, or memory none for the drafter', () => {
    const tiny = config({ model: llama8b, batching: { ...target.batching, max_num_batched_tokens: 4 } });
    expect(withDrafts(tiny, plainPlan(tiny), { tokens: 4, acceptance: 0.7 }, undefined)).toMatchObject({
      kind: 'does-not-fit',
    });
    const one = config({ model: llama8b });
    expect(withDrafts(one, plainPlan(one), { tokens: 4, acceptance: 0.7 }, llama70b)).toMatchObject({
      kind: 'does-not-fit',
    });
  });
});

describe('host memory', () => {
  it('holds what fits, and takes a block as long as its bytes take over PCIe', () => {
    const one = config({ model: llama8b });
    const swap = hostMemory(one, plainPlan(one), 4 * 2 ** 30);
    // 32 layers · 8 heads · 128 · 2 (K and V) · 2 bytes · 16 tokens
    const blockBytes = 32 * 8 * 128 * 2 * 2 * 16;
    expect(swap.hostBlocks).toBe(Math.floor((4 * 2 ** 30) / blockBytes) - 1 + (swap.hostBlocks === 2048 ? 1 : 0));
    expect(swap.secondsPerBlock).toBeCloseTo(blockBytes / (32e9 * 0.8), 7);
  });

  it('is filled by a share of each block on every tensor rank', () => {
    const whole = hostMemory(config({ model: llama8b }), plainPlan(config({ model: llama8b })), 2 ** 32);
    const four = config({ model: llama8b, tensor: 4 });
    const split = hostMemory(four, plainPlan(four), 2 ** 32);
    expect(split.hostBlocks / whole.hostBlocks).toBeCloseTo(4, 2);
    expect(whole.secondsPerBlock / split.secondsPerBlock).toBeCloseTo(4, 2);
  });
});
