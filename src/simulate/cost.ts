/** The bill of a simulated window: pools, then stored data, itemised. */
import { type Bill, billOf, meterInstance, meterOwned } from '../billing/meterInstance.js';
import { hoursPerMonth } from '../billing/price.js';
import { meterStorage, meterStorageAt } from '../billing/storage.js';
import { ratio, sum } from './arithmetic.js';
import { instancesBilled } from './instances.js';
import type { Cost } from './result.js';
import type { PoolUse, ServiceRun } from './serviceRun.js';
import type { PreparedData, PreparedPool, World } from './world.js';

/** What the world cost over `windowS` seconds. Everything that ran is priced or named in `unpriced`. */
export function costOf(world: World, runs: ReadonlyMap<string, ServiceRun>, windowS: number): Cost {
  const bills: Bill[] = [];
  for (const service of world.services) {
    const use = runs.get(service.name)?.use;
    if (service.pool !== undefined && use) bills.push(poolBill(world.pools[service.pool]!, use, windowS));
  }
  bills.push(...world.data.map((data) => storedBill(data, windowS)));
  const usd = sum(bills.map((bill) => bill.usd));
  const perHour = ratio(usd, windowS / 3600);
  const all = [...runs.values()];
  const tokens = sum(all.map((run) => run.tokens / run.demandFactor));
  const requests = sum(all.map((run) => run.completed / run.demandFactor));
  return {
    total_usd: usd,
    per_hour_usd: perHour,
    per_month_usd: perHour * hoursPerMonth,
    per_million_tokens_usd: tokens > 0 ? (usd / tokens) * 1e6 : null,
    per_request_usd: requests > 0 ? usd / requests : null,
    by_item: bills.flatMap((bill) => bill.items),
    unpriced: bills.flatMap((bill) => bill.unpriced),
  };
}

function storedBill({ name, bytes, replication, price }: PreparedData, windowS: number): Bill {
  const stored = { owner: `data.${name}`, bytes, replication, windowS };
  return typeof price === 'number' ? meterStorageAt(stored, price) : meterStorage(stored, price);
}

/** What stored data costs in a month of 730 hours. */
export function storedCostUsd(data: readonly PreparedData[]): number {
  return sum(data.map((each) => storedBill(each, hoursPerMonth * 3600).usd));
}

/** A fixed pool runs before and after the window: no start is rounded up. */
function poolBill({ name, pool, prices, purchase, hardware }: PreparedPool, use: PoolUse, windowS: number): Bill {
  const owner = `pools.${name}`;
  if (!prices && pool.price === undefined)
    return billOf([], [`${owner}: ${pool.accelerator ?? 'hardware'} has no price (give price: … USD/h)`]);
  if (!prices) return meterOwned(owner, use.replicas * use.acceleratorsPerReplica * windowS, pool.price ?? 0);
  const instances = instancesBilled(use.replicas, use.acceleratorsPerReplica, hardware.acceleratorsPerInstance);
  const runs = Array.from({ length: instances }, () => ({ startS: 0, endS: windowS, isPart: true }));
  return meterInstance({ owner, prices, runs, windowS, purchase });
}
