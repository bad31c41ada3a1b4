/** What leaves a region for the internet, by the tiers of a month. */
import type { StoragePrice } from '../catalog/storage.js';
import { tieredUsd } from '../catalog/tiers.js';
import { type Bill, billOf } from './meterInstance.js';
import { hoursPerMonth } from './price.js';
import { bytesPerUnit } from './storage.js';

export interface SentData {
  readonly owner: string;
  /** Sent over the window. */
  readonly bytes: number;
  readonly windowS: number;
}

/** The window's share of what a month at its pace costs: tiers count the month's quantity, which starts at nothing. */
export const meterEgress = ({ owner, bytes, windowS }: SentData, price: StoragePrice): Bill => {
  const perUnit = bytesPerUnit(price.unit);
  if (perUnit === undefined) return billOf([], [`${owner}: ${price.name} is priced by ${price.unit}, not by GB`]);
  const quantity = bytes / perUnit;
  const months = windowS / 3600 / hoursPerMonth;
  const usd = tieredUsd(price.tiers, quantity / months) * months;
  return billOf([
    {
      item: `${owner}: ${price.name} (${price.region.region})`,
      quantity,
      unit: price.unit,
      unit_price_usd: usd / quantity,
      usd,
      source: price.source,
      as_of: price.asOf,
    },
  ]);
};
