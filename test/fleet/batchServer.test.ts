import { describe, expect, it } from 'vitest';
import { type BatchServerConfig, type BatchServerOptions, runBatchServers } from '../../src/fleet/batchServer.js';
import { interval95 } from '../../src/kernel/intervals.js';
import { stream } from '../../src/kernel/random.js';
import { constant, exponential } from '../../src/kernel/variates.js';
import { openSource } from '../../src/workload/openSource.js';
import type { RequestSource } from '../../src/workload/source.js';

const flat = { at: () => ({ factor: 1, until: Infinity }) };

const poisson = (ratePerS: number, replication: number, limit = Infinity): RequestSource =>
  openSource({
    unitGap: exponential(stream(5, replication, 'gaps'), 1),
    ratePerS,
    intensity: flat,
    promptTokens: constant(1),
    outputTokens: constant(1),
    sharedTokens: 0,
    uniquePrompts: 0,
    limit,
  });

const config = (over: Partial<BatchServerConfig> = {}): BatchServerConfig => ({
  replicas: 1,
  instances: 1,
  maxBatch: 1,
  maxDelayS: 0,
  batchTimeS: Float64Array.from([0, 0.1]),
  router: () => 0,
  e2eLimitS: Infinity,
  ...over,
});

const toTheEnd: BatchServerOptions = { warmupS: 0, untilS: Infinity, batches: 1, batchSize: 0 };

describe('a batch server by hand', () => {
  const at = (...times: number[]): RequestSource => {
    let next = 0;
    const source: RequestSource = {
      time: 0,
      promptTokens: 1,
      outputTokens: 1,
      sharedTokens: 0,
      encodeS: 0,
      contentKey: -1,
      continues: false,
      startsContent: false,
      user: -1,
      advance: () => {
        source.time = times[next++] ?? Infinity;
      },
      answered: () => {},
      answeredAt: 0,
      answer: () => {},
    };
    source.advance();
    return source;
  };
  const batchTimeS = Float64Array.from([0, 1, 1.5, 2]);

  it('starts when the batch is full, or when the oldest has waited for the delay', () => {
    const run = runBatchServers(config({ maxBatch: 3, maxDelayS: 0.5, batchTimeS }), at(0, 0.2, 0.3, 4), toTheEnd);
    expect([run.batchesStarted, run.requestsStarted, run.largestBatch]).toEqual([2, 4, 3]);
    // The first three start at 0.3 and end at 2.3; the last starts at 4.5 and ends at 5.5.
    expect(run.untilS).toBe(5.5);
    expect(run.queue[0]!.sum).toBeCloseTo(0.3 + 0.1 + 0 + 0.5, 12);
    expect(run.e2e[0]!.sum).toBeCloseTo(2.3 + 2.1 + 2 + 1.5, 12);
    expect(run.busyInstanceSeconds).toBeCloseTo(3, 12);
  });

  it('takes what has waited long enough as soon as an instance is free', () => {
    const run = runBatchServers(config({ maxBatch: 2, maxDelayS: 0.1, batchTimeS }), at(0, 0.5, 0.6, 0.7), toTheEnd);
    // [0.1, 1.1] one, [1.1, 2.6] two, [2.6, 3.6] one.
    expect(run.e2e[0]!.sum).toBeCloseTo(1.1 + 2.1 + 2.0 + 2.9, 12);
  });
});

describe('a batch server with batches of one', () => {
  it.each([0.5, 0.8])('is an M/D/1 queue at a load of %d', (load) => {
    const waits = Array.from(
      { length: 8 },
      (_, r) =>
        runBatchServers(config(), poisson(load * 10, r), { ...toTheEnd, warmupS: 100, untilS: 2600 }).queue[0]!.mean,
    );
    const [low, high] = interval95(waits)!;
    const expected = (load * 0.1) / (2 * (1 - load));
    expect(low).toBeLessThan(expected);
    expect(high).toBeGreaterThan(expected);
    expect((high - low) / expected).toBeLessThan(0.15);
  });
});
