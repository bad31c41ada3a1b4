/** Batch servers against a twin that keeps everything in lists and looks through them anew at each event. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BatchServerConfig,
  type BatchServerOptions,
  type BatchServerRun,
  runBatchServers,
} from '../../src/fleet/batchServer.js';
import { router } from '../../src/fleet/llm/routing.js';
import { Histogram } from '../../src/kernel/histogram.js';
import { stream } from '../../src/kernel/random.js';
import { constant, exponential } from '../../src/kernel/variates.js';
import { closedSource } from '../../src/workload/closedSource.js';
import { openSource } from '../../src/workload/openSource.js';
import type { RequestSource } from '../../src/workload/source.js';

const flat = { at: () => ({ factor: 1, until: Infinity }) };
const toTheEnd: BatchServerOptions = { warmupS: 0, untilS: Infinity, batches: 1, batchSize: 0 };

interface Item {
  readonly arrivedAt: number;
  readonly user: number;
  readonly batch: number;
}
interface Running {
  readonly start: number;
  readonly end: number;
  readonly order: number;
  readonly items: readonly Item[];
}

/** Everything as lists, looked through anew at each event. */
function runNaive(
  of: BatchServerConfig,
  source: RequestSource,
  { warmupS, untilS, batches, batchSize }: BatchServerOptions,
) {
  const lines: Item[][] = Array.from({ length: of.replicas }, () => []);
  const running: Running[][] = Array.from({ length: of.replicas }, () => []);
  const many = (): Histogram[] => Array.from({ length: batches }, () => new Histogram());
  const out = {
    e2e: many(),
    queue: many(),
    arrived: 0,
    completed: 0,
    good: 0,
    carriedIn: 0,
    carriedOut: 0,
    inFlight: 0,
    busyInstanceSeconds: 0,
    batchesStarted: 0,
    requestsStarted: 0,
    largestBatch: 0,
    waitingArea: 0,
    inSystemArea: 0,
    untilS: 0,
  };
  const waiting = (): number => lines.reduce((sum, line) => sum + line.length, 0);
  const inSystem = (): number => waiting() + running.flat().reduce((sum, { items }) => sum + items.length, 0);
  let now = 0;
  let order = 0;
  let measures = false;
  const passTo = (time: number): void => {
    const seconds = Math.max(0, time - Math.max(now, warmupS));
    out.waitingArea += seconds * waiting();
    out.inSystemArea += seconds * inSystem();
    out.busyInstanceSeconds += seconds * running.flat().length;
    now = Math.max(now, time);
  };
  /** When a replica with an idle instance starts its next batch: now, or when its oldest item has waited enough. */
  const startsAt = (r: number): number => {
    const line = lines[r]!;
    if (line.length === 0 || running[r]!.length === of.instances) return Infinity;
    return line.length >= of.maxBatch ? now : Math.max(now, line[0]!.arrivedAt + of.maxDelayS);
  };
  for (;;) {
    const starts = lines.map((_, r) => startsAt(r));
    const next = Math.min(source.time, ...starts, ...running.flat().map(({ end }) => end));
    if (next > untilS || next === Infinity) break;
    if (!measures && next >= warmupS) {
      measures = true;
      out.carriedIn = inSystem();
    }
    const ready = starts.indexOf(now);
    passTo(next);
    // What can start at this moment starts at once; then arrivals, ends in the order of their starts, then delays that run out.
    const ends = running
      .flat()
      .filter(({ end }) => end === now)
      .sort((a, b) => a.order - b.order);
    if (ready >= 0) start(ready);
    else if (source.time === now) arrive();
    else if (ends.length > 0) finish(ends[0]!);
    else start(starts.indexOf(now));
  }
  if (!measures) out.carriedIn = inSystem();
  out.inFlight = inSystem();
  passTo(untilS === Infinity ? warmupS : untilS);
  out.untilS = now;
  return out;

  function start(r: number): void {
    const items = lines[r]!.splice(0, of.maxBatch);
    for (const { arrivedAt, batch } of items) if (measures) out.queue[batch]!.add(now - arrivedAt);
    running[r]!.push({ start: now, end: now + of.batchTimeS[items.length]!, order: order++, items });
    if (!measures) return;
    out.batchesStarted++;
    out.requestsStarted += items.length;
    out.largestBatch = Math.max(out.largestBatch, items.length);
  }
  function arrive(): void {
    if (measures) out.arrived++;
    const batch = batchSize > 0 ? Math.max(0, Math.min(batches - 1, Math.floor((out.arrived - 1) / batchSize))) : 0;
    const item = { arrivedAt: now, user: source.user, batch };
    source.advance();
    const targets = lines.map((line, r) => ({
      outstanding: line.length + running[r]!.reduce((n, { items }) => n + items.length, 0),
    }));
    lines[of.replicas === 1 ? 0 : of.router(targets)]!.push(item);
  }
  function finish(batch: Running): void {
    const r = running.findIndex((list) => list.includes(batch));
    running[r]!.splice(running[r]!.indexOf(batch), 1);
    for (const { arrivedAt, user, batch: group } of batch.items) {
      if (measures && arrivedAt < warmupS) out.carriedOut++;
      if (measures && arrivedAt >= warmupS) out.completed++;
      if (measures) {
        out.e2e[group]!.add(now - arrivedAt);
        if (now - arrivedAt <= of.e2eLimitS) out.good++;
      }
      if (user >= 0) source.answered(user, now);
    }
  }
}

