/** A week by load levels against every second of it. */
import { describe, expect, it } from 'vitest';
import type { Summary, WeekResult } from '../../src/simulate/result.js';
import { tasksInThisThread } from '../../src/simulate/simulator.js';
import { weekStrata } from '../../src/simulate/week/strata.js';
import { simulateWeek } from '../../src/simulate/week/week.js';
import { CHAT, QUEUE, worldOf } from './worlds.js';

async function both(text: string, set: readonly string[], replications: number) {
  const world = await worldOf(text, set);
  const week = async (exhaustive: boolean): Promise<WeekResult> => {
    const weeks = await simulateWeek(world, { seed: 5, replications, exhaustive, runTasks: tasksInThisThread });
    return Object.values(weeks)[0]!;
  };
  return { strata: await week(false), exhaustive: await week(true) };
}

/** The difference of two figures within the 99.9 % interval of a difference (twice that of 95 % for a dozen replications). */
function expectAgreement(a: Summary, b: Summary, statistics: readonly ('mean' | 'p50' | 'p95')[]): void {
  for (const statistic of statistics) {
    const [left, right] = [a.ci95[statistic]!, b.ci95[statistic]!];
    const half = Math.hypot(left[1] - left[0], right[1] - right[0]) / 2;
    expect(Math.abs(a[statistic]! - b[statistic]!), statistic).toBeLessThan(2 * half);
  }
}

// Slow enough that a week is quickly told.
const SLOW = [
  'services.desk.service_time.mean=2 s',
  'services.desk.traffic.rate=15 /min',
  'services.desk.slo={e2e: {p95: 12 s}}',
];
const SHAPED = [...SLOW, 'services.desk.traffic.shape=office-hours'];

describe('strata agree with every second of the week', () => {
  it('under a flat load, which is a single stratum', async () => {
    const { strata, exhaustive } = await both(QUEUE, SLOW, 12);
    expect(strata.strata).toHaveLength(1);
    expect(strata.strata[0]).toMatchObject({ level: 1, hours: 168 });
    expect(strata.method).toBe('strata');
    expect(exhaustive.method).toBe('exhaustive');
    expectAgreement(strata.e2e_ms, exhaustive.e2e_ms, ['mean', 'p50', 'p95']);
  });

  it('under a shaped load that is served', async () => {
    const { strata, exhaustive } = await both(QUEUE, [...SHAPED, 'services.desk.servers=3'], 12);
    expect(strata.strata.every(({ episode }) => !episode)).toBe(true);
    expectAgreement(strata.e2e_ms, exhaustive.e2e_ms, ['mean', 'p50', 'p95']);
    const share = (week: WeekResult): number => week.slo_attainment['e2e.p95']!.share_within;
    expect(Math.abs(share(strata) - share(exhaustive))).toBeLessThan(0.01);
  });

  it('under a load that exceeds capacity by day and is worked off by night', async () => {
    const { strata, exhaustive } = await both(QUEUE, SHAPED, 12);
    expect(strata.strata.some(({ episode }) => episode)).toBe(true);
    expectAgreement(strata.e2e_ms, exhaustive.e2e_ms, ['mean', 'p50', 'p95']);
  });

  it('for a language model', async () => {
    const set = ['services.chat.traffic.rate=9 /min', 'services.chat.traffic.shape=office-hours'];
    const { strata, exhaustive } = await both(CHAT, set, 6);
    expectAgreement(strata.ttft_ms!, exhaustive.ttft_ms!, ['mean', 'p95']);
    expectAgreement(strata.tpot_ms!, exhaustive.tpot_ms!, ['mean', 'p95']);
  });

  it('where requests are few and service is slow: then the week is simulated whole', async () => {
    const set = [
      'services.desk.service_time.mean=4 min',
      'services.desk.servers=3',
      'services.desk.traffic.rate=38 /h',
    ];
    const { strata, exhaustive } = await both(QUEUE, set, 12);
    expect(strata.strata).toEqual([{ level: 1, hours: 168, episode: { startHour: 0, length: 168 } }]);
    expectAgreement(strata.e2e_ms, exhaustive.e2e_ms, ['mean', 'p50', 'p95']);
  });

  it('for users whose number follows the week', async () => {
    const users = QUEUE.replace(
      '{ rate: 7 /s }',
      '{ users: { concurrent: 20, think_time: 40 s }, shape: office-hours }',
    );
    const { strata, exhaustive } = await both(users, ['services.desk.service_time.mean=2 s'], 8);
    expect(exhaustive.strata).toHaveLength(168);
    expectAgreement(strata.e2e_ms, exhaustive.e2e_ms, ['mean', 'p50', 'p95']);
  });
});

describe('the strata of a week', () => {
  it('stand for 168 hours, keep the mean level, and have the peak by itself', async () => {
    const world = await worldOf(QUEUE, ['services.desk.traffic.shape=office-hours']);
    const [service] = world.services;
    const strata = weekStrata(world, service!, Infinity);
    expect(strata.reduce((hours, stratum) => hours + stratum.hours, 0)).toBe(168);
    expect(strata.reduce((sum, stratum) => sum + stratum.level * stratum.hours, 0) / 168).toBeCloseTo(1, 9);
    expect(strata.length).toBeLessThanOrEqual(12);
    expect(strata[0]?.level).toBeCloseTo(Math.max(...service!.service.traffic.shape.weights), 12);
  });

  it('make one episode of an overload, from its first hour to an hour after its backlog is served', async () => {
    const weights = Array.from({ length: 168 }, (_, hour) => (hour === 50 || hour === 51 ? 2 : 0.5));
    const world = await worldOf(QUEUE, [`services.desk.traffic.shape=[${weights.join()}]`]);
    const [service] = world.services;
    const [high, low] = [...new Set(service!.service.traffic.shape.weights)].sort((a, b) => b - a) as [number, number];
    // Two hours bring (7·high − capacity)·2 h too many; three quieter ones work it off.
    const capacity = 7 * (low + (2 / 3) * (high - low) * 0.7);
    const strata = weekStrata(world, service!, capacity);
    const episodes = strata.filter(({ episode }) => episode);
    const backlogH = 2 * (7 * high - capacity);
    const emptied = Math.ceil(backlogH / (capacity - 7 * low));
    expect(episodes).toHaveLength(1);
    expect(episodes[0]?.episode).toEqual({ startHour: 50, length: 2 + emptied });
    expect(strata.reduce((hours, stratum) => hours + stratum.hours, 0)).toBe(168);
  });

  it('make the whole week one episode when it is never served', async () => {
    const world = await worldOf(QUEUE);
    expect(weekStrata(world, world.services[0]!, 5)).toEqual([
      { level: 1, hours: 168, episode: { startHour: 0, length: 168 } },
    ]);
  });

  it('do not exist for a capped run', async () => {
    const world = await worldOf(QUEUE, ['services.desk.traffic.requests=10']);
    const weeks = await simulateWeek(world, {
      seed: 1,
      replications: 2,
      exhaustive: false,
      runTasks: tasksInThisThread,
    });
    expect(weeks).toEqual({});
  });
});
