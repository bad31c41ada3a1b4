import { describe, expect, it } from 'vitest';
import { fluidCapacity } from '../../../src/fleet/llm/capacity.js';
import { interval95 } from '../../../src/kernel/intervals.js';
import { stream } from '../../../src/kernel/random.js';
import { constant, type Draw, exponential } from '../../../src/kernel/variates.js';
import type { ServingPlan } from '../../../src/latency/types.js';
import { drawTokens } from '../../../src/workload/draws.js';
import { openSource } from '../../../src/workload/openSource.js';
import { flatStep, runSmall } from './fleetHarness.js';

const STEP = 0.01;

/** Poisson arrivals at an engine that serves one sequence at a time, each step equally long. */
function oneAtATime(ratePerS: number, outputTokens: (seed: number) => Draw, replication: number) {
  const limits = { maxSequences: 1, kvBlocks: 10_000 };
  const source = openSource({
    unitGap: exponential(stream(3, replication, 'gaps'), 1),
    ratePerS,
    intensity: { at: () => ({ factor: 1, until: Infinity }) },
    promptTokens: constant(50),
    outputTokens: outputTokens(replication),
    sharedTokens: 0,
    uniquePrompts: 0,
    limit: Infinity,
  });
  return runSmall({ step: flatStep(STEP, 100, 1), limits }, source, { warmupS: 200, untilS: 5200, sink: () => {} });
}

describe('an engine that serves one sequence at a time', () => {
  it.each([0.3, 0.6, 0.8])('is an M/D/1 queue at a load of %d', (load) => {
    // 20 tokens take 20 steps, the first of them with the whole prompt.
    const service = 20 * STEP;
    const waits = Array.from(
      { length: 8 },
      (_, r) => oneAtATime(load / service, () => constant(20), r).metrics.queue[0]!.mean,
    );
    const [low, high] = interval95(waits)!;
    const expected = (load * service) / (2 * (1 - load));
    expect(low).toBeLessThan(expected);
    expect(high).toBeGreaterThan(expected);
    expect((high - low) / expected).toBeLessThan(0.15);
  });

  it('is an M/G/1 queue when answers differ in length', () => {
    const lengths = (seed: number) => drawTokens({ kind: 'uniform', min: 1, max: 39 }, stream(3, seed, 'output'));
    const mean = 20 * STEP;
    const secondMoment = mean ** 2 + ((39 ** 2 - 1) / 12) * STEP ** 2;
    const rate = 0.6 / mean;
    const runs = Array.from({ length: 8 }, (_, r) => oneAtATime(rate, lengths, r));
    const [low, high] = interval95(runs.map((run) => run.metrics.queue[0]!.mean))!;
    const expected = (rate * secondMoment) / (2 * (1 - 0.6));
    expect(low).toBeLessThan(expected);
    expect(high).toBeGreaterThan(expected);
    const busy = interval95(runs.map((run) => run.groups[0]!.engines[0]!.busyS / 5000))!;
    expect(busy[0]).toBeLessThan(0.6);
    expect(busy[1]).toBeGreaterThan(0.6);
  });
});

describe('a run to the last answer', () => {
  it('keeps requests and time: Little’s law holds to rounding', () => {
    const source = openSource({
      unitGap: exponential(stream(4, 0, 'gaps'), 1),
      ratePerS: 30,
      intensity: { at: () => ({ factor: 1, until: Infinity }) },
      promptTokens: drawTokens({ kind: 'lognormal', mean: 60, cv: 1 }, stream(4, 0, 'prompt')),
      outputTokens: drawTokens({ kind: 'lognormal', mean: 20, cv: 1 }, stream(4, 0, 'output')),
      sharedTokens: 0,
      uniquePrompts: 0,
      limit: 2000,
    });
    const { metrics, inFlight, untilS, rows } = runSmall(
      { engines: 3, router: (t) => t.findIndex((e) => e.outstanding === Math.min(...t.map((x) => x.outstanding))) },
      source,
    );
    expect([metrics.arrived, metrics.completed + metrics.rejected, inFlight]).toEqual([2000, 2000, 0]);
    const inSystem = rows.reduce((sum, row) => sum + row.e2eS, 0);
    const waiting = rows.reduce((sum, row) => sum + row.queuedS, 0);
    expect(metrics.inSystem.integral(untilS) / inSystem).toBeCloseTo(1, 9);
    expect(metrics.waiting.integral(untilS) / waiting).toBeCloseTo(1, 9);
    expect(metrics.outputTokens).toBe(rows.reduce((sum, row) => sum + row.outputTokens, 0));
    expect(metrics.itl[0]!.count).toBe(metrics.outputTokens - metrics.completed);
  });
});

describe('fluidCapacity', () => {
  const plan = (over: Partial<ServingPlan>): ServingPlan => {
    const tokens = Float64Array.from({ length: 513 }, (_, t) => 0.01 + Math.max(0, t - 64) * 1e-4);
    return {
      step: { ...flatStep(0, 512, 64), tokens, perContextToken: 2e-7 },
      overhead: { fixedS: 0, perPromptTokenS: 0 },
      engines: 1,
      blockTokens: 16,
      kvBlocks: 10_000,
      maxSequences: 64,
      maxBatchedTokens: 512,
      ...over,
    } as ServingPlan;
  };

  it.each([
    ['sequences', plan({})],
    ['kv', plan({ kvBlocks: 300 })],
    ['sequences', plan({ maxSequences: 4 })],
  ] as const)('is near what an engine with an endless backlog answers, limited by %s', (limit, given) => {
    const fluid = fluidCapacity(given, { computedTokens: 200, promptTokens: 200, outputTokens: 100, outputCv: 0 });
    expect(fluid.limit).toBe(limit);
    const source = openSource({
      unitGap: constant(1),
      ratePerS: 1000,
      intensity: { at: () => ({ factor: 1, until: Infinity }) },
      promptTokens: drawTokens({ kind: 'uniform', min: 100, max: 300 }, stream(9, 0, 'prompt')),
      outputTokens: drawTokens({ kind: 'uniform', min: 50, max: 150 }, stream(9, 0, 'output')),
      sharedTokens: 0,
      uniquePrompts: 0,
      limit: 6000,
    });
    const limits = {
      maxSequences: given.maxSequences,
      maxBatchedTokens: 512,
      blockTokens: 16,
      kvBlocks: given.kvBlocks,
    };
    const { metrics, untilS } = runSmall({ step: given.step, limits }, source);
    const perS = metrics.completed / untilS;
    expect(perS / fluid.requestsPerS).toBeLessThan(1.05);
    // What preemptions compute again is not in the fluid.
    expect(perS / fluid.requestsPerS).toBeGreaterThan(limit === 'kv' ? 0.6 : 0.75);
  });

  it.each([
    [1, 1],
    [2, 2],
    // All four drafts are accepted: the second step gives five tokens.
    [6, 2],
    [101, 21],
  ])('an answer of %i tokens takes %i steps when all drafts are accepted', (outputTokens, steps) => {
    const step = { ...flatStep(0.1, 512, 512), draft: new Float64Array(65) };
    const given = plan({ step, speculative: { tokens: 4, acceptance: 1, drafter: { what: 'none', step } } });
    const fluid = fluidCapacity(given, { computedTokens: 1, promptTokens: 1, outputTokens, outputCv: 0 });
    expect(fluid.requestsPerS).toBeCloseTo(64 / (0.1 * steps), 6);
  });
});
