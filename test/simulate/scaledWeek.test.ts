/** Months of fleets that follow the load: a week by its load levels, against every second of it. */
import { describe, expect, it } from 'vitest';
import { forecast } from '../../src/plan/forecast.js';
import { recommend } from '../../src/plan/recommend.js';
import { tasksInThisThread } from '../../src/simulate/simulator.js';
import { simulateWeek } from '../../src/simulate/week/week.js';
import { catalog, resultOf, scenarioOf, worldOf } from './worlds.js';

/** Few, long answers: some twelve run at once in the busiest hour. */
const SHAPED = `version: 1
seed: 3
window: 1 h
warmup: 30 min
replications: 1
services:
  chat:
    kind: llm
    model: meta-llama/Meta-Llama-3.1-8B
    traffic: { rate: 0.4 /s, shape: office-hours, prompt_tokens: 300, output_tokens: 600 }
    slo: { ttft: { p95: 2 s } }
    runs_on: gpu
pools:
  gpu:
    instance: aws/g6e.xlarge
    region: us-east-1
    replicas: { min: 1, max: 12, initial: 2 }
    autoscaler: { policy: hpa, metrics: [{ name: "vllm:num_requests_running", per: replica, target: 2 }] }
`;
const FLAT = ['services.chat.traffic.shape=flat'];
const FIXED = SHAPED.replace(/ {4}replicas: .*\n.*\n/, '    replicas: 3\n');

describe('the month of an autoscaled fleet', () => {
  it('is the hours-weighted mean of its load levels, within a few per cent of every second of a week', async () => {
    const world = await worldOf(SHAPED);
    const fleet = async (exhaustive: boolean) =>
      (await simulateWeek(world, { seed: 5, replications: 2, exhaustive, runTasks: tasksInThisThread }))['chat']!
        .fleet!;
    const [strata, all] = [await fleet(false), await fleet(true)];
    expect(all.replicas.mean).toBeGreaterThan(1.5);
    expect(strata.replicas.mean / all.replicas.mean).toBeGreaterThan(0.95);
    expect(strata.replicas.mean / all.replicas.mean).toBeLessThan(1.05);
    // What moving between levels costs (machines kept while empty, scale-in that waits) is left out of strata.
    expect(strata.usd_per_month / all.usd_per_month).toBeGreaterThan(0.93);
    expect(strata.usd_per_month / all.usd_per_month).toBeLessThan(1.05);
  }, 60_000);

  it('is not the busiest hour, 730 times', async () => {
    const { cost, pools } = await resultOf(SHAPED);
    expect(cost.month!.basis).toBe('week');
    expect(cost.per_month_usd).toBeLessThan(0.7 * cost.per_hour_usd * 730);
    expect(cost.month!.by_item.reduce((sum, { usd }) => sum + usd, 0)).toBeCloseTo(cost.per_month_usd, 6);
    const { week, replicas } = pools['gpu']!;
    expect(week!.replicas.mean).toBeLessThan(replicas.mean);
    // Machines at their price: nothing else is in the month.
    expect(cost.per_month_usd / (week!.instances * 730)).toBeCloseTo(cost.by_item[0]!.unit_price_usd, 2);
    // 0.4 requests/s over the month.
    expect(cost.per_request_usd! / (cost.per_month_usd / (0.4 * 730 * 3600))).toBeCloseTo(1, 1);
  });

  it('is the window, and says so, where every hour is alike; a fixed fleet needs no such word', async () => {
    const flat = await resultOf(SHAPED, FLAT);
    expect(flat.cost.month!.basis).toBe('window');
    expect(flat.cost.per_month_usd).toBeCloseTo(flat.cost.per_hour_usd * 730, 6);
    expect(flat.pools['gpu']!.week).toBeUndefined();
    expect((await resultOf(FIXED)).cost.month).toBeUndefined();
  });

  it('grows with the load in a forecast, which shows the mean fleet and what slower growth would save', async () => {
    const text = `${SHAPED}horizon: 3 months\ngrowth: { users: 30 % / month }\n`;
    const outcome = await forecast(scenarioOf(text), catalog);
    if (!outcome.ok) throw new Error('the forecast failed');
    const { periods, sensitivity } = outcome.result;
    const costs = periods.map((period) => period.cost_usd.p50);
    expect(costs[2]!).toBeGreaterThan(costs[0]! * 1.1);
    for (const { pools, cost_usd } of periods) {
      expect(pools['gpu']!.replicas.mean).toBeLessThan(pools['gpu']!.replicas.max);
      expect(cost_usd.by_item.reduce((sum, { usd }) => sum + usd, 0)).toBeCloseTo(cost_usd.p50, 6);
    }
    const [users] = sensitivity;
    const total = costs.reduce((sum, usd) => sum + usd, 0);
    expect(users!.low).toBeLessThan(total);
    expect(users!.high).toBeGreaterThan(total);
  }, 60_000);
});

it('a recommendation leaves the replicas of an autoscaled pool to its autoscaler, and says so', async () => {
  const scenario = scenarioOf(SHAPED);
  const edits = new Set<string>();
  const apply = (given: readonly { readonly path: string }[]) => {
    for (const { path } of given) edits.add(path);
    return given.length === 0 ? scenario : undefined;
  };
  const outcome = await recommend(scenario, catalog, apply, { only: ['replicas'] });
  if (!outcome.ok) throw new Error('nothing was recommended');
  expect([...edits].filter((path) => path.includes('replicas'))).toEqual([]);
  expect(outcome.result.recommended!.edits).toEqual([]);
  expect(outcome.result.warnings.join()).toContain('an autoscaler sets the replicas of services.chat');
});
