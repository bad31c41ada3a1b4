import type { StoragePrice } from '../catalog/storage.js';
import { tieredUsd } from '../catalog/tiers.js';
import { type Bill, billOf } from './meterInstance.js';
import { hoursPerMonth } from './price.js';

/** Bytes in the unit that a provider bills; `undefined` for requests, hours and the like. */
export const bytesPerUnit = (unit: string): number | undefined => {
  if (/^GiB\b/.test(unit)) return 2 ** 30;
  return /^GB\b/.test(unit) ? 1e9 : undefined;
};

export interface StoredData {
  readonly owner: string;
  readonly bytes: number;
  /** Copies that are paid for. */
  readonly replication: number;
  readonly windowS: number;
}

const monthsIn = (windowS: number): number => windowS / 3600 / hoursPerMonth;

/** What stored bytes cost over a window at a catalog price, tier by tier over the month's quantity. */
export const meterStorage = ({ owner, bytes, replication, windowS }: StoredData, price: StoragePrice): Bill => {
  const perUnit = bytesPerUnit(price.unit);
  if (perUnit === undefined)
    return billOf([], [`${owner}: ${price.name} is priced by ${price.unit}, not by stored GB`]);
  const units = (bytes * replication) / perUnit;
  const usdPerMonth = tieredUsd(price.tiers, units);
  return billOf([
    {
      item: `${owner}: ${price.name} (${price.region.region})`,
      quantity: units * monthsIn(windowS),
      unit: price.unit.endsWith('-month') ? price.unit : `${price.unit}-month`,
      unit_price_usd: units === 0 ? (price.tiers[0]?.usdPerUnit ?? 0) : usdPerMonth / units,
      usd: usdPerMonth * monthsIn(windowS),
      source: price.source,
      as_of: price.asOf,
    },
  ]);
};

/** The same at a price that the scenario gives, in USD per 10⁹ bytes and month. */
export const meterStorageAt = ({ owner, bytes, replication, windowS }: StoredData, usdPerGBMonth: number): Bill => {
  const quantity = ((bytes * replication) / 1e9) * monthsIn(windowS);
  const price = { unit_price_usd: usdPerGBMonth, usd: quantity * usdPerGBMonth, source: 'the scenario', as_of: '' };
  return billOf([{ item: `${owner}: stored data at the given price`, quantity, unit: 'GB-month', ...price }]);
};
