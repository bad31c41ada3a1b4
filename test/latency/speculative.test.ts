import { describe, expect, it } from 'vitest';
import type { ServingConfig } from '../../src/latency/config.js';
import { withDraftTerms } from '../../src/latency/draftTerms.js';
import { withSwap } from '../../src/latency/hostMemory.js';
import { isRefusal, planServing, stepTerms } from '../../src/latency/planServing.js';
import { withDrafts } from '../../src/latency/speculative.js';
import { totalsOf } from '../../src/latency/stepModel.js';
import type { ServingPlan, Speculation, Term } from '../../src/latency/types.js';
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

  it('is refused where drafts are not in the words of the target, as engines do', () => {
    const other = { ...llama8b, name: 'other', vocab: 32_000 };
    const refused = withDrafts(target, plainPlan(), { tokens: 3, acceptance: 0.7 }, other);
    expect(refused).toMatchObject({ kind: 'does-not-fit', at: ['speculative', 'draft_model'] });
    const near = { ...llama8b, vocab: llama8b.vocab - 128 };
    const inLlamaCpp = config({ model: llama70b, tensor: 4, engine: 'llama.cpp' });
    const [vllm, llamaCpp] = [target, inLlamaCpp].map((each) =>
      withDrafts(each, plainPlan(each), { tokens: 3, acceptance: 0.7 }, near),
    );
    expect(vllm).toMatchObject({ kind: 'does-not-fit' });
    expect(llamaCpp).not.toMatchObject({ kind: 'does-not-fit' });
  });

  it('is refused where the stated length does not fit beside the drafter, though it would without', () => {
    const alone = plainPlan(config({ model: llama8b }));
    const stated = config({ model: llama8b, maxModelLen: Math.floor(0.97 * alone.kvBlocks * 16) });
    expect(withDrafts(stated, plainPlan(stated), { tokens: 3, acceptance: 0.7 }, undefined)).toMatchObject({
      kind: 'does-not-fit',
      at: ['speculative'],
      hint: expect.stringMatching(/max_model_len to \d+ or less/),
    });
    // Nor beside the logits of so many drafts.
    const longer = config({ model: llama8b, maxModelLen: alone.kvBlocks * 16 });
    expect(withDrafts(longer, plainPlan(longer), { tokens: 3, acceptance: 0.7 }, undefined)).toMatchObject({
      at: ['speculative', 'tokens'],
      message: expect.stringMatching(/^with 3 drafts to verify/),
    });
  });

  it('keeps the head on one pipeline stage, not spread over all', () => {
    const staged = config({ model: llama70b, tensor: 2, pipeline: 4 });
    const plain = plainPlan(staged);
    const plan = withDrafts(staged, plain, { tokens: 3, acceptance: 0.7 }, undefined);
    if (isRefusal(plan)) throw new Error(plan.message);
    // A stage has 20 of the 80 layers; one more is a twentieth.
    expect(plan.memory.weightBytes / plain.memory.weightBytes).toBeCloseTo(1 + 1 / 20, 6);
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

describe('the terms of a step with drafts', () => {
  it.each([
    ['decoding', { decodeSequences: 20, decodeContextTokens: 30_000, prefill: [] }],
    [
      'mixed',
      {
        decodeSequences: 7,
        decodeContextTokens: 9000,
        prefill: [
          { chunkTokens: 300, pastTokens: 64, completes: true },
          { chunkTokens: 200, pastTokens: 0, completes: false },
        ],
      },
    ],
  ] as const)('add up to what the tables of the plan give: %s', (_, shape) => {
    for (const drafts of [1, 4]) {
      const plan = drafted({ tokens: drafts, acceptance: 0.7 });
      const terms = stepTerms(target, { ...shape, draftTokens: drafts });
      if (isRefusal(terms)) throw new Error(terms.message);
      const { step, speculative } = plan;
      const all = withDraftTerms(terms, speculative!.drafter, drafts, shape);
      const { tokens, logits, sequences, pairs } = totalsOf({ ...shape, draftTokens: drafts }, 0);
      const tabulated =
        step.tokens[tokens]! +
        step.head[logits]! +
        step.draft![sequences]! +
        step.host[sequences]! +
        step.perContextToken * shape.decodeContextTokens +
        step.perPair * pairs +
        (pairs > 0 ? step.prefillStep : 0);
      expect(tokens).toBeGreaterThan(shape.decodeSequences * drafts);
      expect(all.seconds / tabulated).toBeCloseTo(1, 12);
      const sum = (of: Term): number => of.children?.reduce((total, child) => total + sum(child), 0) ?? of.seconds;
      expect(sum(all) / all.seconds).toBeCloseTo(1, 12);
    }
  });
});

const hostMemory = (of: ServingConfig, plan: ServingPlan, bytes: number) => withSwap(of, plan, bytes).swap!;

describe('host memory', () => {
  it('is said to be without calibration, and of an engine that vLLM no longer has', () => {
    const of = config({ model: llama8b });
    const { extrapolates } = withSwap(of, plainPlan(of), 2 ** 32).profile;
    // Gen4 ×16: 32 GB/s a direction, of which copies reach 80 %.
    expect(extrapolates.at(-1)).toMatch(/25\.6 GB\/s; of vLLM, only the V0 engine/);
    const other = config({ model: llama8b, engine: 'generic' });
    expect(withSwap(other, plainPlan(other), 2 ** 32).profile.extrapolates.at(-1)).not.toContain('vLLM');
  });

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
