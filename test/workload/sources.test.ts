import { describe, expect, it } from 'vitest';
import { stream } from '../../src/kernel/random.js';
import { constant, exponential, gamma } from '../../src/kernel/variates.js';
import { withBacklog } from '../../src/workload/backlog.js';
import { type ClosedTraffic, closedSource } from '../../src/workload/closedSource.js';
import { drawTokens } from '../../src/workload/draws.js';
import { weeklyIntensity } from '../../src/workload/intensity.js';
import { type OpenTraffic, openSource } from '../../src/workload/openSource.js';
import type { RequestSource } from '../../src/workload/source.js';
import { traceSource } from '../../src/workload/traceSource.js';

const flat = { at: () => ({ factor: 1, until: Infinity }) };
const open = (over: Partial<OpenTraffic> = {}): RequestSource =>
  openSource({
    unitGap: exponential(stream(1, 0, 'gap'), 1),
    ratePerS: 5,
    intensity: flat,
    promptTokens: drawTokens({ kind: 'uniform', min: 1, max: 100 }, stream(1, 0, 'prompt')),
    outputTokens: constant(3),
    sharedTokens: 40,
    uniquePrompts: 0,
    limit: Infinity,
    ...over,
  });
const fields = ({
  time,
  promptTokens,
  outputTokens,
  sharedTokens,
  contentKey,
  continues,
  startsContent,
  user,
}: RequestSource) => ({
  time,
  promptTokens,
  outputTokens,
  sharedTokens,
  contentKey,
  continues,
  startsContent,
  user,
});
const take = (source: RequestSource, n: number) =>
  Array.from({ length: n }, () => {
    const seen = fields(source);
    source.advance();
    return seen;
  });

describe('openSource', () => {
  it('arrives at its rate, with a shared prefix no longer than the prompt', () => {
    const requests = take(open(), 20_000);
    expect(Math.abs(20_000 / requests[19_999]!.time / 5 - 1)).toBeLessThan(0.03);
    expect(requests.every((r, i) => i === 0 || r.time > requests[i - 1]!.time)).toBe(true);
    expect(
      requests.every((r) => r.sharedTokens === Math.min(40, r.promptTokens) && r.contentKey === -1 && r.user === -1),
    ).toBe(true);
  });

  it('arrives by the clock when gaps are constant', () => {
    expect(take(open({ unitGap: constant(1) }), 3).map((r) => r.time)).toEqual([0.2, 0.4, 0.6000000000000001]);
  });

  it('follows the load curve: each hour has its share', () => {
    const weights = Array.from({ length: 168 }, (_, h) => [0, 1, 3][h % 3]!);
    const source = open({ intensity: weeklyIntensity(weights, 0, 0) });
    const perHour: number[] = new Array(9).fill(0);
    for (; source.time < 9 * 3600; source.advance()) perHour[Math.floor(source.time / 3600)]!++;
    perHour.forEach((n, hour) => {
      const expected = 18_000 * weights[hour]!;
      expect(Math.abs(n - expected)).toBeLessThanOrEqual(4 * Math.sqrt(expected));
    });
  });

  it('keeps going when gaps of zero fall into hours without load', () => {
    const weights = Array.from({ length: 168 }, (_, h) => h % 2);
    const times = take(
      open({ unitGap: gamma(stream(1, 0, 'bursts'), 1, 12), intensity: weeklyIntensity(weights, 0, 0) }),
      20_000,
    ).map((r) => r.time);
    expect(times.every((t, i) => Number.isFinite(t) && (i === 0 || t >= times[i - 1]!))).toBe(true);
    // Only odd hours have load; an hour's last moment is the next one's first.
    expect(times.every((t) => t >= 3600 && ((t / 3600) % 2 >= 1 || t % 7200 === 0))).toBe(true);
  });

  it('ends at its limit, at a rate of zero and under a load of zero', () => {
    const source = open({ limit: 2 });
    expect(take(source, 2).every((r) => r.time < Infinity)).toBe(true);
    expect(source.time).toBe(Infinity);
    expect(open({ ratePerS: 0 }).time).toBe(Infinity);
    expect(open({ intensity: { at: () => ({ factor: 0, until: Infinity }) } }).time).toBe(Infinity);
  });

  it('repeats unique prompts in turn, each with its own length', () => {
    const requests = take(open({ uniquePrompts: 3 }), 7);
    expect(requests.map((r) => r.contentKey)).toEqual([1, 2, 3, 1, 2, 3, 1]);
    for (let i = 3; i < 7; i++) expect(requests[i]!.promptTokens).toBe(requests[i - 3]!.promptTokens);
    expect(requests.some((r) => r.continues)).toBe(false);
  });

  it('does not move arrivals when lengths change', () => {
    const a = take(open(), 50).map((r) => r.time);
    const b = take(open({ promptTokens: constant(1), uniquePrompts: 7 }), 50).map((r) => r.time);
    expect(a).toEqual(b);
  });
});

