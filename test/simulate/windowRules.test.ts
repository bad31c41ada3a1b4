/** Which stretch of time a run covers (the rules of the window). */
import { describe, expect, it } from 'vitest';
import { busiestWindow, requestsOf, runPlan, shortenedTo } from '../../src/simulate/window.js';
import { CHAT, only, QUEUE, resultOf, scenarioOf, worldOf } from './worlds.js';

const planOf = (set: readonly string[]) => {
  const scenario = scenarioOf(QUEUE, set);
  return runPlan(scenario, scenario.services.desk!);
};

describe('the plan of a run', () => {
  it('is an hour, five replications and a detected warm-up unless something else is said', () => {
    expect(planOf([])).toEqual({ windowS: 3600, replications: 5, batches: 1, warmupS: undefined });
  });

  it('covers exactly the requests of a cap: one replication by batch means, nothing dropped', () => {
    expect(planOf(['services.desk.traffic.requests=500'])).toEqual({
      windowS: null,
      replications: 1,
      batches: 10,
      warmupS: 0,
    });
  });

  it('takes replications and a warm-up where they are given, for a cap too', () => {
    const set = ['services.desk.traffic.requests=500', 'replications=3', 'warmup=10 s'];
    expect(planOf(set)).toEqual({ windowS: null, replications: 3, batches: 1, warmupS: 10 });
  });

  it('follows the window where both a window and a cap are given', () => {
    const plan = planOf(['services.desk.traffic.requests=500', 'window=2 h']);
    expect(plan).toEqual({ windowS: 7200, replications: 5, batches: 1, warmupS: undefined });
  });

  it('uses batches in a window that is asked for once', () => {
    expect(planOf(['replications=1'])).toMatchObject({ windowS: 3600, replications: 1, batches: 10 });
  });
});

describe('a capped run', () => {
  it('ends with the last answer and leaves nothing in flight', async () => {
    const result = await resultOf(QUEUE, ['services.desk.traffic.requests=3000']);
    expect(only(result).requests).toMatchObject({ arrived: 3000, completed: 3000, in_flight: 0 });
    expect(result).toMatchObject({ replications: 1, warmup_s: 0 });
    expect(result.window_s).toBeGreaterThan(300);
    expect(only(result).wait_ms?.count).toBe(3000);
    expect(only(result).wait_ms?.ci95.mean).not.toBeNull();
  });

  it('serves exactly its requests on an LLM fleet, and counts every answer', async () => {
    const chat = CHAT.replace('window: 10 min\n', '');
    const result = await resultOf(chat, ['services.chat.traffic.requests=400']);
    expect(only(result).requests).toMatchObject({ arrived: 400, completed: 400, in_flight: 0 });
    expect(only(result).e2e_ms.count).toBe(400);
    expect(result).toMatchObject({ replications: 1, warmup_s: 0 });
  });
});

describe('a window', () => {
  it('is as long as it was asked for, after a warm-up that is never negative and stated', async () => {
    const result = await resultOf(QUEUE, ['window=20 min']);
    expect(result.window_s).toBe(1200);
    expect(result.replications).toBe(5);
    expect(result.warmup_s).toBeGreaterThanOrEqual(0);
    expect(result.warmup_s).toBeLessThanOrEqual(600);
  });

  it('covers the busiest hours of the week', async () => {
    const weights = Array.from({ length: 168 }, (_, hour) => (hour === 40 ? 3 : hour === 41 ? 2 : 1));
    expect(busiestWindow(weights, 3600)).toEqual({ startHour: 40, factor: 3 });
    expect(busiestWindow(weights, 7200)).toEqual({ startHour: 40, factor: 2.5 });
    expect(busiestWindow(weights, 60)).toEqual({ startHour: 40, factor: 3 });
    expect(busiestWindow(weights, null)).toEqual({ startHour: 0, factor: 1 });
  });

  it('sees the arrivals of the busiest hour of a shape', async () => {
    const set = ['services.desk.traffic.shape=office-hours', 'services.desk.traffic.arrivals=constant', 'warmup=0 s'];
    const scenario = scenarioOf(QUEUE, set);
    const peak = Math.max(...scenario.services.desk!.traffic.shape.weights);
    const result = await resultOf(QUEUE, [...set, 'services.desk.servers=10', 'replications=1']);
    expect(Math.abs(only(result).requests.arrived - 7 * 3600 * peak)).toBeLessThanOrEqual(1);
  });
});

describe('users with a weekly shape', () => {
  const USERS = QUEUE.replace('{ rate: 7 /s }', '{ users: { concurrent: 20, think_time: 40 s }, shape: office-hours }');

  it('stand at the level of the busiest hour in a window of an hour', async () => {
    const weights = scenarioOf(USERS).services.desk!.traffic.shape.weights;
    const result = await resultOf(USERS, ['services.desk.servers=100', 'warmup=5 min']);
    const { arrived } = only(result).requests;
    const expected = (5 * 3600 * Math.round(20 * Math.max(...weights))) / 40.1;
    expect(Math.abs(arrived / expected - 1)).toBeLessThan(0.03);
    expect(result.warnings).toEqual([]);
  });

  it('stand at the mean of the week over a whole week, and a warning says so', async () => {
    const set = ['services.desk.servers=100', 'warmup=5 min', 'window=7 d', 'replications=1'];
    const result = await resultOf(USERS, set);
    expect(Math.abs(only(result).requests.arrived / ((7 * 86_400 * 20) / 40.1) - 1)).toBeLessThan(0.03);
    expect(result.warnings.join()).toContain('services.desk: the number of users stays at its mean');
  });
});

describe('a shortened window', () => {
  it('holds about the requests asked for, and is never longer than the scenario’s', () => {
    const scenario = scenarioOf(QUEUE);
    expect(shortenedTo(scenario, 7_000).window).toBe(1000);
    expect(shortenedTo(scenario, 1e9)).toBe(scenario);
    expect(shortenedTo(scenario, 1).window).toBe(300);
  });

  it('leaves a capped run whole', () => {
    const scenario = scenarioOf(QUEUE, ['services.desk.traffic.requests=500']);
    expect(shortenedTo(scenario, 10)).toBe(scenario);
  });

  it('knows about how many requests a run has', async () => {
    const world = await worldOf(QUEUE);
    expect(requestsOf(world, world.services[0]!, 100)).toBe(700);
    const capped = await worldOf(QUEUE, ['services.desk.traffic.requests=500']);
    expect(requestsOf(capped, capped.services[0]!, null)).toBe(500);
  });
});
