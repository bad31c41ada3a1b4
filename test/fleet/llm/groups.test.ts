/** Fleets of several groups, admission and origins against closed forms and by hand, without the naive twin. */
import { describe, expect, it } from 'vitest';
import { Origins } from '../../../src/fleet/llm/origins.js';
import { router } from '../../../src/fleet/llm/routing.js';
import { Shares } from '../../../src/fleet/llm/shares.js';
import { interval95 } from '../../../src/kernel/intervals.js';
import { stream } from '../../../src/kernel/random.js';
import { constant, exponential } from '../../../src/kernel/variates.js';
import { drawTokens } from '../../../src/workload/draws.js';
import { openSource } from '../../../src/workload/openSource.js';
import { flatStep, listed, runSmall } from './fleetHarness.js';
import { scriptedControl } from './scriptedControl.js';

const poisson = (ratePerS: number, replication: number, limit = Infinity) =>
  openSource({
    unitGap: exponential(stream(7, replication, 'gaps'), 1),
    ratePerS,
    intensity: { at: () => ({ factor: 1, until: Infinity }) },
    promptTokens: constant(20),
    outputTokens: drawTokens({ kind: 'uniform', min: 1, max: 19 }, stream(7, replication, 'output')),
    sharedTokens: 0,
    uniquePrompts: 0,
    limit,
  });

const origins = (rttS: readonly (readonly number[])[], allowed?: readonly (readonly boolean[])[]) =>
  new Origins(
    {
      shares: rttS.map(() => 1),
      rttS,
      allowed: allowed ?? rttS.map((row) => row.map(() => true)),
    },
    stream(7, 0, 'origins'),
  );

describe('groups of replicas', () => {
  it('that are alike are one group of as many replicas, to the bit', () => {
    for (const policy of ['least-outstanding', 'round-robin', 'power-of-two', 'weighted'] as const) {
      const run = (groupEngines: readonly number[]) =>
        runSmall({ groupEngines, router: router(policy, stream(7, 0, 'routing')) }, poisson(40, 0, 3000));
      const [one, two] = [run([5]), run([2, 3])];
      expect(two.rows).toEqual(one.rows);
      expect(two.metrics.outputTokens).toBe(one.metrics.outputTokens);
      const busy = (from: typeof one) => from.groups.flatMap(({ engines }) => engines.map(({ busyS }) => busyS));
      expect(busy(two)).toEqual(busy(one));
      expect(two.groups[0]!.placed + two.groups[1]!.placed).toBe(one.groups[0]!.placed);
    }
  });

  it('share requests by the weights of their replicas', () => {
    const route = router('weighted', stream(7, 0, 'routing'), { groupWeights: [3, 1] });
    const { groups } = runSmall({ groupEngines: [2, 2], router: route }, poisson(40, 0, 4000));
    expect(groups.map(({ placed }) => placed)).toEqual([3000, 1000]);
  });

  it('add replicas of the kind that is asked for, in places of their kind', () => {
    const act = { which: 0, startS: 0, group: 0 };
    const { controller, seen } = scriptedControl(
      [
        { ...act, at: 1, what: 'remove' },
        { ...act, at: 2, what: 'add', group: 1 },
        { ...act, at: 3, what: 'add', group: 0 },
        { ...act, at: 4, what: 'look' },
      ],
      2,
    );
    runSmall({ groupEngines: [1, 1] }, listed([]), { controller, untilS: 5 });
    expect(seen.at(-1)!.replicas.map(({ index, group }) => [index, group])).toEqual([
      [0, 0],
      [1, 1],
      [2, 1],
    ]);
  });
});

