import { numberIn, provenanceOf } from './fields.js';
import { matchesWords } from './lookup.js';
import type { Catalog } from './open.js';
import type { Row } from './table.js';
import { listTokenPrices } from './tokenPrices.js';
import type { Provenance } from './types.js';

export const priceKinds = ['storage', 'token', 'managed', 'commitment'] as const;

export type PriceKind = (typeof priceKinds)[number];

/** One line of any price list but the instances'. */
export interface ListedPrice extends Provenance {
  readonly kind: PriceKind;
  readonly name: string;
  readonly region: string;
  /** The price as text with its unit: `0.023 USD per GB`, `37 % below on demand`. */
  readonly price: string;
}

const storage = (row: Row): ListedPrice => ({
  ...provenanceOf(row),
  kind: 'storage',
  name: `${row['provider']}/${row['service']}/${row['item']}${row['tier'] ? `, ${row['tier']}` : ''}`,
  region: row['region'] ?? '',
  price: `${numberIn(row, 'price_usd') ?? '?'} USD per ${row['unit']}`,
});

const managed = (row: Row): ListedPrice => ({
  ...provenanceOf(row),
  kind: 'managed',
  name: `${row['provider']}/${row['service']}/${row['sku']}`,
  region: row['region'] ?? '',
  price: `${numberIn(row, 'price_usd') ?? '?'} USD per ${row['unit']}`,
});

const commitment = (row: Row): ListedPrice => ({
  ...provenanceOf(row),
  kind: 'commitment',
  name: `${row['provider']}/${row['program']}/${row['scope']}, ${row['term']}${row['payment'] ? `, ${row['payment']}` : ''}`,
  region: '',
  price: /^[~\d]/.test(row['discount_pct_vs_on_demand'] ?? '')
    ? `${row['discount_pct_vs_on_demand']} % below on demand`
    : (row['discount_pct_vs_on_demand'] ?? ''),
});

const readers: Readonly<Record<PriceKind, (catalog: Catalog) => readonly ListedPrice[]>> = {
  storage: (catalog) => catalog.rows('storage_network').map(storage),
  managed: (catalog) => catalog.rows('managed').map(managed),
  commitment: (catalog) => catalog.rows('commitments').map(commitment),
  token: (catalog) =>
    listTokenPrices(catalog).map((each) => ({
      source: each.source,
      asOf: each.asOf,
      notes: each.notes,
      kind: 'token',
      name: `${each.provider}/${each.model}`,
      region: '',
      price: `${each.inputUsdPerMillion} in, ${each.outputUsdPerMillion} out USD per 1M tokens`,
    })),
};

/** Prices of the given kinds whose name, kind and region contain the words of `text`. */
export const listPrices = (catalog: Catalog, text: string, kinds: readonly PriceKind[]): readonly ListedPrice[] =>
  kinds
    .flatMap((kind) => readers[kind](catalog))
    .filter((each) => matchesWords(`${each.kind} ${each.name} ${each.region}`, text));
