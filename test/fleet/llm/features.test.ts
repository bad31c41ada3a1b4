import { describe, expect, it } from 'vitest';
import { Shares } from '../../../src/fleet/llm/shares.js';
import { VerifySteps } from '../../../src/fleet/llm/verifySteps.js';
import { stream } from '../../../src/kernel/random.js';
import { flatStep, listed, runSmall } from './fleetHarness.js';
import { scriptedControl } from './scriptedControl.js';

const at = (
  acts: readonly { at: number; what: 'add' | 'drain' | 'remove' | 'look'; which?: number; startS?: number }[],
) => scriptedControl(acts.map((act) => ({ which: 0, startS: 0, group: 0, ...act })));

describe('drafts', () => {
  it('give several tokens a step, and one gap for all of them', () => {
    const run = runSmall(
      {
        limits: { draftTokens: 3 },
        step: flatStep(0.1, 100, 32),
        speculative: new VerifySteps(3, 1, stream(1, 0, 'x')),
      },
      listed([{ at: 0, prompt: 10, output: 13 }]),
    );
    // One step for the prompt, three for the twelve tokens after the first.
    expect(run.rows[0]!.e2eS).toBeCloseTo(0.4, 12);
    expect(run.metrics.itl[0]!.count).toBe(3);
    expect(run.metrics.itl[0]!.mean).toBeCloseTo(0.1, 12);
    expect(run.metrics.tpot[0]!.mean).toBeCloseTo(0.3 / 12, 12);
    expect(run.metrics.outputTokens).toBe(13);
  });
});

describe('places ahead of the answer', () => {
  // 4 + 9 tokens, of which the last is not read again; 3 drafts to verify at the last step, 3 made in it: 18 places, 5 blocks of 4.
  it.each([
    [4, 'rejected'],
    [5, 'completed'],
  ])('are twice the drafts, as in vLLM: with %i blocks the request is %s', (kvBlocks, outcome) => {
    const drafts = {
      limits: { draftTokens: 3, kvBlocks },
      step: flatStep(0.1, 100, 32),
      speculative: new VerifySteps(3, 0, stream(1, 0, 'x')),
    };
    expect(runSmall(drafts, listed([{ at: 0, prompt: 4, output: 9 }])).rows[0]?.outcome).toBe(outcome);
  });
});

describe('swapping', () => {
  // Two sequences of 4 + 12 tokens in 5 blocks of 4 tokens: the second gives way when both need a third block.
  const asks = [
    { at: 0, prompt: 4, output: 12 },
    { at: 0, prompt: 4, output: 12 },
  ];

  it('holds two steps up, and saves computing the prompt and the answer again', () => {
    const swap = { hostBlocks: 10, secondsPerBlock: 0.01 };
    const swapped = runSmall({ limits: { kvBlocks: 5, swap } }, listed(asks));
    const computed = runSmall({ limits: { kvBlocks: 5 } }, listed(asks));
    expect(swapped.metrics.swaps).toBe(1);
    expect(computed.metrics.swaps).toBe(0);
    // As many steps either way: one that computes a sequence again gives it a token, as the one in which it comes back does. Two blocks
    // out hold both sequences up, two blocks in the second.
    expect(swapped.rows[1]!.e2eS - computed.rows[1]!.e2eS).toBeCloseTo(0.04, 9);
    expect(swapped.rows[0]!.e2eS - computed.rows[0]!.e2eS).toBeCloseTo(0.02, 9);
  });

  it('computes again what finds no room in host memory', () => {
    const swap = { hostBlocks: 1, secondsPerBlock: 0.01 };
    const run = runSmall({ limits: { kvBlocks: 5, swap } }, listed(asks));
    expect(run.metrics.preemptions).toBe(1);
    expect(run.metrics.swaps).toBe(0);
  });
});

describe('room for what comes in', () => {
  it('must be there for a whole prompt, not for its first chunk alone', () => {
    // While the first has grown into its third block, two are free: enough for a chunk of 8 tokens, not for 12.
    const asks = [
      { at: 0, prompt: 4, output: 9 },
      { at: 0.55, prompt: 12, output: 1 },
    ];
    const run = runSmall({ limits: { kvBlocks: 5, maxBatchedTokens: 9 }, step: flatStep(0.1, 9, 8) }, listed(asks));
    expect(run.metrics.preemptions).toBe(0);
    // The first leaves at 0.9 s; two steps later the second is read.
    expect(run.rows.map(({ queuedS }) => queuedS)).toEqual([0, expect.closeTo(0.35, 9)]);
    expect(run.rows[1]!.e2eS).toBeCloseTo(0.55, 9);
  });

  it('must be there for the answers of all, where they are reserved', () => {
    // Two sequences of 4 + 12 tokens fit one after the other in 5 blocks of 4 tokens.
    const asks = [0, 0].map((at) => ({ at, prompt: 4, output: 12 }));
    const run = runSmall({ limits: { kvBlocks: 5, reservesAnswers: true }, step: flatStep(0.1, 100, 8) }, listed(asks));
    expect(run.metrics.preemptions).toBe(0);
    expect(run.rows.map(({ queuedS }) => queuedS)).toEqual([0, expect.closeTo(1.2, 9)]);
  });
});

