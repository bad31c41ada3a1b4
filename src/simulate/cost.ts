/** The bill of a simulated window: pools, then stored data, itemised. */

import { meterEgress } from '../billing/egress.js';
import { type Bill, billOf, meterInstance, meterOwned } from '../billing/meterInstance.js';
import { hoursPerMonth } from '../billing/price.js';
import { meterStorage, meterStorageAt } from '../billing/storage.js';
import { meterTokens } from '../billing/tokens.js';
import type { InstanceRun } from '../billing/usage.js';
import { ratio, sum } from './arithmetic.js';
import type { Cost, CostItem } from './result.js';
import { type PoolUse, type ServiceRun, useOf, type WeekPart } from './serviceRun.js';
import type { PreparedData, PreparedPool, World } from './world.js';

/** What the world cost over `windowS` seconds. Everything that ran is priced or named in `unpriced`. */
export function costOf(world: World, runs: ReadonlyMap<string, ServiceRun>, windowS: number): Cost {
  const bills: Bill[] = [];
  const months: Bill[] = [];
  const toMonth = (hoursPerMonth * 3600) / windowS;
  for (const service of world.services) {
    const run = runs.get(service.name);
    for (const use of run?.uses ?? []) {
      const pool = world.pools[use.pool]!;
      const bill = poolBill(pool, use, windowS);
      const egress = egressBills(pool, use, windowS);
      bills.push(bill, ...egress);
      months.push(run!.week ? monthBill(pool, run!.week) : times(bill, toMonth));
      months.push(...egress.map((each) => times(each, toMonth)));
    }
  }
  for (const { name } of world.services) {
    const { tokenApi } = world;
    const run = runs.get(name);
    if (tokenApi === undefined || run?.api === undefined) continue;
    const bill = meterTokens(`services.${name}`, run.api, tokenApi);
    bills.push(bill);
    const { week } = run;
    const ofWeek = week?.map((part) =>
      times(meterTokens(`services.${name}`, part.run.api!, tokenApi), monthsOf(part, week)),
    );
    months.push(ofWeek ? sumBill(ofWeek) : times(bill, toMonth));
  }
  const stored = world.data.map((data) => storedBill(data, windowS));
  bills.push(...stored);
  months.push(...stored.map((bill) => times(bill, toMonth)));
  const usd = sum(bills.map((bill) => bill.usd));
  const perHour = ratio(usd, windowS / 3600);
  const all = [...runs.values()];
  const hasWeek = all.some((run) => run.week);
  const month = hasWeek ? sum(months.map((bill) => bill.usd)) : perHour * hoursPerMonth;
  const varies = Object.values(world.pools).some(({ scaling }) => scaling);
  // What the bill pays for: a month's work where months have a bill of their own, the window's otherwise.
  const done = (of: 'tokens' | 'completed'): number =>
    sum(all.map((run) => (hasWeek ? monthOf(run, of) : run[of] / run.demandFactor)));
  const paid = hasWeek ? month : usd;
  const tokens = done('tokens');
  const requests = done('completed');
  return {
    total_usd: usd,
    per_hour_usd: perHour,
    per_month_usd: month,
    per_million_tokens_usd: tokens > 0 ? (paid / tokens) * 1e6 : null,
    per_request_usd: requests > 0 ? paid / requests : null,
    by_item: bills.flatMap((bill) => bill.items),
    ...(varies && { month: { basis: hasWeek ? 'week' : 'window', by_item: months.flatMap((bill) => bill.items) } }),
    unpriced: [...new Set([...bills, ...months].flatMap((bill) => bill.unpriced))],
  };
}

/** A month of a pool by the load levels of its week. */
export function monthBill(pool: PreparedPool, week: readonly WeekPart[]): Bill {
  return sumBill(
    week.map((part) => times(poolBill(pool, useOf(part.run, pool.name), part.run.windowS), monthsOf(part, week))),
  );
}

/** Tokens or requests of a month. */
function monthOf({ week, ...run }: ServiceRun, of: 'tokens' | 'completed'): number {
  if (week) return sum(week.map((part) => part.run[of] * monthsOf(part, week)));
  return (run[of] / run.demandFactor / run.windowS) * hoursPerMonth * 3600;
}

/** How often a month holds the window of one load level. */
export function monthsOf({ hours, run }: WeekPart, week: readonly WeekPart[]): number {
  const share = hours / sum(week.map((part) => part.hours));
  return (share * hoursPerMonth * 3600) / run.windowS;
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
  if (prices && use.nodes && purchase.spot > 0) {
    const metered = (isSpot: boolean): Bill =>
      meterInstance({
        owner,
        prices,
        runs: runs.filter((each) => (each.isSpot ?? false) === isSpot),
        windowS,
        purchase: isSpot ? { committed1y: 0, committed3y: 0, spot: 1 } : { ...purchase, spot: 0 },
      });
    const [spot, other] = [metered(true), metered(false)];
    return billOf([...other.items, ...spot.items], [...other.unpriced, ...spot.unpriced]);
  }
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
  return bills.length === 1 ? bills[0]! : sumBill(bills.map((bill) => times(bill, 1 / bills.length)));
}

/** Bills as one: items of the same name are added. */
function sumBill(bills: readonly Bill[]): Bill {
  const items = new Map<string, CostItem>();
  for (const item of bills.flatMap((bill) => bill.items)) {
    const known = items.get(item.item) ?? { ...item, quantity: 0, usd: 0 };
    items.set(item.item, { ...known, quantity: known.quantity + item.quantity, usd: known.usd + item.usd });
  }
  return billOf([...items.values()], [...new Set(bills.flatMap((bill) => bill.unpriced))]);
}

function times({ items, unpriced }: Bill, factor: number): Bill {
  return billOf(
    items.map((item) => ({ ...item, quantity: item.quantity * factor, usd: item.usd * factor })),
    unpriced,
  );
}
