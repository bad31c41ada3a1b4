import { describe, expect, it } from 'vitest';
import { runLlmFleet } from '../../../src/fleet/llm/fleet.js';
import { router } from '../../../src/fleet/llm/routing.js';
import { isRefusal, planServing } from '../../../src/latency/planServing.js';
import type { ServingPlan } from '../../../src/latency/types.js';
import { runConfig } from '../../../src/validity/fidelity/runConfig.js';
import { simulateSaturated } from '../../../src/validity/fidelity/simulateRun.js';
import { backlogSource } from '../../../src/validity/fidelity/sources.js';
import type { ServingConditions } from '../../../src/validity/measurements/servingRow.js';
import { catalog } from './tables.js';

const conditionsOf = (changes: Partial<ServingConditions>): ServingConditions => ({
  dataset: 'mine',
  load: 'saturated',
  hardware: 'H100-SXM',
  framework: 'tensorrt-llm',
  frameworkVersion: '0.11.0',
  model: 'meta-llama/Llama-2-7b-hf',
  promptTokens: 128,
  outputTokens: 128,
  lengthRange: 1,
  sharedPrefixTokens: 0,
  ...changes,
});

const planOf = (conditions: ServingConditions): ServingPlan => {
  const prepared = runConfig(conditions, { catalog });
  if (typeof prepared === 'string') throw new Error(prepared);
  const plan = planServing(prepared.config);
  if (isRefusal(plan)) throw new Error(plan.message);
  return plan;
};

const rateOf = (conditions: ServingConditions, plan: ServingPlan, replicas = 1): number =>
  simulateSaturated(conditions, { plan, replicas, prefixCaching: false, seed: 1 }).outputTokensPerS!;

/** Tokens per second of one engine, counted as they come, over `generations` after ten others. */
const longRateOf = (conditions: ServingConditions, plan: ServingPlan, generations: number): number => {
  const { promptTokens = 1, outputTokens = 1 } = conditions;
  const { step, overhead, maxSequences, maxBatchedTokens, blockTokens, kvBlocks, reservesAnswers = false } = plan;
  const inMemory = Math.floor(kvBlocks / Math.ceil((promptTokens + outputTokens) / blockTokens));
  const sequences = Math.min(maxSequences, inMemory);
  const generationS = (sequences * outputTokens) / rateOf(conditions, plan);
  const limits = { maxSequences, maxBatchedTokens, blockTokens, kvBlocks, prefixCaching: false, reservesAnswers };
  const run = runLlmFleet(
    {
      groups: [{ step, limits: { ...limits, contentKeys: 1 }, overhead, engines: 1 }],
      maxModelTokens: plan.maxModelTokens,
      rejectTooLong: false,
      router: router('least-outstanding', () => 0),
      good: { ttftS: Infinity, tpotS: Infinity, e2eS: Infinity },
    },
    backlogSource(
      2 * maxSequences,
      sequences,
      () => promptTokens,
      () => outputTokens,
    ),
    { warmupS: 10 * generationS, untilS: (10 + generations) * generationS, batches: 1, batchSize: 0 },
  );
  return run.metrics.outputTokens / (run.untilS - run.fromS);
};

/** Every step takes 10 ms, whatever it holds. */
const steadySteps = (plan: ServingPlan): ServingPlan => {
  const none = { perContextToken: 0, perWindowToken: 0, perPair: 0, perWindowPair: 0, prefillStep: 0 };
  const { tokens, head, host, hidden } = plan.step;
  return {
    ...plan,
    maxSequences: 8,
    step: {
      ...plan.step,
      ...none,
      tokens: tokens.map(() => 0.01),
      head: head.map(() => 0),
      host: host.map(() => 0),
      hidden: hidden.map(() => 0),
    },
  };
};

describe('a saturated engine', () => {
  it('gives a token of each sequence in each step: no waves, no empty ends', () => {
    for (const outputTokens of [2, 33, 500]) {
      const conditions = conditionsOf({ outputTokens });
      expect(rateOf(conditions, steadySteps(planOf(conditions))), String(outputTokens)).toBeCloseTo(8 / 0.01, 6);
    }
  });

  it('gives in a short window what it gives for fifty generations', () => {
    const shapes: readonly Partial<ServingConditions>[] = [
      { promptTokens: 2048, outputTokens: 128 },
      { promptTokens: 128, outputTokens: 2048 },
      { promptTokens: 8000, outputTokens: 64 },
      { model: 'meta-llama/Meta-Llama-3-8B', weightPrecision: 'fp8', kvPrecision: 'fp8' },
      { model: 'meta-llama/Llama-2-70b-hf', accelerators: 4, tensor: 4, promptTokens: 2048, outputTokens: 2048 },
    ];
    for (const shape of shapes) {
      const conditions = conditionsOf(shape);
      const plan = planOf(conditions);
      const apart = Math.abs(rateOf(conditions, plan) / longRateOf(conditions, plan, 50) - 1);
      expect(apart, JSON.stringify(shape)).toBeLessThan(0.006);
    }
  });

  it('is one of as many that have a backlog of their own', () => {
    const conditions = conditionsOf({ lengthRange: 0.8 });
    const plan = planOf(conditions);
    expect(rateOf(conditions, plan, 3)).toBeCloseTo(3 * rateOf(conditions, plan), 6);
  });
});
