/** The bill of a simulated window: pools, then stored data, itemised. */

import { meterEgress } from '../../billing/egress.js';
import { type Bill, billOf, meterInstance, meterOwned } from '../../billing/meterInstance.js';
import { hoursPerMonth } from '../../billing/price.js';
import { meterStorage, meterStorageAt } from '../../billing/storage.js';
import { meterTokens } from '../../billing/tokens.js';
import type { InstanceRun } from '../../billing/usage.js';
import { ratio, sum } from '../arithmetic.js';
import type { Cost, CostItem } from '../result.js';
import { wholeAccelerators } from '../services/instances.js';
import type { PoolPart } from '../sharing/jointUse.js';
import { ServiceShares } from '../sharing/serviceShares.js';
import { typesOfPool } from '../world/types.js';
import type { PreparedData, PreparedPool, World } from '../world/world.js';
import type { PoolRun } from './poolRuns.js';
import type { PoolUse } from './poolUse.js';
import type { ServiceRun } from './serviceRun.js';

/** What the world cost over `windowS` seconds. Everything that ran is priced or named in `unpriced`. */
export function costOf(
  world: World,
  runs: ReadonlyMap<string, ServiceRun>,
  pools: readonly PoolRun[],
  windowS: number,
): Cost {
  const bills: Bill[] = [];
  const months: Bill[] = [];
  const toMonth = (hoursPerMonth * 3600) / windowS;
  const split = new ServiceShares();
  for (const { pool, tenants, use, week } of pools) {
    const bill = poolBill(pool, use, windowS);
    const egress = egressBills(pool, use, windowS);
    bills.push(bill, ...egress);
    const machines = week ? monthBill(pool, week) : times(bill, toMonth);
    months.push(machines, ...egress.map((each) => times(each, toMonth)));
    const sent = sum(egress.map(({ usd }) => usd));
    split.add(
      tenants,
      { total_usd: bill.usd, per_month_usd: machines.usd },
      { total_usd: sent, per_month_usd: sent * toMonth },
    );
  }
  for (const [name, run] of runs) {
    const bill = tokenBill(world, name, run);
    if (bill === undefined) continue;
    bills.push(bill);
    const levels = lengthsOf(run);
    const ofWeek = run.week?.map((part, i) => times(tokenBill(world, name, part.run)!, monthsOf(levels[i]!, levels)));
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
  const varies = pools.some(({ tenants }) => tenants.some(({ use }) => use.scaling));
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
    ...(pools.some(({ tenants }) => tenants.length > 1) && { by_service: split.shares }),
    ...(varies && { month: { basis: hasWeek ? 'week' : 'window', by_item: months.flatMap((bill) => bill.items) } }),
    unpriced: [...new Set([...bills, ...months].flatMap((bill) => bill.unpriced))],
  };
}

/** A month of a pool by the load levels of its week. */
export function monthBill(pool: PreparedPool, week: readonly PoolPart[]): Bill {
  return sumBill(week.map((part) => times(poolBill(pool, part.use, part.windowS), monthsOf(part, week))));
}

/** Tokens or requests of a month. */
function monthOf(run: ServiceRun, of: 'tokens' | 'completed'): number {
  const { week } = run;
  if (week) {
    const parts = lengthsOf(run);
    return sum(week.map((part, i) => part.run[of] * monthsOf(parts[i]!, parts)));
  }
  return (run[of] / run.demandFactor / run.windowS) * hoursPerMonth * 3600;
}

/** Of the load levels of a service's week. */
const lengthsOf = ({ week = [] }: ServiceRun): LevelLength[] =>
  week.map(({ hours, run: { windowS } }) => ({ hours, windowS }));

/** What a token API charges for a service in a window. */
const tokenBill = ({ tokenApi }: World, name: string, { api }: ServiceRun): Bill | undefined =>
  tokenApi && api && meterTokens(`services.${name}`, api, tokenApi);

type LevelLength = Pick<PoolPart, 'hours' | 'windowS'>;

/** How often a month holds the window of one load level. */
export function monthsOf({ hours, windowS }: LevelLength, week: readonly LevelLength[]): number {
  const share = hours / sum(week.map((part) => part.hours));
  return (share * hoursPerMonth * 3600) / windowS;
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

function runsBill(onPool: PreparedPool, use: PoolUse, runs: readonly InstanceRun[], windowS: number): Bill {
  // Owned hardware is priced by the accelerator, and a node of it is one.
  const ownedS = (use.accelerators?.max ?? wholeAccelerators(use.replicas.max, use.acceleratorsPerReplica)) * windowS;
  const types = typesOfPool(onPool);
  if (types.length === 1)
    return use.nodes ? machineBill(onPool, runs, windowS, true) : machineBill(onPool, runs, windowS, false, ownedS);
  return sumBill(
    types.map((onType, i) => {
      const own = runs.filter(({ type = 0 }) => type === i);
      return machineBill(onType, own, windowS, use.nodes !== undefined);
    }),
  );
}

/**
 * What machines of one instance type cost that ran so.
 *
 * @param tellsSpot the runs say which machines were bought on spot; a share of all otherwise
 * @param ownedS accelerator-seconds of owned hardware; those of the runs unless given
 */
export function machineBill(
  { name, pool, prices, purchase }: PreparedPool,
  runs: readonly InstanceRun[],
  windowS: number,
  tellsSpot = false,
  ownedS: number = sum(runs.map(({ startS, endS }) => endS - startS)),
): Bill {
  const owner = `pools.${name}`;
  if (prices && tellsSpot && purchase.spot > 0) {
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
  return meterOwned(owner, ownedS, pool.price);
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
