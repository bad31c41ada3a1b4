/** Bills of simulated windows against invoices computed by hand. */
import { describe, expect, it } from 'vitest';
import { findInstance } from '../../src/catalog/instances.js';
import { instancesBilled } from '../../src/simulate/services/instances.js';
import { CHAT, catalog, EMBED, only, QUEUE, resultOf } from './worlds.js';

const HOURS_PER_MONTH = 730;

function priceOf(name: string, region: string): number {
  const found = findInstance(catalog, name, region);
  if (found.kind !== 'found' || found.value.onDemandUsdPerHour === undefined) throw new Error(`no price for ${name}`);
  return found.value.onDemandUsdPerHour;
}

const OWNED = CHAT.replace('instance: aws/g6e.xlarge, region: us-east-1', 'accelerator: A100-80GB, price: 3.20 USD/h');
const STORE = 'data:\n  articles: { stored: 200 GB, price: 0.023 USD/GB-month, replication: 3 }\n';

describe('instances billed', () => {
  it.each([
    [3, 4, 8, 2],
    [2, 4, 8, 1],
    [1, 1, 8, 1],
    [9, 1, 8, 2],
    [3, 8, 8, 3],
    [3, 0, 1, 3],
    [3, 2, 1, 6],
  ])('%d replicas of %d accelerators on machines with %d take %d', (replicas, each, perInstance, billed) => {
    expect(instancesBilled(replicas, each, perInstance)).toBe(billed);
  });
});

describe('the bill', () => {
  it('of one instance for ten minutes is a sixth of its hourly price', async () => {
    const { cost } = await resultOf(CHAT);
    const hourly = priceOf('aws/g6e.xlarge', 'us-east-1');
    expect(cost.total_usd).toBeCloseTo(hourly / 6, 9);
    expect(cost.per_hour_usd).toBeCloseTo(hourly, 9);
    expect(cost.per_month_usd).toBeCloseTo(hourly * HOURS_PER_MONTH, 6);
    expect(cost.by_item).toHaveLength(1);
    expect(cost.by_item[0]).toMatchObject({ unit: 'instance-hour', unit_price_usd: hourly });
    expect(cost.by_item[0]?.quantity).toBeCloseTo(1 / 6, 12);
    expect(cost.by_item[0]?.source).toBeTruthy();
    expect(cost.unpriced).toEqual([]);
  });

  it('counts whole instances: three replicas of four accelerators on eight-way machines are two machines', async () => {
    const set = ['pools.gpu.instance=aws/p5.48xlarge', 'pools.gpu.parallelism.tensor=4', 'pools.gpu.replicas=3'];
    const result = await resultOf(CHAT, set);
    expect(result.pools.gpu).toMatchObject({ accelerators_per_replica: 4, instances_billed: 2 });
    expect(result.cost.per_hour_usd).toBeCloseTo(2 * priceOf('aws/p5.48xlarge', 'us-east-1'), 9);
  });

  it('of owned hardware is its price per accelerator-hour', async () => {
    const result = await resultOf(OWNED, ['pools.gpu.replicas=2', 'pools.gpu.parallelism.tensor=2']);
    expect(result.cost.per_hour_usd).toBeCloseTo(2 * 2 * 3.2, 9);
    expect(result.cost.by_item[0]).toMatchObject({ unit: 'accelerator-hour', unit_price_usd: 3.2 });
  });

  it('of a queue on owned hardware counts its replicas’ accelerators', async () => {
    const text = `${QUEUE}    runs_on: own\npools:\n  own: { accelerator: A100-80GB, price: 3.20 USD/h, replicas: 2 }\n`;
    const result = await resultOf(text, ['window=10 min']);
    expect(result.cost.per_hour_usd).toBeCloseTo(2 * 3.2, 9);
    expect(result.pools.own).toMatchObject({ accelerators_per_replica: 1, instances_billed: 2 });
  });

  it('of machines without accelerators counts a machine a replica', async () => {
    const { cost, pools } = await resultOf(EMBED);
    expect(pools.cpu).toMatchObject({ accelerators_per_replica: 0, instances_billed: 2 });
    expect(cost.per_hour_usd).toBeCloseTo(2 * priceOf('aws/c7i.2xlarge', 'us-east-1'), 9);
  });

  it('holds stored data by the month, copies included', async () => {
    const { cost } = await resultOf(CHAT + STORE);
    const store = cost.by_item.find(({ item }) => item.includes('data.articles'));
    expect(store?.usd).toBeCloseTo((200 * 3 * 0.023) / HOURS_PER_MONTH / 6, 12);
    expect(cost.per_month_usd).toBeCloseTo(
      priceOf('aws/g6e.xlarge', 'us-east-1') * HOURS_PER_MONTH + 200 * 3 * 0.023,
      6,
    );
  });

  it('is the sum of its items', async () => {
    const { cost } = await resultOf(CHAT + STORE);
    expect(cost.total_usd).toBeCloseTo(
      cost.by_item.reduce((sum, item) => sum + item.usd, 0),
      12,
    );
    for (const item of cost.by_item) expect(item.usd).toBeCloseTo(item.quantity * item.unit_price_usd, 9);
  });

  it('is shared among tokens and requests of the window', async () => {
    const result = await resultOf(CHAT);
    const { throughput } = only(result);
    const tokens = (throughput.input_tokens_per_s! + throughput.output_tokens_per_s!) * result.window_s;
    expect(result.cost.per_million_tokens_usd).toBeCloseTo((result.cost.total_usd / tokens) * 1e6, 9);
    expect(result.cost.per_request_usd).toBeCloseTo(
      result.cost.total_usd / (throughput.requests_per_s * result.window_s),
      12,
    );
  });

  it('names what has no price instead of counting nothing', async () => {
    const result = await resultOf(CHAT, ['pools.gpu.instance=aws/p5e.48xlarge', 'pools.gpu.region=us-west-2']);
    expect(result.cost.unpriced).toHaveLength(1);
    expect(result.cost.unpriced[0]).toContain('pools.gpu: aws/p5e.48xlarge');
    expect(result.cost.total_usd).toBe(0);
    expect(result.cost.by_item).toEqual([]);
  });

  it('does not depend on load: a fixed fleet costs the same', async () => {
    const [one, two] = [await resultOf(CHAT), await resultOf(CHAT, ['services.chat.traffic.rate=4 /s'])];
    expect(two.cost.total_usd).toBe(one.cost.total_usd);
  });

  it('of a quota says which share is held', async () => {
    const set = ['pools.gpu.instance=aws/p5.48xlarge', 'pools.gpu.parallelism.tensor=4', 'pools.gpu.replicas=3'];
    expect((await resultOf(CHAT, [...set, 'pools.gpu.quota=16'])).pools.gpu?.quota_used).toBe(0.75);
    expect((await resultOf(CHAT, set)).pools.gpu?.quota_used).toBeNull();
  });
});