describe('priorities', () => {
  it('order the waiting line, whoever came first', () => {
    const priority = new Shares([0.5, 0.5], stream(1, 0, 'x'));
    const asks = Array.from({ length: 40 }, (_, i) => ({ at: i * 1e-6, prompt: 10, output: 5 }));
    const run = runSmall({ limits: { maxSequences: 1, priorityLevels: 2 }, priority }, listed(asks));
    const done = run.rows.map(({ arrivedAtS }) => Math.round(arrivedAtS * 1e6));
    // The first was alone when it came.
    const [, ...order] = done;
    const urgent = order.filter((i) => priority.of(i) === 0);
    expect(order.slice(0, urgent.length)).toEqual([...urgent].sort((a, b) => a - b));
    expect(run.metrics.ttftByLevel[0]!.mean).toBeLessThan(run.metrics.ttftByLevel[1]!.mean);
  });
});

describe('replicas that come and go', () => {
  const asks = [0, 1, 2, 3].map((i) => ({ at: i, prompt: 10, output: 30 }));

  it('take requests from when they are ready, and are paid from when they are asked for', () => {
    const { controller, seen } = at([
      { at: 0.5, what: 'add', startS: 1.2 },
      { at: 2.5, what: 'look' },
    ]);
    const run = runSmall({ engines: 1, router: (list) => list.length - 1 }, listed(asks), { controller, untilS: 10 });
    expect(run.rows.map(({ replica }) => replica)).toEqual([0, 0, 1, 1]);
    expect(run.groups[0]!.replicaSeconds).toEqual({
      provisioned: 10 + 9.5,
      ready: 10 + 10 - 1.7,
      draining: 0,
      most: 2,
      serving: 10,
    });
    expect(seen[1]!.replicas.map(({ state, running }) => [state, running])).toEqual([
      ['ready', 2],
      ['ready', 1],
    ]);
  });

  it('finish what they have before they go', () => {
    const { controller } = at([{ at: 1.5, what: 'drain' }]);
    const run = runSmall({ engines: 2, router: () => 0 }, listed(asks), { controller, untilS: 10 });
    expect(run.rows.map(({ replica }) => replica)).toEqual([0, 0, 1, 1]);
    // The second answer ends at 1 + 30 steps of 0.1 s.
    expect(run.groups[0]!.replicaSeconds.draining).toBeCloseTo(4 - 1.5, 9);
    expect(run.groups[0]!.replicaSeconds.provisioned).toBeCloseTo(10 + 4, 9);
    expect(run.groups[0]!.engines.map(({ engine }) => engine)).toEqual([1]);
  });

  it('lose what they had when they fail, and others begin anew', () => {
    const { controller } = at([{ at: 1.45, what: 'remove' }]);
    const run = runSmall({ engines: 2, router: () => 0 }, listed(asks.slice(0, 2)), { controller });
    expect(run.metrics.rerouted).toBe(2);
    expect(run.rows.map(({ replica, e2eS, arrivedAtS }) => [replica, Number((arrivedAtS + e2eS).toFixed(6))])).toEqual([
      [1, 4.45],
      [1, 4.45],
    ]);
    // Tokens given before count as generated: 14 and 4 of them.
    expect(run.metrics.outputTokens).toBe(60 + 14 + 4);
  });

  it('leave requests waiting when there is none, until one is ready', () => {
    const { controller } = at([
      { at: 0.05, what: 'drain' },
      { at: 0.5, what: 'add', startS: 5 },
    ]);
    const run = runSmall({ engines: 1 }, listed(asks.slice(1)), { controller });
    expect(run.rows.map(({ arrivedAtS, queuedS }) => arrivedAtS + queuedS)).toEqual([5.5, 5.5, 5.5]);
    expect(run.metrics.waiting.max).toBe(3);
  });
});
