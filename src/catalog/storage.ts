import { numberIn } from './fields.js';
import { type Found, found, type NotFound, notFound } from './lookup.js';
import type { Catalog } from './open.js';
import { chooseRegion, type RegionChoice } from './regions.js';
import type { Row } from './table.js';
import { readTier, type Tier } from './tiers.js';
import type { Provenance } from './types.js';

/** The price of a storage, request or network item, by tier. */
export interface StoragePrice extends Provenance {
  /** `aws/object_storage_s3/Standard / Storage`. */
  readonly name: string;
  readonly region: RegionChoice;
  /** As the provider bills it: `GB`, `GiB-month`, `1k requests`, `hours`, …. Storage in GB or GiB is per month. */
  readonly unit: string;
  readonly tiers: readonly Tier[];
}

const plain = (name: string): string => name.toLowerCase().replaceAll(/[\s_-]+/g, '');
const nameOf = (row: Row): string => `${row['provider']}/${row['service']}/${row['item']}`;

/** Some items carry their tier in the name: `Capacity (first 50TB)`. All tiers of one item share what is left. */
const groupOf = (row: Row): string => {
  const tier = row['tier'] ?? '';
  return tier === '' ? nameOf(row) : nameOf(row).replace(` (${tier})`, '');
};

const tiersOf = (rows: readonly Row[]): readonly Tier[] => {
  const tiers: Tier[] = [];
  for (const row of rows) {
    const tier = readTier(row['tier'] ?? '', tiers.at(-1)?.toUnits ?? 0, numberIn(row, 'price_usd') ?? 0);
    if (tier !== undefined) tiers.push(tier);
  }
  return tiers;
};

/**
 * A price by `provider/service/item` (whatever the case and the spaces) in `region`, or in the provider's default where none is given.
 * An item that is not priced in the region asked for is a miss with the regions that have it, not another region's price.
 */
export const findStorage = (catalog: Catalog, name: string, region?: string): Found<StoragePrice> | NotFound => {
  const rows = catalog.rows('storage_network');
  const exact = rows.filter((row) => plain(nameOf(row)) === plain(name));
  // an item written with one tier means the whole item
  const tiered = exact.find((row) => row['tier'] !== '');
  const group = tiered === undefined ? name : groupOf(tiered);
  const isTiered = tiered !== undefined || exact.length === 0;
  const same = rows.filter((row) => plain(groupOf(row)) === plain(group) && (row['tier'] !== '') === isTiered);
  const first = same[0];
  if (first === undefined) return notFound('storage', name, rows.map(groupOf));
  const sold = [...new Set(same.map((row) => row['region'] ?? ''))];
  const choice = chooseRegion(first['provider'] ?? '', region, sold);
  if (choice === undefined)
    return { kind: 'not-found', what: 'region', name: `${region} for ${groupOf(first)}`, suggestions: sold };
  const chosen = same.filter((row) => row['region'] === choice.region);
  const [top] = chosen;
  return found({
    name: groupOf(first),
    region: choice,
    unit: top?.['unit'] ?? '',
    tiers: tiersOf(chosen),
    source: top?.['source'] ?? '',
    asOf: top?.['as_of'] ?? '',
    notes: top?.['notes'] ?? '',
  });
};
