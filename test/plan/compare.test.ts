/** Scenarios side by side under common random numbers. */
import { describe, expect, it } from 'vitest';
import { interval95 } from '../../src/kernel/intervals.js';
import { compare } from '../../src/plan/compare.js';
import { simulate } from '../../src/simulate/simulate.js';
import { CHAT, only, QUEUE, worldOf } from '../simulate/worlds.js';

const BRIEF = ['window=3 min', 'warmup=20 s'];
const named = async (name: string, text: string, set: readonly string[]) => ({ name, world: await worldOf(text, set) });
const P95 = 'services.chat.tpot_ms.p95';

describe('comparing', () => {
  it('a scenario with itself finds no difference, exactly', async () => {
    const twice = [await named('a', CHAT, BRIEF), await named('b', CHAT, BRIEF)];
    const { scenarios, differences } = await compare(twice, { seed: 1, replications: 4 });
    expect(scenarios).toEqual(['a', 'b']);
    expect(differences.length).toBeGreaterThan(8);
    for (const difference of differences) {
      expect(difference).toMatchObject({ delta: 0, ci95: [0, 0], significant: false });
      expect(difference.values[0]).toBe(difference.values[1]);
    }
  });

  it('finds the difference in cost exactly, and the difference in latency with an interval', async () => {
    const two = [await named('a', CHAT, BRIEF), await named('b', CHAT, [...BRIEF, 'pools.gpu.replicas=2'])];
    const { differences } = await compare(two, { seed: 1, replications: 6 });
    const of = (metric: string) => differences.find((each) => each.metric === metric)!;
    const monthly = of('cost.per_month_usd');
    expect(monthly.delta).toBeCloseTo(monthly.values[0]!, 6);
    expect(monthly.ci95).toEqual([monthly.delta, monthly.delta]);
    expect(monthly.significant).toBe(true);
    const latency = of(P95);
    expect(latency.delta).toBeCloseTo(latency.values[1]! - latency.values[0]!, 9);
    expect(latency.delta).toBeLessThan(0);
    expect(latency.ci95![1]).toBeLessThan(0);
    expect(latency.significant).toBe(true);
  });

  it('in pairs is narrower than without them', async () => {
    const [a, b] = [
      await worldOf(QUEUE, BRIEF),
      await worldOf(QUEUE, [...BRIEF, 'services.desk.service_time.mean=102 ms']),
    ];
    const worlds = [
      { name: 'a', world: a },
      { name: 'b', world: b },
    ];
    const { differences } = await compare(worlds, { seed: 1, replications: 10 });
    const [low, high] = differences.find(({ metric }) => metric === 'services.desk.e2e_ms.mean')!.ci95!;
    const means = (world: typeof a, seed: number) =>
      Array.from({ length: 10 }, (_, only_) => only(simulate(world, { seed, only: only_ })).e2e_ms.mean!);
    const width = ([from, to]: readonly [number, number]): number => to - from;
    const unpaired = Math.hypot(width(interval95(means(a, 1))!), width(interval95(means(b, 2))!));
    expect(high - low).toBeLessThan(unpaired / 3);
  });

  it('sees a small difference that independent runs would not', async () => {
    const two = [
      await named('a', QUEUE, BRIEF),
      await named('b', QUEUE, [...BRIEF, 'services.desk.service_time.mean=102 ms']),
    ];
    const { differences } = await compare(two, { seed: 1 });
    expect(differences.find(({ metric }) => metric === 'services.desk.e2e_ms.mean')).toMatchObject({
      significant: true,
    });
  });

  it('several scenarios gives a value each, and the last minus the first', async () => {
    const three = await Promise.all([1, 2, 3].map((n) => named(`${n}`, CHAT, [...BRIEF, `pools.gpu.replicas=${n}`])));
    const { differences } = await compare(three, { seed: 1, replications: 3 });
    const monthly = differences.find(({ metric }) => metric === 'cost.per_month_usd')!;
    expect(monthly.values).toHaveLength(3);
    expect(monthly.delta).toBeCloseTo(2 * monthly.values[0]!, 6);
  });

  it('leaves out services that not all have', async () => {
    const two = [await named('a', CHAT, BRIEF), await named('b', QUEUE, BRIEF)];
    const { differences } = await compare(two, { seed: 1, replications: 2 });
    expect(differences.filter(({ metric }) => metric.startsWith('services.'))).toEqual([]);
    expect(differences.map(({ metric }) => metric)).toContain('cost.per_month_usd');
  });

  it('compares capped runs, each a replication', async () => {
    const set = ['services.desk.traffic.requests=500'];
    const two = [await named('a', QUEUE, set), await named('b', QUEUE, [...set, 'services.desk.servers=2'])];
    const { differences } = await compare(two, { seed: 1, replications: 5 });
    expect(differences.find(({ metric }) => metric === 'services.desk.wait_ms.mean')).toMatchObject({
      significant: true,
    });
  });
});
