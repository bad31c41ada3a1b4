import type { CostItem } from '../simulate/result.js';
import type { InstancePrices } from './instancePrices.js';
import { meterRule } from './meter.js';
import type { Price } from './price.js';
import { allOnDemand, type Purchase } from './purchase.js';
import { billedByHour, type InstanceRun } from './usage.js';

export interface Bill {
  readonly usd: number;
  readonly items: readonly CostItem[];
  /** What was used but has no known price, with the reason. */
  readonly unpriced: readonly string[];
}

export interface InstanceUsage {
  /** Whose bill this is: the pool's name, shown before each item. */
  readonly owner: string;
  readonly prices: InstancePrices;
  readonly runs: readonly InstanceRun[];
  readonly windowS: number;
  readonly purchase?: Purchase;
}

const secondsPerHour = 3600;

/** Instance-hours by how they are paid. */
interface Split {
  readonly used3y: number;
  readonly unused3y: number;
  readonly used1y: number;
  readonly unused1y: number;
  readonly spot: number;
  readonly onDemand: number;
}

/**
 * Commitments cover the usage of each clock hour first, three-year before one-year, and are paid in full; spot takes its share of the
 * rest. An hour's unused commitment is lost: it cannot cover another hour (AWS reserved instances and savings plans work like this).
 */
const split = (hours: Float64Array, windowS: number, purchase: Purchase): Split => {
  const sum = { used3y: 0, unused3y: 0, used1y: 0, unused1y: 0, spot: 0, onDemand: 0 };
  hours.forEach((usedS, hour) => {
    const lengthS = Math.min(secondsPerHour, windowS - hour * secondsPerHour);
    const covered3y = Math.min(usedS, purchase.committed3y * lengthS);
    const covered1y = Math.min(usedS - covered3y, purchase.committed1y * lengthS);
    const rest = usedS - covered3y - covered1y;
    sum.used3y += covered3y / secondsPerHour;
    sum.unused3y += (purchase.committed3y * lengthS - covered3y) / secondsPerHour;
    sum.used1y += covered1y / secondsPerHour;
    sum.unused1y += (purchase.committed1y * lengthS - covered1y) / secondsPerHour;
    sum.spot += (rest * purchase.spot) / secondsPerHour;
    sum.onDemand += (rest * (1 - purchase.spot)) / secondsPerHour;
  });
  return sum;
};

/** The bill of several items: amounts are summed in the order given. */
export const billOf = (items: readonly CostItem[], unpriced: readonly string[] = []): Bill => ({
  usd: items.reduce((sum, item) => sum + item.usd, 0),
  items,
  unpriced,
});

/**
 * What a pool's instances cost over a window, itemised: per start rounded as the provider does, commitments first, then spot and on
 * demand. Throws nothing; a purchase option without a price is named in `unpriced` and costs nothing in `usd`.
 */
export const meterInstance = ({ owner, prices, runs, windowS, purchase = allOnDemand }: InstanceUsage): Bill => {
  const hours = split(billedByHour(runs, windowS, meterRule(prices.provider, prices.type)), windowS, purchase);
  const items: CostItem[] = [];
  const unpriced: string[] = [];
  const charge = (label: string, quantity: number, price: Price): void => {
    if (quantity <= 0) return;
    if (price.kind === 'unpriced') {
      unpriced.push(`${owner}: ${prices.name} ${label}: ${price.reason}`);
      return;
    }
    for (const [place, part] of price.parts.entries()) {
      items.push({
        item: `${owner}: ${prices.name} ${place === 0 ? label : `${label}, ${part.name}`}`,
        quantity,
        unit: 'instance-hour',
        unit_price_usd: part.usdPerHour,
        usd: quantity * part.usdPerHour,
        source: part.source,
        as_of: part.asOf,
      });
    }
  };
  charge('committed 3y', hours.used3y, prices.committed3y);
  charge('committed 3y, unused', hours.unused3y, prices.committed3y);
  charge('committed 1y', hours.used1y, prices.committed1y);
  charge('committed 1y, unused', hours.unused1y, prices.committed1y);
  charge('spot', hours.spot, prices.spot);
  charge('on demand', hours.onDemand, prices.onDemand);
  return billOf(items, unpriced);
};

/** Owned or unlisted hardware: the accelerator-hours in use at the scenario's own price. */
export const meterOwned = (owner: string, acceleratorSeconds: number, usdPerAcceleratorHour: number): Bill => {
  const quantity = acceleratorSeconds / secondsPerHour;
  const usd = quantity * usdPerAcceleratorHour;
  const price = { unit_price_usd: usdPerAcceleratorHour, source: 'the scenario', as_of: '' };
  return billOf([
    { item: `${owner}: accelerators at the given price`, quantity, unit: 'accelerator-hour', usd, ...price },
  ]);
};
