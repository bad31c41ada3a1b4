import { describe, expect, it } from 'vitest';
import { Circuit, type CircuitSettings } from '../../../src/fleet/llm/circuit.js';
import type { ClientSettings } from '../../../src/fleet/llm/clients.js';
import { LlmMetrics } from '../../../src/fleet/llm/metrics.js';
import { Clock } from '../../../src/kernel/clock.js';
import { type Ask, listed, runSmall } from './fleetHarness.js';

const SETTINGS: CircuitSettings = { failureShare: 0.5, windowS: 10, minTries: 4, openS: 30, probes: 2 };

const circuit = () => {
  const clock = new Clock();
  const metrics = new LlmMetrics(clock, 1);
  const one = new Circuit(SETTINGS, clock, metrics);
  const ends = (at: number, failures: readonly number[]): void => {
    clock.now = at;
    for (const failure of failures) one.end(one.generation, failure);
  };
  return { one, clock, metrics, ends };
};

describe('a circuit breaker', () => {
  it('opens when enough tries have ended and their failed share reaches the limit, and not before', () => {
    const { one, ends, metrics } = circuit();
    ends(1, [1, 1, 1]);
    expect(one.lets()).toBe(true);
    ends(2, [0]);
    expect(one.lets()).toBe(false);
    expect(metrics.circuitOpened).toBe(1);
  });

  it('forgets what ended before its window', () => {
    const { one, ends } = circuit();
    ends(1, [1, 1]);
    ends(11.5, [0, 0, 0, 1]);
    expect(one.lets()).toBe(true);
    ends(11.6, [1, 1]);
    expect(one.lets()).toBe(false);
  });

  it('lets a few tries through after a pause, and closes when they succeed', () => {
    const { one, clock, ends, metrics } = circuit();
    ends(2, [1, 1, 1, 1]);
    clock.now = 31.9;
    expect(one.lets()).toBe(false);
    clock.now = 33;
    expect([one.lets(), one.lets(), one.lets()]).toEqual([true, true, false]);
    ends(34, [0]);
    expect(one.lets()).toBe(false);
    ends(34, [0]);
    expect([one.isClosed, one.lets(), one.lets(), one.lets()]).toEqual([true, true, true, true]);
    // From 2 to the first try after 32.
    expect(metrics.circuitOpen.integral(100)).toBeCloseTo(31, 9);
  });

  it('opens again when its probes fail, and does not listen to tries of before', () => {
    const { one, clock, ends, metrics } = circuit();
    const before = one.generation;
    ends(2, [1, 1, 1, 1]);
    clock.now = 33;
    one.lets();
    one.end(before, 0);
    one.end(before, 0);
    expect(one.isClosed).toBe(false);
    one.lets();
    ends(34, [0, 1]);
    expect(one.lets()).toBe(false);
    expect(metrics.circuitOpened).toBe(2);
    clock.now = 63;
    expect(one.lets()).toBe(false);
  });

  it('gives the place of a probe that a rate limit stopped to another', () => {
    const { one, clock, ends } = circuit();
    ends(2, [1, 1, 1, 1]);
    clock.now = 33;
    one.lets();
    one.withdraw();
    expect([one.lets(), one.lets(), one.lets()]).toEqual([true, true, false]);
  });

  it('keeps its count over a long time of many tries', () => {
    const { one, ends } = circuit();
    // 100 a second, two in five fail: 1,000 in a window, more than the ring begins with.
    for (let i = 0; i < 20_000; i++) ends(i / 100, [i % 5 > 2 ? 1 : 0]);
    expect(one.isClosed).toBe(true);
    let more = 0;
    for (; one.isClosed; more++) ends(200, [1]);
    // The window begins after 190, and 400 of the 999 in it have failed: 400 + k ≥ (999 + k) / 2 from k = 199 on.
    expect(more).toBe(199);
  });
});

/** A step lasts 0.1 s, one request at a time: 10 tokens a second. */
const run = (asks: readonly Ask[], client: Partial<ClientSettings>) =>
  runSmall(
    {
      client: {
        timeoutS: 2,
        retries: 0,
        retriesOn: { timeout: true, failure: true, rejection: true },
        pauseS: () => 1,
        serverCancels: true,
        ...client,
      },
      limits: { maxSequences: 1 },
    },
    listed(asks),
  );

describe('clients behind a circuit breaker', () => {
  it('fail at once while it is open: what is sent then costs the fleet nothing', () => {
    const asks = Array.from({ length: 30 }, (_, i) => ({ at: 0.05 + i, prompt: 5, output: 50 }));
    const plain = run(asks, {});
    const guarded = run(asks, { circuit: { failureShare: 0.5, windowS: 10, minTries: 2, openS: 8, probes: 1 } });
    expect(plain.metrics).toMatchObject({ abandoned: 30, rejected: 0 });
    const { metrics } = guarded;
    // Two time out at 2.05 and 3.05; open to 11.05, when a probe goes and times out at 13.05; then to 21.05, and the same again.
    expect(metrics.rejectedFor.circuit_open).toBe(metrics.rejected);
    expect(metrics).toMatchObject({ circuitOpened: 3 });
    expect(metrics.abandoned + metrics.rejected).toBe(30);
    // 0.05, 1.05, 2.05 and (as the timeout of 3.05 comes first) the probes of 11.05 and 21.05.
    expect(metrics.abandoned).toBe(5);
  });

  it('are tried again like others that were turned away, and answered when the service is well', () => {
    const long = Array.from({ length: 2 }, (_, i) => ({ at: 0.05 + i, prompt: 5, output: 50 }));
    const asks = [...long, { at: 3.5, prompt: 5, output: 3 }];
    const outcome = run(asks, {
      retries: 2,
      retriesOn: { timeout: false, failure: true, rejection: true },
      pauseS: (retry) => 2 * retry,
      circuit: { failureShare: 0.5, windowS: 10, minTries: 2, openS: 5, probes: 1 },
    });
    // Opens at 3.05. Turned away at 3.5 and 5.5; the third try, at 9.5, probes and is answered 0.3 s later.
    expect(outcome.rows.map(({ outcome: how, e2eS }) => [how, Number(e2eS.toFixed(6))])).toEqual([
      ['abandoned', 2],
      ['abandoned', 2],
      ['completed', 6.3],
    ]);
    expect(outcome.metrics).toMatchObject({ refusals: 2, retries: 2, rejected: 0 });
  });
});
