import { type CardRecord, hashSources, packageRoot, readCards, readTable, tableNames } from './sources.js';
import type { Table } from './table.js';

/** What `dist/catalog.json` holds: the tables and cards that a simulation looks up, ready to search. */
export interface CatalogIndex {
  readonly version: 1;
  readonly fingerprint: string;
  readonly tables: Readonly<Record<string, Table>>;
  readonly models: readonly CardRecord[];
}

/** Read from their CSV when a command asks for them: too big for what they are needed. */
const leftOut = new Set(['region_latency', 'token_api_prices', 'managed']);

/**
 * Reads `pricing/` and `scenarios/models/` under `root` and returns the index as a JSON-able value. The build writes it to
 * `dist/catalog.json`; the loader then starts without parsing 5,700 CSV rows and 170 YAML files.
 */
export const buildCatalogIndex = (root: string = packageRoot()): CatalogIndex => ({
  version: 1,
  fingerprint: hashSources(root),
  tables: Object.fromEntries(
    tableNames(root)
      .filter((name) => !leftOut.has(name))
      .map((name) => [name, readTable(root, name)]),
  ),
  models: readCards(root),
});