describe('admission', () => {
  it('of one request at a time loses the share of Erlang, whatever the answers are like', () => {
    const stepS = 0.01;
    // The prompt's step gives the first token: ten steps on average.
    const load = 0.7;
    const shares = Array.from({ length: 10 }, (_, i) => {
      const { metrics } = runSmall(
        { step: flatStep(stepS, 100, 8), admission: { maxInFlight: 1 } },
        poisson(load / (10 * stepS), i),
        { warmupS: 10, untilS: 1010, sink: () => {} },
      );
      expect(metrics.rejectedFor.in_flight).toBe(metrics.rejected);
      return metrics.rejected / metrics.arrived;
    });
    const [low, high] = interval95(shares)!;
    expect(low).toBeLessThan(load / (1 + load));
    expect(high).toBeGreaterThan(load / (1 + load));
    expect(high - low).toBeLessThan(0.02);
  });

  it('keeps the line as short as it says', () => {
    const { metrics } = runSmall({ limits: { maxSequences: 1 }, admission: { maxWaiting: 3 } }, poisson(3, 0, 400));
    expect(metrics.rejectedFor.queue_full).toBeGreaterThan(100);
    expect(metrics.waiting.max).toBe(3);
    expect(metrics.completed + metrics.rejected).toBe(400);
  });

  it('lets the burst in, then the rate of a token bucket', () => {
    // Ten a second for ten seconds: 3 of the burst, then every second of ten for 5 a second.
    const asks = Array.from({ length: 100 }, (_, i) => ({ at: 1 + i / 8, prompt: 1, output: 1 }));
    const limit = { perS: 4, burst: 3, of: 'requests' as const };
    const { rows } = runSmall({ admission: { rateLimit: limit } }, listed(asks));
    const fate = asks.map(({ at }) =>
      rows.find(({ arrivedAtS }) => arrivedAtS === at)!.outcome === 'completed' ? 1 : 0,
    );
    // After the i-th of them, 3 + i/2 have flowed in: all come in until that is less than one, then every second.
    expect(fate.slice(0, 5)).toEqual([1, 1, 1, 1, 1]);
    expect(fate.slice(5)).toEqual(fate.slice(5).map((_, i) => i % 2));
  });

  it('counts tokens where it is told to', () => {
    const asks = [0, 1, 2, 3].map((at) => ({ at, prompt: 6, output: 4 }));
    const limit = { perS: 5, burst: 10, of: 'tokens' as const };
    const { metrics } = runSmall({ admission: { rateLimit: limit } }, listed(asks));
    // 10 tokens at 0 s, 5 at 1 s, 10 at 2 s, 5 at 3 s.
    expect([metrics.completed, metrics.rejectedFor.rate_limit]).toEqual([2, 2]);
  });

  it('limits a tenant without touching the other', () => {
    const tenants = new Shares([1, 1], stream(7, 0, 'tenants'));
    const tenantLimits = [{ perS: 0.001, burst: 1, of: 'requests' as const }, undefined];
    const { metrics } = runSmall({ tenants, admission: { tenantLimits } }, poisson(2, 0, 100));
    const [limited, free] = metrics.byTenant;
    expect(limited!.completed).toBe(1);
    expect(limited!.rejected).toBe(limited!.arrived - 1);
    expect(free!.completed).toBe(free!.arrived);
    expect(free!.arrived + limited!.arrived).toBe(100);
  });
});

describe('origins', () => {
  it('add their round trip to the first token and to the answer, and nothing else', () => {
    const run = (rtt: number) => runSmall({ origins: origins([[rtt]]) }, poisson(8, 0, 500)).rows;
    const [near, far] = [run(0), run(0.07)];
    far.forEach((row, i) => {
      expect(row.ttftS).toBeCloseTo(near[i]!.ttftS + 0.07, 12);
      expect(row.e2eS).toBeCloseTo(near[i]!.e2eS + 0.07, 12);
      expect(row.queuedS).toBe(near[i]!.queuedS);
    });
  });

  it('are served nearby, and elsewhere only while the line there is full', () => {
    const rttS = [
      [0.01, 0.2],
      [0.2, 0.01],
    ];
    const run = (maxWaiting: number, rate: number) =>
      runSmall(
        {
          groupEngines: [1, 1],
          limits: { maxSequences: 4 },
          origins: origins(rttS),
          router: router('nearest', stream(7, 0, 'routing'), { nearest: { rttS, maxWaiting } }),
        },
        poisson(rate, 0, 2000),
      ).metrics.byOrigin.map(({ answeredBy }) => answeredBy);
    for (const [origin, answeredBy] of run(Infinity, 6).entries()) expect(answeredBy[1 - origin]).toBe(0);
    for (const [origin, answeredBy] of run(2, 6).entries()) {
      expect(answeredBy[1 - origin]).toBeGreaterThan(10);
      expect(answeredBy[origin]).toBeGreaterThan(2 * answeredBy[1 - origin]!);
    }
  });

  it('wait for a replica that may serve them rather than go where they may not', () => {
    const act = { which: 0, startS: 0, group: 0, what: 'add' as const };
    const { controller } = scriptedControl([{ ...act, at: 20 }], 2);
    const bound = [
      [true, true],
      [true, false],
    ];
    const { metrics, rows } = runSmall(
      {
        groupEngines: [0, 1],
        origins: origins(
          [
            [0, 0],
            [0, 0],
          ],
          bound,
        ),
        router: router('least-outstanding', () => 0),
      },
      poisson(2, 0, 60),
      { controller, untilS: 100 },
    );
    const [free, home] = metrics.byOrigin;
    expect(free!.answeredBy[1]).toBeGreaterThan(5);
    expect(home!.answeredBy[1]).toBe(0);
    expect(home!.completed).toBe(home!.arrived);
    const waited = rows.filter(({ queuedS }) => queuedS > 5);
    expect(waited.length).toBeGreaterThan(5);
    for (const { replica, arrivedAtS, queuedS } of waited) {
      expect(replica).not.toBe(0);
      expect(arrivedAtS + queuedS).toBeGreaterThanOrEqual(20);
    }
  });

  it('come in proportion to their shares at each time', () => {
    const times = new Origins(
      {
        shares: [0.6, 0.4],
        intensities: [
          { at: (t) => ({ factor: t < 50 ? 2 : 0, until: t < 50 ? 50 : Infinity }) },
          { at: () => ({ factor: 1, until: Infinity }) },
        ],
        rttS: [[0], [0]],
        allowed: [[true], [true]],
      },
      stream(7, 0, 'origins'),
    );
    const share = (from: number, n = 20_000) =>
      Array.from({ length: n }, (_, i) => times.originOf(i, from)).filter((origin) => origin === 0).length / n;
    expect(share(10)).toBeCloseTo(1.2 / 1.6, 1);
    expect(Math.abs(share(10) - 0.75)).toBeLessThan(0.013);
    expect(share(60)).toBe(0);
  });
});
