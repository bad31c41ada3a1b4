/** Month after month of the same simulation under growth. */
import { describe, expect, it } from 'vitest';
import { type ForecastOptions, forecast } from '../../src/plan/forecast.js';
import type { SimulationResult } from '../../src/simulate/result.js';
import { simulate } from '../../src/simulate/simulate.js';
import type { Simulator } from '../../src/simulate/simulator.js';
import { CHAT, catalog, QUEUE, scenarioOf, worldOf } from '../simulate/worlds.js';

async function forecastOf(text: string, set: readonly string[] = [], options: ForecastOptions = {}) {
  const outcome = await forecast(scenarioOf(text, set), catalog, options);
  if (!outcome.ok) throw new Error(outcome.findings.map(({ message }) => message).join('\n'));
  return outcome.result;
}

/** A simulator that counts. */
function counting(): { readonly simulator: Simulator; readonly calls: SimulationResult[] } {
  const calls: SimulationResult[] = [];
  return {
    calls,
    simulator: async (world, options) => {
      const result = simulate(world, options);
      calls.push(result);
      return result;
    },
  };
}

const GROWING = `${CHAT}start: 2027-01-01\nhorizon: 4 months\ngrowth: { users: 30 % / month }\n`;
const BRIEF = ['window=2 min', 'warmup=10 s'];

