import { existsSync, readFileSync, statSync } from 'node:fs';
import { indexFile } from './buildIndex.js';
import { once, perName } from './kept.js';
import {
  type CardRecord,
  changedAtMs,
  hashSources,
  packageRoot,
  providersIn,
  readCards,
  readTable,
  tableNames,
} from './sources.js';
import { decodeKey, decodeTable, type Row, type Table } from './table.js';

/** The catalogs, opened: each table is read when first asked for and then kept. */
export interface Catalog {
  readonly root: string;
  /** Providers that have instances, alphabetical. */
  readonly providers: readonly string[];
  /** All rows of a table (`accelerators`, `instances/aws`, …). */
  rows(table: string): readonly Row[];
  /** The rows of a table with this key (instance type, accelerator…), whatever the case; decodes nothing else. */
  rowsOf(table: string, key: string): readonly Row[];
  /** Model cards as written. */
  cards(): readonly CardRecord[];
  /** A hash of everything the catalogs say; the same with and without a built index. */
  fingerprint(): string;
}

/**
 * Opens the catalogs under `root` (the package's own by default). A part of the index in `dist/catalog/` serves when it is not older than
 * the files it was made from; otherwise, and in a source tree without a build, the CSV and YAML files are read.
 */
export const openCatalog = (root: string = packageRoot()): Catalog => {
  const built = indexFile(root, 'fingerprint');
  const builtAtMs = existsSync(built) ? statSync(built).mtimeMs : Number.NEGATIVE_INFINITY;
  const part = <T>(name: string): T => JSON.parse(readFileSync(indexFile(root, name), 'utf8')) as T;
  const isFresh = perName((name) => changedAtMs(root, name) <= builtAtMs && existsSync(indexFile(root, name)));
  const providers = once(() => providersIn(root));

  const table = perName((name) => (isFresh(name) ? part<Table>(name) : readTable(root, name)));
  const lowered = perName((name) => table(name).rows.toLowerCase());
  const rows = perName((name) => decodeTable(table(name)));
  const cards = once(() => (isFresh('models') ? part<readonly CardRecord[]>('models') : readCards(root)));
  const isWholeFresh = (): boolean => [...tableNames(root), 'models'].every(isFresh);
  const fingerprint = once(() => (isWholeFresh() ? part<string>('fingerprint') : hashSources(root)));

  return {
    root,
    get providers() {
      return providers();
    },
    rows,
    rowsOf: (name, key) => decodeKey(table(name), lowered(name), key),
    cards,
    fingerprint,
  };
};
