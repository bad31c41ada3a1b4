import { describe, expect, it } from 'vitest';
import { constant } from '../../../src/kernel/variates.js';
import { closedSource } from '../../../src/workload/closedSource.js';
import { flatStep, listed, runSmall } from './fleetHarness.js';

const rounded = (values: readonly number[]): number[] => values.map((value) => Number(value.toFixed(9)));

describe('one engine by hand', () => {
  it('takes what arrives at the same moment into the same step', () => {
    const { rows } = runSmall({}, listed([1, 2, 3].map(() => ({ at: 5, prompt: 10, output: 3 }))));
    expect(rounded(rows.map((row) => row.ttftS))).toEqual([0.1, 0.1, 0.1]);
    expect(rounded(rows.map((row) => row.e2eS))).toEqual([0.3, 0.3, 0.3]);
  });

  it('admits an arrival at the first step boundary, in the middle of a long stretch', () => {
    const { rows } = runSmall(
      {},
      listed([
        { at: 0, prompt: 10, output: 50 },
        { at: 1.23, prompt: 10, output: 2 },
      ]),
    );
    expect(rounded([rows[0]!.queuedS, rows[0]!.ttftS, rows[0]!.e2eS])).toEqual([0.07, 0.17, 0.27]);
    expect(rounded([rows[1]!.e2eS])).toEqual([5]);
  });

  it('splits a prompt over steps where the token budget is small, decoding first', () => {
    const limits = { maxBatchedTokens: 10 };
    const { rows } = runSmall(
      { limits },
      listed([
        { at: 0, prompt: 5, output: 20 },
        { at: 0.05, prompt: 27, output: 1 },
      ]),
    );
    // 9 tokens of the budget are left beside the decoding sequence: three chunks from the step at 0.1 s on.
    expect(rounded([rows[0]!.queuedS, rows[0]!.ttftS])).toEqual([0.05, 0.35]);
  });

  it('preempts the sequence admitted last and computes it again, answer and all', () => {
    const limits = { kvBlocks: 6, blockTokens: 4 };
    const { rows, metrics } = runSmall({ limits }, listed([1, 2].map(() => ({ at: 0, prompt: 8, output: 9 }))));
    // Both hold 2 blocks after the prompt and take a third each for tokens 9 to 12; at 13 one must go.
    expect(metrics.preemptions).toBe(1);
    expect(rounded(rows.map((row) => row.e2eS))).toEqual([0.9, 1.3]);
    expect(metrics.outputTokens).toBe(18);
    // The gap over the preemption is an inter-token latency like any other.
    expect(metrics.itl[0]!.count).toBe(16);
    expect(metrics.itl[0]!.max).toBeCloseTo(0.5, 9);
  });

  it('lets a preempted prompt back at the next step when its first chunk fits, and keeps its first admission as queue time', () => {
    const limits = { kvBlocks: 9, blockTokens: 1, maxBatchedTokens: 3, maxSequences: 3 };
    const { rows, metrics } = runSmall(
      { limits },
      listed([
        { at: 0, prompt: 1, output: 6 },
        { at: 0, prompt: 8, output: 1 },
      ]),
    );
    expect(metrics.preemptions).toBeGreaterThan(0);
    expect(rounded(rows.map((row) => row.queuedS))).toEqual([0, 0]);
    expect(metrics.lookedUpTokens).toBe(9);
  });

  it('rejects what can never fit and answers the rest', () => {
    const { rows } = runSmall(
      { limits: { kvBlocks: 4, blockTokens: 4 } },
      listed([
        { at: 0, prompt: 16, output: 2 },
        { at: 0, prompt: 16, output: 1 },
      ]),
    );
    expect(rows.map((row) => row.outcome)).toEqual(['rejected', 'completed']);
  });
});