describe('energy', () => {
  it('is rated power between idle and busy, of whole machines', async () => {
    const result = await resultOf(OWNED, ['pools.gpu.replicas=2']);
    // A100-80GB: 400 W; an idle one is taken to draw a fifth.
    const busy = result.pools.gpu!.utilization.mean;
    const kwh = (2 * 0.4 * (0.2 + 0.8 * busy)) / 6;
    expect(result.energy.kwh).toBeCloseTo(kwh, 6);
    expect(result.energy.per_month_kwh).toBeCloseTo(kwh * 6 * HOURS_PER_MONTH, 3);
  });

  it('powers accelerators that no replica uses', async () => {
    const machine = await resultOf(CHAT, ['pools.gpu.instance=aws/p5.48xlarge']);
    const busy = machine.pools.gpu!.utilization.mean;
    expect(machine.energy.kwh).toBeCloseTo((8 * 0.7 * (0.2 + 0.8 * busy)) / 6, 6);
  });

  it('becomes carbon by the grid of the region, and stays unknown where the grid is', async () => {
    // g CO2e/kWh and the power usage effectiveness of the provider (cloud-carbon-coefficients)
    for (const [region, grams] of [
      ['us-east-1', 415.8],
      ['eu-central-1', 338],
    ] as const) {
      const { energy } = await resultOf(CHAT, [`pools.gpu.region=${region}`]);
      expect(energy.carbon_kg_per_month).toBeCloseTo((energy.per_month_kwh! * 1.135 * grams) / 1000, 6);
    }
    expect((await resultOf(OWNED)).energy.carbon_kg_per_month).toBeNull();
  });

  it('is unknown for machines whose power is not in the catalog, never zero', async () => {
    expect((await resultOf(EMBED)).energy).toEqual({ kwh: null, per_month_kwh: null, carbon_kg_per_month: null });
    expect((await resultOf(QUEUE, ['window=10 min'])).energy.kwh).toBeNull();
  });
});
