import { describe, expect, it } from 'vitest';
import type { ClientSettings } from '../../../src/fleet/llm/clients.js';
import type { HedgeSettings } from '../../../src/fleet/llm/hedges.js';
import { stream } from '../../../src/kernel/random.js';
import { type Ask, listed, runSmall } from './fleetHarness.js';
import { scriptedControl } from './scriptedControl.js';

/** A step lasts 0.1 s. Requests go to the engines in turn, copies to the first of the others. */
const run = (
  asks: readonly Ask[],
  hedge: Partial<HedgeSettings> | undefined,
  client: Partial<ClientSettings> = {},
  limits = {},
  more: Parameters<typeof runSmall>[2] = {},
  engines = 2,
) => {
  let turn = engines - 2;
  return runSmall(
    {
      engines,
      router: (targets) => Math.abs(turn++) % targets.length,
      client: {
        timeoutS: Infinity,
        retries: 0,
        retriesOn: { timeout: true, failure: true, rejection: true },
        pauseS: () => 1,
        serverCancels: true,
        ...(hedge && { hedge: { afterS: 0.5, budget: 1, learnsEvery: 64, ...hedge } }),
        ...client,
      },
      limits: { maxSequences: 1, ...limits },
    },
    listed(asks),
    more,
  );
};
const told = ({ rows }: ReturnType<typeof run>): (string | number)[][] =>
  rows.map(({ outcome, replica, ttftS, e2eS }) => [
    outcome,
    replica,
    Number(ttftS.toFixed(6)),
    Number(e2eS.toFixed(6)),
  ]);

/** The first engine is busy for 3 s, the second is not; the third request waits for the first engine. */
const BEHIND: readonly Ask[] = [
  { at: 0, prompt: 10, output: 30 },
  { at: 0, prompt: 10, output: 1 },
  { at: 1.05, prompt: 10, output: 4 },
];