describe('a forecast', () => {
  it('counts requests, not the groups that they come in', async () => {
    const groups = [...BRIEF, 'horizon=1 month', 'services.desk.traffic.batch_size=3'];
    const [first] = (await forecastOf(QUEUE, groups)).periods;
    const [single] = (await forecastOf(QUEUE, groups.slice(0, -1))).periods;
    const rate = (period: typeof first) => (period!.drivers.desk as { rate_per_s: number }).rate_per_s;
    expect(rate(first)).toBeCloseTo(3 * rate(single), 9);
  });

  it('begins with the scenario as it is: month 0 equals simulate', async () => {
    const result = await forecastOf(GROWING, [...BRIEF, 'replications=4']);
    const now = simulate(await worldOf(GROWING, [...BRIEF, 'replications=4']));
    const [first] = result.periods;
    expect(first?.start).toBe('2027-01-01');
    expect(first?.services.chat?.ttft_ms).toEqual(now.services.chat?.ttft_ms);
    expect(first?.services.chat?.tpot_ms).toEqual(now.services.chat?.tpot_ms);
    expect(first?.services.chat?.slo_attainment).toEqual(now.services.chat?.slo_attainment);
    expect(first?.cost_usd.p50).toBe(now.cost.per_month_usd);
    expect(first?.carbon_kg).toBe(now.energy.carbon_kg_per_month);
    expect(first?.pools.gpu?.utilization).toBe(now.pools.gpu?.utilization.of_capacity);
    expect(result.fingerprint).toEqual(now.fingerprint);
  });

  it('has a period a month, with the demand of each', async () => {
    const { periods } = await forecastOf(GROWING, BRIEF);
    expect(periods.map(({ start }) => start)).toEqual(['2027-01-01', '2027-02-01', '2027-03-01', '2027-04-01']);
    const rates = periods.map(({ drivers }) => (drivers.chat as { rate_per_s: number }).rate_per_s);
    [2, 2.6, 3.38, 4.394].forEach((rate, month) => {
      expect(rates[month]).toBeCloseTo(rate, 9);
    });
    expect(periods[3]!.services.chat!.tpot_ms!.mean!).toBeGreaterThan(periods[0]!.services.chat!.tpot_ms!.mean!);
  });

  it('gives the same bytes for the same seed and other figures for another', async () => {
    const [a, b, c] = [
      await forecastOf(GROWING, BRIEF),
      await forecastOf(GROWING, BRIEF),
      await forecastOf(GROWING, BRIEF, { seed: 12 }),
    ];
    expect(JSON.stringify(a)).toBe(JSON.stringify(b));
    expect(JSON.stringify(c)).not.toBe(JSON.stringify(a));
    expect(c.fingerprint.seed).toBe(12);
  });

  it('simulates months with the same drivers once', async () => {
    const { simulator, calls } = counting();
    const steps = `${CHAT}start: 2027-01-01\nhorizon: 6 months\ngrowth: { users: { model: step, steps: [{ at: 2027-03-01, factor: 2 }, { at: 2027-05-01, factor: 1.5 }] } }\n`;
    const result = await forecastOf(steps, BRIEF, { simulator });
    expect(calls).toHaveLength(3);
    expect(result.periods).toHaveLength(6);
    const p95 = result.periods.map(({ services }) => services.chat?.ttft_ms?.p95);
    expect(p95[1]).toBe(p95[0]);
    expect(p95[3]).toBe(p95[2]);
    expect(new Set(p95).size).toBe(3);
  });

  it('of a scenario without growth is one simulation', async () => {
    const { simulator, calls } = counting();
    const result = await forecastOf(`${QUEUE}horizon: 12 months\n`, BRIEF, { simulator });
    expect(calls).toHaveLength(1);
    expect(result.periods).toHaveLength(12);
  });

  it('adds up its months', async () => {
    const result = await forecastOf(
      `${CHAT}start: 2027-01-01\nhorizon: 3 months\ngrowth: { data: { model: linear, add: 50 % / month } }\ndata: { files: { stored: 10 TB, price: 0.02 USD/GB-month } }\n`,
      BRIEF,
    );
    const months = result.periods.map(({ cost_usd }) => cost_usd.p50);
    expect(months[1]! - months[0]!).toBeCloseTo(100, 6);
    expect(months[2]! - months[0]!).toBeCloseTo(200, 6);
    expect(result.total_cost_usd.p50).toBeCloseTo(
      months.reduce((sum, usd) => sum + usd, 0),
      9,
    );
    for (const { cost_usd } of result.periods) {
      const items = cost_usd.by_item.reduce((sum, { usd }) => sum + usd, 0);
      expect(items).toBeCloseTo(cost_usd.p50, 6);
    }
    // A fifth slower and faster: 0.4 and 0.6 of the start a month instead of 0.5.
    const [data] = result.sensitivity.filter(({ driver }) => driver === 'growth.data');
    expect(data!.low - result.total_cost_usd.p50).toBeCloseTo(-60, 6);
    expect(data!.high - result.total_cost_usd.p50).toBeCloseTo(60, 6);
  });

  it('names the day on which the budget breaks', async () => {
    const text = `${CHAT}start: 2027-01-01\nhorizon: 4 months\nbudget: { monthly: 1_500 USD }\ngrowth: { data: { model: linear, add: 100 % / month } }\ndata: { files: { stored: 5 TB, price: 0.02 USD/GB-month } }\n`;
    const result = await forecastOf(text, BRIEF);
    expect(result.budget_monthly_usd).toBe(1500);
    // 1358.53 + 100 · month: over the budget from month 1 on (1458.53 + 100 > 1500).
    const months = result.periods.map(({ cost_usd }) => cost_usd.p50 > 1500);
    expect(months).toEqual([false, true, true, true]);
    expect(result.breaches.find(({ what }) => what === 'budget.monthly')).toMatchObject({
      limit: '1500 USD',
      probability: 1,
      date: { p50: '2027-01-17' },
    });
  });

  it('names objectives and quotas that break, with their limits', async () => {
    const set = [...BRIEF, 'growth.users=100 % / month', 'services.chat.slo.ttft.p95=400 ms', 'pools.gpu.quota=1'];
    const result = await forecastOf(GROWING, set);
    const [broken] = result.breaches.filter(({ what }) => what === 'services.chat.slo.ttft.p95');
    expect(broken?.limit).toBe('400 ms');
    expect(broken?.probability).toBeGreaterThan(0.9);
    expect(broken!.date.p50! > '2027-01-01').toBe(true);
    expect(result.breaches.some(({ what }) => what === 'pools.gpu.quota')).toBe(false);
    const over = await forecastOf(GROWING, [...BRIEF, 'pools.gpu.quota=1', 'pools.gpu.replicas=2']);
    expect(over.breaches.find(({ what }) => what === 'pools.gpu.quota')).toMatchObject({
      limit: '1 accelerators',
      probability: 1,
      date: { p10: '2027-01-01' },
    });
  });

  it('ends where growth outruns the hardware, and says so', async () => {
    const text = `${CHAT}start: 2027-01-01\nhorizon: 6 months\ngrowth: { model: 60 % / month }\n`;
    const result = await forecastOf(text, BRIEF);
    expect(result.periods.length).toBeGreaterThan(0);
    expect(result.periods.length).toBeLessThan(6);
    expect(result.warnings.some((warning) => warning.startsWith('from 2027-0'))).toBe(true);
  });

  it('of a scenario that cannot run gives the findings', async () => {
    const outcome = await forecast(scenarioOf(CHAT, ['services.chat.model=no/such']), catalog);
    expect(outcome.ok).toBe(false);
  });

  it('stops between months when it is no longer wanted, and keeps what is done', async () => {
    const stop = new AbortController();
    const set = [...BRIEF, 'horizon=12 months'];
    const pause = async (): Promise<void> => stop.abort();
    expect((await forecastOf(GROWING, set, { signal: stop.signal, pause })).periods).toHaveLength(1);
    expect((await forecastOf(GROWING, set, { signal: AbortSignal.abort() })).periods).toHaveLength(1);
  });

  it('reports each month that is done', async () => {
    const seen: number[][] = [];
    await forecastOf(GROWING, BRIEF, { onProgress: (done, all) => seen.push([done, all]) });
    expect(seen).toEqual([1, 2, 3, 4].map((done) => [done, 4]));
  });

  it('rejects with what the simulator threw', async () => {
    const simulator: Simulator = () => Promise.reject(new Error('INV-little'));
    await expect(forecastOf(GROWING, BRIEF, { simulator })).rejects.toThrow('INV-little');
  });

  it('adds the whole week of each month where it is asked for', async () => {
    const set = ['services.desk.traffic.rate=1 /min', 'services.desk.traffic.shape=office-hours', 'horizon=2 months'];
    const without = await forecastOf(QUEUE, set);
    const result = await forecastOf(QUEUE, set, { week: 'strata' });
    expect(without.periods[0]?.services.desk?.week).toBeUndefined();
    expect(result.periods[1]?.services.desk?.week?.e2e_ms.mean).toBeGreaterThan(0);
    expect(result.periods[0]?.services.desk?.e2e_ms).toEqual(without.periods[0]?.services.desk?.e2e_ms);
  });
});
