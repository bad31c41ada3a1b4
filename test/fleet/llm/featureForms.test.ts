/** Drafts, priorities and swapping against closed forms and at their limits, without the naive twin: it has the same author's assumptions. */
import { describe, expect, it } from 'vitest';
import type { EngineLimits } from '../../../src/fleet/llm/engineLimits.js';
import { Shares } from '../../../src/fleet/llm/shares.js';
import { VerifySteps } from '../../../src/fleet/llm/verifySteps.js';
import { interval95 } from '../../../src/kernel/intervals.js';
import { stream } from '../../../src/kernel/random.js';
import { constant, type Draw, exponential } from '../../../src/kernel/variates.js';
import { drawTokens } from '../../../src/workload/draws.js';
import { openSource } from '../../../src/workload/openSource.js';
import { flatStep, runSmall, type SmallFleet } from './fleetHarness.js';

const STEP = 0.01;

const poisson = (ratePerS: number, outputTokens: Draw, replication: number, limit = Infinity) =>
  openSource({
    unitGap: exponential(stream(5, replication, 'gaps'), 1),
    ratePerS,
    intensity: { at: () => ({ factor: 1, until: Infinity }) },
    promptTokens: constant(20),
    outputTokens,
    sharedTokens: 0,
    uniquePrompts: 0,
    limit,
  });

/** One sequence at a time, Poisson arrivals. */
const single = (
  load: number,
  serviceS: number,
  outputTokens: number,
  fleet: Partial<SmallFleet>,
  replication: number,
) =>
  runSmall(
    { step: flatStep(STEP, 100, 16), ...fleet, limits: { maxSequences: 1, kvBlocks: 10_000, ...fleet.limits } },
    poisson(load / serviceS, constant(outputTokens), replication),
    { warmupS: 200, untilS: 5200, sink: () => {} },
  );

/** E[N] and E[N²] of the verify steps of `tokens` tokens, by the first step's gain. */
function stepMoments(tokens: number, drafts: number, a: number): { mean: number; square: number } {
  const means = [0];
  const squares = [0];
  for (let left = 1; left <= tokens; left++) {
    let mean = 0;
    let square = 0;
    for (let accepted = 0; accepted <= drafts; accepted++) {
      const p = accepted < drafts ? a ** accepted * (1 - a) : a ** drafts;
      const rest = Math.max(0, left - 1 - accepted);
      mean += p * (1 + means[rest]!);
      square += p * (1 + 2 * means[rest]! + squares[rest]!);
    }
    means.push(mean);
    squares.push(square);
  }
  return { mean: means[tokens]!, square: squares[tokens]! };
}

describe('an engine that serves one sequence at a time', () => {
  it('is an M/G/1 queue in the steps that drafts leave', () => {
    const { mean, square } = stepMoments(39, 4, 0.7);
    const [first, second] = [(1 + mean) * STEP, (1 + 2 * mean + square) * STEP ** 2];
    const runs = Array.from({ length: 8 }, (_, r) =>
      single(
        0.6,
        first,
        40,
        { limits: { draftTokens: 4 }, speculative: new VerifySteps(4, 0.7, stream(5, r, 'v')) },
        r,
      ),
    );
    const waits = interval95(runs.map(({ metrics }) => metrics.queue[0]!.mean))!;
    const expected = ((0.6 / first) * second) / (2 * (1 - 0.6));
    expect(waits[0]).toBeLessThan(expected);
    expect(waits[1]).toBeGreaterThan(expected);
    expect((waits[1] - waits[0]) / expected).toBeLessThan(0.15);
    const tpot = interval95(runs.map(({ metrics }) => metrics.tpot[0]!.mean))!;
    expect(tpot[0]).toBeLessThan((mean * STEP) / 39);
    expect(tpot[1]).toBeGreaterThan((mean * STEP) / 39);
  });

  it('is an M/D/1 queue with head-of-the-line priorities (Cobham 1954)', () => {
    const shares = [0.2, 0.5, 0.3];
    const [load, service] = [0.8, 20 * STEP];
    const runs = Array.from({ length: 8 }, (_, r) =>
      single(load, service, 20, { limits: { priorityLevels: 3 }, priority: new Shares(shares, stream(5, r, 'p')) }, r),
    );
    let before = 0;
    for (const [level, share] of shares.entries()) {
      const upTo = before + share * load;
      const wait = (load * service) / 2 / ((1 - before) * (1 - upTo));
      before = upTo;
      // The step that reads the prompt gives the first token.
      const [low, high] = interval95(runs.map(({ metrics }) => metrics.ttftByLevel[level]!.mean - STEP))!;
      expect(low).toBeLessThan(wait);
      expect(high).toBeGreaterThan(wait);
      expect((high - low) / wait).toBeLessThan(0.25);
    }
  });
});

describe('at their limits', () => {
  const crowded = (fleet: Omit<Partial<SmallFleet>, 'limits'> & { limits?: Partial<EngineLimits> }) =>
    runSmall(
      { step: flatStep(STEP, 100, 64), ...fleet, limits: { kvBlocks: 60, maxSequences: 8, ...fleet.limits } },
      poisson(20, drawTokens({ kind: 'uniform', min: 1, max: 90 }, stream(5, 0, 'output')), 0, 800),
    );
  const plain = crowded({});

  it('swapping without host memory is computing again', () => {
    expect(plain.metrics.preemptions).toBeGreaterThan(100);
    const none = crowded({ limits: { swap: { hostBlocks: 0, secondsPerBlock: 1 } } });
    expect(none.metrics.swaps).toBe(0);
    expect(none.rows).toEqual(plain.rows);
  });

  it('priorities of which one level has everybody are none', () => {
    const all = crowded({
      limits: { priorityLevels: 2 },
      priority: new Shares([1, 0], stream(5, 0, 'p')),
    });
    expect(all.rows).toEqual(plain.rows);
  });

  it('drafts that are never accepted take the steps of decoding without them, where memory is ample', () => {
    const ample = crowded({ limits: { kvBlocks: 5000 } });
    const refused = crowded({
      limits: { kvBlocks: 5000, draftTokens: 4 },
      speculative: new VerifySteps(4, 0, stream(5, 0, 'v')),
    });
    expect(ample.metrics.preemptions).toBe(0);
    expect(refused.rows).toEqual(ample.rows);
    expect(refused.metrics.outputTokens).toBe(ample.metrics.outputTokens);
  });

  it('one draft that is always accepted halves the steps of decoding', () => {
    const run = crowded({
      limits: { kvBlocks: 5000, draftTokens: 1 },
      speculative: new VerifySteps(1, 1, stream(5, 0, 'v')),
    });
    for (const { e2eS, ttftS, outputTokens } of run.rows.filter(({ outputTokens }) => outputTokens > 1))
      expect((e2eS - ttftS) / STEP).toBeCloseTo(Math.ceil((outputTokens - 1) / 2), 6);
  });
});