describe('hedged requests', () => {
  it('are answered by the replica whose first token comes first; the other copy is cancelled', () => {
    const plain = run(BEHIND, undefined);
    expect(told(plain).at(-1)).toEqual(['completed', 0, 2.05, 2.35]);
    const outcome = run(BEHIND, {});
    // Sent again at 1.55 to the second, where it has its first token after a step.
    expect(told(outcome)).toEqual([
      ['completed', 1, 0.1, 0.1],
      ['completed', 1, 0.6, 0.9],
      ['completed', 0, 0.1, 3],
    ]);
    expect(outcome.metrics).toMatchObject({ arrived: 3, completed: 3, hedges: 1, hedgesWon: 1, hedgeTokens: 0 });
  });

  it('are not sent for requests that have their first token, nor beyond their budget', () => {
    expect(run(BEHIND, { afterS: 2.1 }).metrics).toMatchObject({ hedges: 0 });
    expect(run(BEHIND, { budget: 0.3 }).metrics).toMatchObject({ hedges: 0 });
    expect(run(BEHIND, { budget: 0.34 }).metrics).toMatchObject({ hedges: 1 });
  });

  it('cost what was computed for nobody: all of it where the server does not notice', () => {
    const outcome = run(BEHIND, {}, { serverCancels: false });
    expect(told(outcome)[1]).toEqual(['completed', 1, 0.6, 0.9]);
    // The copy left behind has 10 tokens of prompt and 4 of answer.
    expect(outcome.metrics).toMatchObject({ completed: 3, hedgesWon: 1, hedgeTokens: 14, outputTokens: 39 });
  });

  it('a prompt that is cancelled half way has cost what was computed of it', () => {
    // The prompt takes 5 steps of 20 tokens; its copy of 0.25 is at 60 of 100 tokens when the first has its token at 0.5.
    const outcome = run([{ at: 0, prompt: 100, output: 3 }], { afterS: 0.25 }, {}, { maxBatchedTokens: 20 });
    expect(told(outcome)).toEqual([['completed', 0, 0.5, 0.7]]);
    expect(outcome.metrics).toMatchObject({ hedges: 1, hedgesWon: 0, hedgeTokens: 60 });
  });

  it('save a request whose replica fails', () => {
    const { controller } = scriptedControl([{ at: 1.75, what: 'fail', group: 0, which: 0, startS: 0 }]);
    const asks = [{ at: 0, prompt: 10, output: 30 }, { at: 0, prompt: 10, output: 20 }, BEHIND[2]!];
    const outcome = run(asks, {}, {}, {}, { controller });
    // Its copy waits for the second engine until 2.0.
    expect(told(outcome).at(-1)).toEqual(['completed', 1, 1.05, 1.35]);
    expect(outcome.metrics).toMatchObject({ failed: 1, hedges: 1, hedgesWon: 1 });
  });

  it('time out together, and go on unseen where the server does not notice', () => {
    const asks = [{ at: 0, prompt: 10, output: 30 }, { at: 0, prompt: 10, output: 30 }, BEHIND[2]!];
    const outcome = run(asks, {}, { timeoutS: 1.5, serverCancels: false });
    expect(told(outcome).filter(([how]) => how === 'abandoned')).toHaveLength(3);
    expect(outcome.inFlight).toBe(0);
    // The copy, with 10 and 4 tokens, is one too many.
    expect(outcome.metrics).toMatchObject({ hedges: 1, hedgesWon: 0, hedgeTokens: 14, outputTokens: 68 });
  });

  it('learn from others when a try is slow', () => {
    // Of 20 tries two take 0.3 s and the others 0.1 s; then one waits behind another, and is sent again 0.3 s after it came.
    const quick = Array.from({ length: 20 }, (_, i) => ({ at: i, prompt: i % 10 === 0 ? 250 : 10, output: 1 }));
    const asks = [...quick, ...BEHIND.map((ask) => ({ ...ask, at: ask.at + 100 }))];
    const outcome = run(asks, { afterS: Infinity, afterQuantile: 0.95, learnsEvery: 20 });
    const last = outcome.rows.find(({ outputTokens }) => outputTokens === 4)!;
    expect(last.ttftS).toBeGreaterThan(0.395);
    expect(last.ttftS).toBeLessThan(0.405);
    expect(outcome.metrics).toMatchObject({ hedges: 1, hedgesWon: 1 });
  });

  it('wait for the earlier of two step boundaries: the mean of the least of two residual times', () => {
    // Two engines decode for ever, their steps of 0.1 s out of phase by 0.03 s. A request waits for the end of a step, and has its token
    // a step later. Of one engine the wait is uniform: 0.05 s. To the next end of either it is (φ² + (d − φ)²)/2d = 0.029 s.
    const [d, phase, requests] = [0.1, 0.03, 20_000];
    const uniform = stream(5, 0, 'arrivals');
    const asks: Ask[] = [
      { at: 0, prompt: 1, output: 300_000 },
      { at: phase, prompt: 1, output: 300_000 },
    ];
    let at = 1;
    for (let i = 0; i < requests; i++) asks.push({ at: (at -= Math.log1p(-uniform())), prompt: 1, output: 1 });
    const ttftOf = (hedge: Partial<HedgeSettings> | undefined): number => {
      // The second engine comes when the second request does: nothing can be hedged before.
      const { controller } = scriptedControl([{ at: phase, what: 'add', group: 0, which: 0, startS: 0 }]);
      const { rows, metrics } = run(asks, hedge, {}, { maxSequences: 64, kvBlocks: 200_000 }, { controller }, 1);
      const short = rows.filter(({ outputTokens }) => outputTokens === 1);
      expect(short).toHaveLength(requests);
      expect(metrics.hedges).toBe(hedge ? requests + 1 : 0);
      return short.reduce((sum, { ttftS }) => sum + ttftS, 0) / requests;
    };
    const halfWidth = (sd: number): number => (3 * sd) / Math.sqrt(requests);
    expect(Math.abs(ttftOf(undefined) - d - d / 2)).toBeLessThan(halfWidth(d / Math.sqrt(12)));
    // The least is at most 0.07 s, so its deviation is at most 0.035 s.
    const least = (phase ** 2 + (d - phase) ** 2) / (2 * d);
    expect(Math.abs(ttftOf({ afterS: 0 }) - d - least)).toBeLessThan(halfWidth(0.035));
  });
});
