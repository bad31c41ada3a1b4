/** The bill of a simulated window: pools, then stored data, itemised. */

import { meterEgress } from '../billing/egress.js';
import { type Bill, billOf, meterInstance, meterOwned } from '../billing/meterInstance.js';
import { hoursPerMonth } from '../billing/price.js';
import { meterStorage, meterStorageAt } from '../billing/storage.js';
import type { InstanceRun } from '../billing/usage.js';
import { ratio, sum } from './arithmetic.js';
import type { Cost, CostItem } from './result.js';
import type { PoolUse, ServiceRun } from './serviceRun.js';
import type { PreparedData, PreparedPool, World } from './world.js';

/** What the world cost over `windowS` seconds. Everything that ran is priced or named in `unpriced`. */
export function costOf(world: World, runs: ReadonlyMap<string, ServiceRun>, windowS: number): Cost {
  const bills: Bill[] = [];
  for (const service of world.services) {
    for (const use of runs.get(service.name)?.uses ?? []) {
      const pool = world.pools[use.pool]!;
      bills.push(poolBill(pool, use, windowS), ...egressBills(pool, use, windowS));
    }
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

/** The bill of a pool: of its machines as they ran, as a mean over replications. */
function poolBill(pool: PreparedPool, use: PoolUse, windowS: number): Bill {
  const runs = use.nodes ?? [fixedRuns(use.instances.max, windowS)];
  return meanBill(runs.map((each) => runsBill(pool, use, each, windowS)));
}

/** A fixed pool runs before and after the window: no start is rounded up. */
function fixedRuns(instances: number, windowS: number): readonly InstanceRun[] {
  return Array.from({ length: instances }, () => ({ startS: 0, endS: windowS, isPart: true }));
}

function runsBill(
  { name, pool, prices, purchase }: PreparedPool,
  use: PoolUse,
  runs: readonly InstanceRun[],
  windowS: number,
): Bill {
  const owner = `pools.${name}`;
  if (prices) return meterInstance({ owner, prices, runs, windowS, purchase });
  if (pool.price === undefined)
    return billOf([], [`${owner}: ${pool.accelerator ?? 'hardware'} has no price (give price: … USD/h)`]);
  // Owned hardware is priced by the accelerator, and a node of it is one.
  const seconds = use.nodes
    ? sum(runs.map(({ startS, endS }) => endS - startS))
    : use.replicas.max * use.acceleratorsPerReplica * windowS;
  return meterOwned(owner, seconds, pool.price);
}

/** Answers that leave the pool's region for the internet; the week's busiest hours weigh as they do in the rest of the bill. */
function egressBills({ name, egress, hardware }: PreparedPool, { egressBytes }: PoolUse, windowS: number): Bill[] {
  if (egress === undefined || egressBytes === undefined || egressBytes === 0) return [];
  const owner = `pools.${name}`;
  if (egress !== 'unpriced') return [meterEgress({ owner, bytes: egressBytes, windowS }, egress)];
  return [billOf([], [`${owner}: egress from ${hardware.region ?? 'an unnamed region'} has no known price`])];
}

/** The mean of bills whose items have the same names; an item that some lack counts as nothing there. */
function meanBill(bills: readonly Bill[]): Bill {
  if (bills.length === 1) return bills[0]!;
  const items = new Map<string, CostItem>();
  for (const item of bills.flatMap((bill) => bill.items)) {
    const known = items.get(item.item) ?? { ...item, quantity: 0, usd: 0 };
    const { length } = bills;
    items.set(item.item, {
      ...known,
      quantity: known.quantity + item.quantity / length,
      usd: known.usd + item.usd / length,
    });
  }
  return billOf([...items.values()], [...new Set(bills.flatMap((bill) => bill.unpriced))]);
}
