import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ServingConfig } from '../../src/latency/config.js';
import { isRefusal, planServing, stepTerms } from '../../src/latency/planServing.js';
import { totalsOf } from '../../src/latency/stepModel.js';
import { stepSeconds } from '../../src/latency/stepSeconds.js';
import type { StepModel, StepShape, Term } from '../../src/latency/types.js';
import { config, deepseek, gptOss, h100, llama70b } from './cards.js';

const cases: readonly Partial<ServingConfig>[] = [
  {},
  {
    model: llama70b,
    accelerator: h100,
    tensor: 4,
    pipeline: 2,
    engine: 'tensorrt-llm',
    weights: 'fp8',
    kvCache: 'fp8',
  },
  { model: gptOss, accelerator: h100, weights: 'fp4' },
  {
    model: deepseek,
    accelerator: { ...h100, memoryGiB: 141 },
    tensor: 1,
    data: 8,
    expert: 8,
    accelerators: 8,
    weights: 'fp8',
  },
  { engine: 'llama.cpp', weights: 'int4' },
];

const tables = (changes: Partial<ServingConfig>): StepModel => {
  const plan = planServing(config(changes));
  if (isRefusal(plan)) throw new Error(plan.message);
  return plan.step;
};

const shapes: fc.Arbitrary<StepShape> = fc
  .record({
    decodeSequences: fc.integer({ min: 0, max: 100 }),
    meanContext: fc.integer({ min: 1, max: 20_000 }),
    prefill: fc.array(
      fc.record({
        chunkTokens: fc.integer({ min: 1, max: 400 }),
        pastTokens: fc.integer({ min: 0, max: 5_000 }),
        completes: fc.boolean(),
      }),
      { maxLength: 4 },
    ),
  })
  .filter(({ decodeSequences, prefill }) => decodeSequences > 0 || prefill.length > 0)
  .map(({ meanContext, ...shape }) => ({ ...shape, decodeContextTokens: meanContext * shape.decodeSequences }));

const leaves = (term: Term): readonly Term[] => term.children?.flatMap(leaves) ?? [term];

describe('stepTerms', () => {
  it.each(cases)('tells the same time as the tables, case %#', (changes) => {
    const step = tables(changes);
    fc.assert(
      fc.property(shapes, (shape) => {
        const tree = stepTerms(config(changes), shape);
        if (isRefusal(tree)) throw new Error(tree.message);
        const t = totalsOf(shape, step.windowTokens);
        const tabled = stepSeconds(
          step,
          t.tokens,
          t.sequences,
          t.contextTokens,
          t.windowTokens,
          t.pairs,
          t.windowPairs,
        );
        expect(Math.abs(tree.seconds / tabled - 1)).toBeLessThan(1e-12);
        const told = leaves(tree).reduce((sum, leaf) => sum + leaf.seconds, 0);
        expect(Math.abs(told / tabled - 1)).toBeLessThan(1e-12);
        expect(leaves(tree).every((leaf) => leaf.seconds >= 0 && leaf.why.length > 0)).toBe(true);
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it('grows with tokens, sequences, contexts and pairs', () => {
    for (const changes of cases) {
      const { tokens, head, host } = tables(changes);
      for (const table of [tokens, head, host]) {
        for (let index = 1; index < table.length; index += 1) expect(table[index]! >= table[index - 1]!).toBe(true);
      }
    }
  });
});