describe('traceSource', () => {
  const trace = {
    arrivedAtS: Float64Array.from([0, 2, 2, 8]),
    promptTokens: Int32Array.from([10, 20, 1, 40]),
    outputTokens: Int32Array.from([1, 2, 3, 4]),
    format: 'test',
    skipped: [],
  };
  it('replays a trace up to its limit', () => {
    const source = traceSource(trace, 15, 3, { users: 1, promptTokens: 1, outputTokens: 1 });
    expect(take(source, 3).map((r) => [r.time, r.promptTokens, r.outputTokens, r.sharedTokens])).toEqual([
      [0, 10, 1, 10],
      [2, 20, 2, 15],
      [2, 1, 3, 1],
    ]);
    expect(source.time).toBe(Infinity);
  });
  it('grows: more users bring requests closer, lengths are scaled and stay at least one', () => {
    const source = traceSource(trace, 0, Infinity, { users: 2, promptTokens: 1.5, outputTokens: 0.1 });
    expect(take(source, 4).map((r) => [r.time, r.promptTokens, r.outputTokens])).toEqual([
      [0, 15, 1],
      [1, 30, 1],
      [1, 2, 1],
      [4, 60, 1],
    ]);
  });
});

describe('closedSource', () => {
  const closed = (over: Partial<ClosedTraffic> = {}): RequestSource =>
    closedSource({
      users: 2,
      thinkS: constant(10),
      turns: 3,
      promptTokens: constant(5),
      outputTokens: constant(7),
      sharedTokens: 4,
      maxTokens: 1000,
      limit: Infinity,
      startTogether: true,
      ...over,
    });

  it('lets each user ask, wait for the answer, think, and ask again', () => {
    const source = closed();
    expect(take(source, 2).map((r) => [r.time, r.user])).toEqual([
      [0, 0],
      [0, 1],
    ]);
    expect(source.time).toBe(Infinity);
    source.answered(1, 3);
    expect([source.time, source.user]).toEqual([13, 1]);
    source.answered(0, 1);
    expect(take(source, 2).map((r) => [r.time, r.user])).toEqual([
      [11, 0],
      [13, 1],
    ]);
  });

  it('grows a conversation by each message and answer, and starts anew after its turns', () => {
    const source = closed({ users: 1 });
    const seen = Array.from({ length: 7 }, (_, i) => {
      const [request] = take(source, 1);
      source.answered(0, 20 * i);
      return [request!.promptTokens, request!.startsContent];
    });
    expect(seen).toEqual([
      [5, true],
      [17, false],
      [29, false],
      [5, true],
      [17, false],
      [29, false],
      [5, true],
    ]);
  });

  it('starts anew when the next turn would not fit the context', () => {
    const source = closed({ users: 1, turns: 100, maxTokens: 40 });
    const seen = Array.from({ length: 5 }, (_, i) => {
      const [request] = take(source, 1);
      source.answered(0, 20 * i);
      return request!.promptTokens;
    });
    // 29 + 7 = 36 fits; 41 + 7 does not.
    expect(seen).toEqual([5, 17, 29, 5, 17]);
  });

  it('gives each user a content of their own, and none to single questions', () => {
    expect(take(closed(), 2).map((r) => [r.contentKey, r.continues])).toEqual([
      [1, true],
      [2, true],
    ]);
    expect(take(closed({ turns: 1 }), 2).map((r) => [r.contentKey, r.continues, r.startsContent])).toEqual([
      [-1, false, false],
      [-1, false, false],
    ]);
  });

  it('spreads first questions over a think time unless users start together', () => {
    const times = take(closed({ users: 5, startTogether: false }), 5).map((r) => r.time);
    expect(times).toEqual([0, 2, 4, 6, 8]);
  });

  it('ends at its limit', () => {
    const source = closed({ limit: 3 });
    take(source, 2);
    source.answered(0, 1);
    source.answered(1, 1);
    take(source, 1);
    expect(source.time).toBe(Infinity);
    source.answered(0, 30);
    expect(source.time).toBe(Infinity);
  });
});

describe('withBacklog', () => {
  it('puts requests at time 0 before a source and leaves the source’s own alone', () => {
    const own = take(open(), 5);
    const source = withBacklog(open(), 3);
    const [a, b, c, ...rest] = take(source, 8);
    expect([a, b, c].map((r) => r!.time)).toEqual([0, 0, 0]);
    const lengths = own
      .slice(0, 3)
      .map((r) => r.promptTokens)
      .sort();
    expect([a, b, c].map((r) => r!.promptTokens).sort()).toEqual(lengths);
    expect(rest.map((r) => [r.time, r.promptTokens, r.outputTokens, r.sharedTokens])).toEqual(
      own.map((r) => [r.time, r.promptTokens, r.outputTokens, r.sharedTokens]),
    );
  });

  it('repeats a short source’s lengths and ends with it', () => {
    const source = withBacklog(open({ limit: 2 }), 5);
    expect(take(source, 7).filter((r) => r.time === 0).length).toBe(5);
    expect(source.time).toBe(Infinity);
  });
});