describe('batch servers and their naive twin', () => {
  const share = fc.integer({ min: 0, max: 999 }).map((n) => n / 1000);
  const spec = fc.record({
    seed: fc.nat({ max: 100_000 }),
    replicas: fc.integer({ min: 1, max: 3 }),
    instances: fc.integer({ min: 1, max: 3 }),
    maxBatch: fc.integer({ min: 1, max: 9 }),
    delay: fc.oneof(fc.constant(0), share),
    perItem: share,
    policy: fc.constantFrom('least-outstanding' as const, 'round-robin' as const, 'random' as const),
    closed: fc.boolean(),
    rate: share,
    requests: fc.integer({ min: 1, max: 150 }),
    warmup: fc.oneof(fc.constant(0), share),
    until: fc.oneof(fc.constant(null), share),
    batches: fc.integer({ min: 1, max: 3 }),
  });

  it('agree over random servers', () => {
    fc.assert(
      fc.property(spec, (s) => {
        const of = (): BatchServerConfig => ({
          replicas: s.replicas,
          instances: s.instances,
          maxBatch: s.maxBatch,
          maxDelayS: s.delay * 0.213,
          batchTimeS: Float64Array.from({ length: s.maxBatch + 1 }, (_, n) => 0.0517 + n * 0.0313 * s.perItem),
          router: router(s.policy, stream(s.seed, 0, 'routing')),
          e2eLimitS: 0.3,
        });
        const source = (): RequestSource => {
          const uniform = stream(s.seed, 0, 'gaps');
          if (!s.closed) {
            const open = {
              intensity: flat,
              promptTokens: constant(1),
              outputTokens: constant(1),
              sharedTokens: 0,
              uniquePrompts: 0,
            };
            return openSource({
              ...open,
              unitGap: exponential(uniform, 1),
              ratePerS: 2 * 100 ** s.rate,
              limit: s.requests,
            });
          }
          return closedSource({
            users: 1 + Math.floor(s.rate * 20),
            thinkS: exponential(uniform, 0.173),
            turns: 1,
            promptTokens: constant(1),
            outputTokens: constant(1),
            sharedTokens: 0,
            maxTokens: Infinity,
            limit: s.requests,
            startTogether: s.batches === 1,
          });
        };
        const whole = runNaive(of(), source(), toTheEnd).untilS;
        const warmupS = s.warmup * whole * 0.9;
        const options = {
          warmupS,
          untilS: s.until === null ? Infinity : warmupS + s.until * (whole - warmupS),
          batches: s.batches,
          batchSize: s.batches > 1 ? Math.ceil(s.requests / s.batches) : 0,
        };
        const naive = runNaive(of(), source(), options);
        const run = runBatchServers(of(), source(), options);
        for (const key of [
          'arrived',
          'completed',
          'good',
          'carriedIn',
          'carriedOut',
          'inFlight',
          'batchesStarted',
          'requestsStarted',
          'largestBatch',
        ] as const) {
          expect([key, run[key]]).toEqual([key, naive[key]]);
        }
        expect(run.untilS).toBeCloseTo(naive.untilS, 9);
        expect(run.busyInstanceSeconds).toBeCloseTo(naive.busyInstanceSeconds, 8);
        expect(run.waiting.integral(run.untilS)).toBeCloseTo(naive.waitingArea, 8);
        expect(run.inSystem.integral(run.untilS)).toBeCloseTo(naive.inSystemArea, 8);
        for (const name of ['e2e', 'queue'] as const)
          run[name].forEach((histogram, b) => {
            same(histogram, naive[name][b]!);
          });
      }),
      { numRuns: 400, seed: 11 },
    );
  });

  const same = (a: BatchServerRun['e2e'][number], b: Histogram): void => {
    expect([a.count, a.min, a.max]).toEqual([b.count, b.min, b.max]);
    expect(a.sum).toBeCloseTo(b.sum, 8);
    for (let bucket = 0; bucket < Histogram.buckets; bucket++) {
      if (a.countIn(bucket) !== b.countIn(bucket))
        expect([bucket, a.countIn(bucket)]).toEqual([bucket, b.countIn(bucket)]);
    }
  };
});