describe('the prefix cache in an engine', () => {
  it('computes a shared prefix once and holds its tokens once', () => {
    const asks = Array.from({ length: 8 }, (_, i) => ({ at: i === 0 ? 0 : 1, prompt: 44, output: 30, shared: 40 }));
    const { metrics, groups } = runSmall(
      { limits: { prefixCaching: true, kvBlocks: 90, maxBatchedTokens: 400 } },
      listed(asks),
    );
    expect(metrics.hitTokens).toBe(7 * 40);
    expect(metrics.preemptions).toBe(0);
    // 40 shared tokens, and at most 8·(4 + 30) of their own: far from 8·74.
    expect(groups[0]!.engines[0]!.maxTokensSeen).toBeLessThanOrEqual(40 + 8 * 34);
    expect(groups[0]!.engines[0]!.maxTokensSeen).toBeGreaterThan(40 + 7 * 30);
  });

  it('does not stall a short prompt that holds only the start of a longer shared prefix', () => {
    const asks = [
      { at: 0, prompt: 36, output: 1, shared: 36 },
      { at: 5, prompt: 8, output: 30, shared: 8 },
    ];
    const { rows, metrics } = runSmall({ limits: { prefixCaching: true, kvBlocks: 10 } }, listed(asks));
    expect(rows.map((row) => row.outcome)).toEqual(['completed', 'completed']);
    expect(metrics.preemptions).toBe(0);
  });

  it('hits a repeated prompt whole, but for the last token', () => {
    const asks = [0, 10].map((at) => ({ at, prompt: 40, output: 2, key: 1 }));
    const { metrics } = runSmall({ limits: { prefixCaching: true } }, listed(asks));
    expect(metrics.hitTokens).toBe(36);
  });
});

describe('the measured window', () => {
  it('counts the tokens and latencies of the steps that end inside it, also where a stretch crosses its edges', () => {
    const asks = [{ at: 0, prompt: 10, output: 100 }];
    const { metrics, groups, carriedIn, inFlight } = runSmall({}, listed(asks), { warmupS: 2.05, untilS: 7.03 });
    expect([carriedIn, inFlight]).toEqual([1, 1]);
    // Steps end at 2.1, 2.2, … 7.0 s.
    expect(metrics.outputTokens).toBe(50);
    expect(metrics.itl[0]!.count).toBe(50);
    expect(groups[0]!.engines[0]!.busyS).toBeCloseTo(4.98, 9);
    // Step k (from 0.1·k s) attends to 10 + k tokens.
    const tokens = Array.from(
      { length: 71 },
      (_, k) => Math.max(0, Math.min(7.03, 0.1 * (k + 1)) - Math.max(2.05, 0.1 * k)) * (10 + k),
    );
    expect(groups[0]!.engines[0]!.tokenSeconds).toBeCloseTo(
      tokens.reduce((a, b) => a + b),
      6,
    );
    expect(groups[0]!.engines[0]!.maxTokensSeen).toBe(80);
  });
});

describe('a closed loop', () => {
  const users = (over: Partial<Parameters<typeof closedSource>[0]> = {}) =>
    closedSource({
      users: 3,
      thinkS: constant(1),
      turns: 1,
      promptTokens: constant(8),
      outputTokens: constant(5),
      sharedTokens: 0,
      maxTokens: 1000,
      limit: 30,
      startTogether: true,
      ...over,
    });

  it('comes back after the whole answer time, what is spent outside the engine included', () => {
    const overhead = { fixedS: 0.25, perPromptTokenS: 0.01 };
    const { rows } = runSmall({ overhead }, users({ users: 1, limit: 3 }));
    expect(rounded(rows.map((row) => row.e2eS))).toEqual([0.83, 0.83, 0.83]);
    expect(rounded(rows.map((row) => row.arrivedAtS))).toEqual([0, 1.83, 3.66]);
  });

  it('keeps all its users when some of their requests are rejected', () => {
    let n = 0;
    // Every third request is too long.
    const source = users({ promptTokens: () => (n++ % 3 === 2 ? 900 : 8), limit: 300 });
    const { rows, metrics } = runSmall({ maxModelTokens: 100, rejectTooLong: true }, source);
    expect(metrics.rejected).toBe(100);
    expect(metrics.completed).toBe(200);
    const arrivals = rows.map((row) => row.arrivedAtS).sort((a, b) => a - b);
    // Three users who each ask about every 1.33 s, to the end.
    expect(arrivals.filter((at) => at >= 30 && at < 90).length).toBeGreaterThan(130);
  });

  it('is stopped when rejection and no thinking would keep time from passing', () => {
    const source = users({ users: 1, thinkS: constant(0), promptTokens: constant(900), limit: Infinity });
    expect(() =>
      runSmall({ maxModelTokens: 100, rejectTooLong: true }, source, { untilS: 10, sink: () => {} }),
    ).toThrow('time stands still');
  });
});

describe('several engines', () => {
  it('end simultaneous steps in the order of the engines, whatever was scheduled first', () => {
    const step = flatStep(0.1, 100, 8);
    let turn = 1;
    const router = () => turn-- % 2;
    const { rows } = runSmall(
      { engines: 2, router, step },
      listed([1, 2].map(() => ({ at: 0, prompt: 5, output: 4 }))),
    );
    expect(rows.map((row) => row.replica)).toEqual([0, 1]);
  });
});
