import { describe, expect, it } from 'vitest';
import type { AdmissionRules } from '../../../src/fleet/llm/admissionControl.js';
import type { ClientSettings } from '../../../src/fleet/llm/clients.js';
import { type Ask, listed, runSmall } from './fleetHarness.js';
import { scriptedControl } from './scriptedControl.js';

/** A step lasts 0.1 s: an answer of n tokens takes n/10 s alone. */
const ALL = { timeout: true, failure: true, rejection: true };
const run = (
  asks: readonly Ask[],
  client: Partial<ClientSettings>,
  more: Parameters<typeof runSmall>[2] = {},
  limits = {},
  admission?: AdmissionRules,
) =>
  runSmall(
    {
      client: { timeoutS: 5, retries: 1, retriesOn: ALL, pauseS: () => 1, serverCancels: true, ...client },
      limits,
      ...(admission && { admission }),
    },
    listed(asks),
    more,
  );
const told = ({ rows }: ReturnType<typeof run>): (string | number)[][] =>
  rows.map(({ outcome, e2eS }) => [outcome, Number(e2eS.toFixed(6))]);

describe('clients that do not wait for ever', () => {
  it('try again after a pause, and give up after the last try', () => {
    const outcome = run([{ at: 0, prompt: 10, output: 100 }], {});
    // 5 s, a pause of 1 s, 5 s.
    expect(told(outcome)).toEqual([['abandoned', 11]]);
    expect(outcome.metrics).toMatchObject({ arrived: 1, completed: 0, abandoned: 1, timeouts: 2, retries: 1 });
  });

  it('wait from their first try: that is what a latency is counted from', () => {
    // The first is in the way of the second, until both are given up at 2.07 and 2.08.
    const asks = [
      { at: 0.05, prompt: 10, output: 30 },
      { at: 0.06, prompt: 10, output: 3 },
    ];
    const pauses = [5, 1];
    const outcome = run(asks, { timeoutS: 2.02, pauseS: () => pauses.shift()! }, {}, { maxSequences: 1 });
    // The second is sent again at 3.08 and has its three tokens at 3.38, the first at 7.07 and not by 9.09.
    expect(told(outcome)).toEqual([
      ['completed', 3.32],
      ['abandoned', 9.04],
    ]);
    expect(outcome.rows[0]!.ttftS).toBeCloseTo(3.12, 9);
  });

  it('what they give up goes on unseen where the server does not notice, and holds its place', () => {
    const asks = [
      { at: 0, prompt: 10, output: 100 },
      { at: 6, prompt: 10, output: 5 },
    ];
    const cancelled = run(asks, { retries: 0 }, {}, { maxSequences: 1 });
    const unseen = run(asks, { retries: 0, serverCancels: false }, {}, { maxSequences: 1 });
    expect(told(cancelled)).toEqual([
      ['abandoned', 5],
      ['completed', 0.5],
    ]);
    // The first is computed to its end, at 10.
    expect(told(unseen)).toEqual([
      ['abandoned', 5],
      ['completed', 4.5],
    ]);
    expect(unseen.metrics.outputTokens).toBe(105);
    expect(cancelled.metrics.outputTokens).toBeLessThan(60);
  });

  it('a cancelled answer gives its memory back at the end of the step', () => {
    // Of 24 blocks the first has 10 and more, and the second wants 15.
    const asks = [
      { at: 0, prompt: 40, output: 48 },
      { at: 0.25, prompt: 60, output: 1 },
    ];
    const hasty = run(asks, { timeoutS: 1.33, retries: 0 }, {}, { kvBlocks: 24 });
    // Given up at 1.33; the step ends at 1.4.
    expect(told(hasty)).toEqual([
      ['abandoned', 1.33],
      ['completed', 1.25],
    ]);
    const patient = run(asks, { timeoutS: 10, retries: 0 }, {}, { kvBlocks: 24 });
    expect(told(patient)).toEqual([
      ['completed', 4.8],
      ['completed', 4.65],
    ]);
  });

  it('send again what a failure has lost', () => {
    const { controller } = scriptedControl([
      { at: 0.95, what: 'add', group: 0, which: 0, startS: 0 },
      { at: 1.05, what: 'fail', group: 0, which: 0, startS: 0 },
    ]);
    const outcome = run([{ at: 0, prompt: 10, output: 20 }], {}, { controller });
    // Lost at 1.05, sent again at 2.05 to the replica that is left, where it takes 2 s.
    expect(told(outcome)).toEqual([['completed', 4.05]]);
    expect(outcome.metrics).toMatchObject({ failed: 0, timeouts: 0, retries: 1 });
  });

  it('try again what the gateway has turned away; it is rejected once, with its last try', () => {
    const asks = [
      { at: 0, prompt: 10, output: 25 },
      { at: 0.35, prompt: 10, output: 2 },
      { at: 0.45, prompt: 10, output: 2 },
    ];
    const pauses = [1, 1, 5, 0.2];
    const client = { retries: 2, timeoutS: 60, pauseS: () => pauses.shift()! };
    const outcome = run(asks, client, {}, { maxSequences: 1 }, { maxInFlight: 1 });
    // The first is there until 2.5. The second is turned away at 0.35 and 1.35 and let in at 6.35; the third at 0.45, 1.45 and 1.65.
    expect(told(outcome)).toEqual([
      ['rejected', 1.2],
      ['completed', 2.5],
      ['completed', 6.2],
    ]);
    expect(outcome.metrics).toMatchObject({ arrived: 3, rejected: 1, refusals: 5, retries: 4 });
    expect(outcome.metrics.rejectedFor.in_flight).toBe(1);
  });

  it('are not in the fleet while they pause: others are let in', () => {
    const asks = [
      { at: 0, prompt: 10, output: 25 },
      { at: 0.35, prompt: 10, output: 2 },
      { at: 2.55, prompt: 10, output: 2 },
    ];
    const outcome = run(asks, { retries: 1, timeoutS: 60, pauseS: () => 5 }, {}, {}, { maxInFlight: 1 });
    expect(told(outcome)).toEqual([
      ['completed', 2.5],
      ['completed', 0.2],
      ['completed', 5.2],
    ]);
  });

  it('do not try again what they were told not to', () => {
    const rejected = { timeout: true, failure: true, rejection: false };
    const outcome = run(
      [
        { at: 0, prompt: 10, output: 25 },
        { at: 0.35, prompt: 10, output: 2 },
      ],
      { retriesOn: rejected },
      {},
      {},
      { maxInFlight: 1 },
    );
    expect(outcome.metrics).toMatchObject({ rejected: 1, refusals: 1, retries: 0 });
    const late = { timeout: false, failure: true, rejection: true };
    expect(told(run([{ at: 0, prompt: 10, output: 100 }], { retriesOn: late }))).toEqual([['abandoned', 5]]);
  });

  it('never try again what could not be served', () => {
    const outcome = run([{ at: 0, prompt: 10, output: 100 }], {}, {}, { kvBlocks: 5 });
    expect(outcome.metrics).toMatchObject({ rejected: 1, refusals: 0, retries: 0 });
  });

  it('a request that is lost with its last try has failed', () => {
    const { controller } = scriptedControl([
      { at: 0.95, what: 'add', group: 0, which: 0, startS: 0 },
      { at: 1.05, what: 'fail', group: 0, which: 0, startS: 0 },
    ]);
    const outcome = run([{ at: 0, prompt: 10, output: 20 }], { retries: 0 }, { controller });
    expect(told(outcome)).toEqual([['failed', 1.05]]);
  });
});
