/** Histograms to figures: intervals from how independent groups scatter, and none where the tail is too thin. */
import { describe, expect, it } from 'vitest';
import { Histogram } from '../../src/kernel/histogram.js';
import { resultJsonSchema, resultSchema } from '../../src/simulate/results/resultSchema.js';
import { summarise } from '../../src/simulate/results/summary.js';
import { CHAT, EMBED, only, QUEUE, resultOf } from './worlds.js';

const group = (from: number, to: number, step = 1): Histogram[] => {
  const histogram = new Histogram();
  for (let ms = from; ms <= to; ms += step) histogram.add(ms / 1000);
  return [histogram];
};

describe('summaries', () => {
  it('merge groups, in the unit asked for', () => {
    const summary = summarise([group(1, 500), group(501, 1000)], 1000);
    expect(summary.count).toBe(1000);
    expect(summary.mean).toBeCloseTo(500.5, 6);
    expect(summary.p50! / 500).toBeCloseTo(1, 2);
    expect(summary.max).toBeCloseTo(1000, 9);
  });

  it('centre intervals on the merged value and widen with the scatter of the groups', () => {
    const summary = summarise([group(100, 300), group(110, 310), group(90, 290)], 1000);
    const [low, high] = summary.ci95.mean!;
    expect((low + high) / 2).toBeCloseTo(summary.mean!, 6);
    // t(0.975, 2) · √(100 · 2 / 2 / 3), the groups' means being 200, 210 and 190
    expect((high - low) / 2).toBeCloseTo(4.302653 * Math.sqrt(200 / 2 / 3), 3);
  });

  it('claim no interval for a quantile with fewer than ten samples beyond it', () => {
    const summary = summarise([group(1, 199), group(1, 199)], 1000);
    expect(summary.ci95.p50).not.toBeNull();
    expect(summary.ci95.p95).not.toBeNull();
    expect(summary.ci95.p99).toBeNull();
    const few = summarise([group(1, 90), group(1, 90)], 1000);
    expect(few.ci95.p95).toBeNull();
    expect(few.ci95.mean).not.toBeNull();
  });

  it('claim no interval at all from one group', () => {
    expect(summarise([group(1, 5000)], 1000).ci95).toEqual({ mean: null, p50: null, p95: null, p99: null });
  });

  it('leave empty groups out of the scatter', () => {
    const summary = summarise([group(1, 500), group(2, 501), [new Histogram()]], 1000);
    expect(summary.ci95.mean).not.toBeNull();
  });

  it('of nothing are null, not zero', () => {
    const summary = summarise([[new Histogram()], [new Histogram()]], 1000);
    expect(summary).toMatchObject({ count: 0, mean: null, p50: null, p95: null, p999: null, max: null });
    expect(summary.ci95).toEqual({ mean: null, p50: null, p95: null, p99: null });
  });

  it('never reach below zero', () => {
    const summary = summarise([group(1, 2), group(1000, 1001)], 1000);
    expect(summary.ci95.mean?.[0]).toBe(0);
  });

  it('of a short run leave its p99 unresolved and keep its mean', async () => {
    const service = only(await resultOf(QUEUE, ['services.desk.traffic.requests=500']));
    expect(service.wait_ms?.p99).not.toBeNull();
    expect(service.wait_ms?.ci95.p99).toBeNull();
    expect(service.wait_ms?.ci95.mean).not.toBeNull();
  });
});

describe('the schema of results', () => {
  const NONE = ['services.desk.traffic.rate=0.000001 /s', 'window=1 min', 'warmup=0 s'];

  it.each([
    ['llm', CHAT, []],
    ['inference', EMBED, []],
    ['queue', QUEUE, ['window=10 min']],
    ['capped', QUEUE, ['services.desk.traffic.requests=50']],
    ['without a request', QUEUE, NONE],
    ['infinite servers', QUEUE, ['services.desk.servers=infinite', 'window=10 min']],
    [
      'priorities',
      QUEUE,
      ['services.desk.discipline=priority', 'services.desk.classes=[{name: a, share: 0.5}, {name: b, share: 0.5}]'],
    ],
    ['overload', CHAT, ['services.chat.traffic.rate=60 /s', 'window=1 min']],
    ['unpriced', CHAT, ['pools.gpu.instance=aws/p5e.48xlarge', 'pools.gpu.region=us-west-2']],
    ['users', QUEUE.replace('rate: 7 /s', 'users: { concurrent: 10, think_time: 1 s }'), ['window=10 min']],
  ] as const)('accepts a result (%s), unchanged after JSON', async (_, text, set) => {
    const result = await resultOf(text, [...set]);
    const read = JSON.parse(JSON.stringify(result));
    expect(read).toEqual(result);
    expect(resultSchema.parse(read)).toEqual(read);
  });

  it('refuses what is no result', async () => {
    const result = await resultOf(QUEUE, ['window=1 min']);
    expect(resultSchema.safeParse({ ...result, schema_version: '2' }).success).toBe(false);
    expect(resultSchema.safeParse({ ...result, cost: undefined }).success).toBe(false);
    expect(resultSchema.safeParse([]).success).toBe(false);
  });

  it('is printed as draft-07', () => {
    expect(resultJsonSchema()).toMatchObject({ $schema: 'http://json-schema.org/draft-07/schema#', type: 'object' });
  });
});
