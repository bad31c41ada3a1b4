import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse as parseCsv } from 'csv-parse/sync';
import { parse as parseYaml } from 'yaml';
import { sha256 } from './sha256.js';
import { encodeTable, type Row, type Table } from './table.js';

/** The tables of `pricing/`, by the name of their file, with the column that keys them. */
const keys: Readonly<Record<string, string>> = {
  accelerators: 'accelerator',
  mig_profiles: 'accelerator',
  storage_network: 'item',
  commitments: 'program',
  carbon: 'region',
  region_latency: 'from_region',
  spot_interruptions: 'family',
  token_api_prices: 'model',
  managed: 'sku',
};

/** A model card as written: the keys of its YAML. */
export type CardRecord = Readonly<Record<string, unknown>>;

/**
 * The folder that holds `pricing/` and `scenarios/`: the package's own, whether the code runs from `src/` or from the build.
 * Throws where none is found, which is a broken installation.
 */
export const packageRoot = (from: string = fileURLToPath(import.meta.url)): string => {
  for (let folder = dirname(from); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'pricing', 'accelerators.csv'))) return folder;
    if (folder === dirname(folder)) throw new Error(`no pricing/ folder above ${from}: the installation is incomplete`);
  }
};

export const modelFolder = (root: string): string => join(root, 'scenarios', 'models');

/** Providers with a file of instances, in alphabetical order. */
export const providersIn = (root: string): readonly string[] =>
  readdirSync(join(root, 'pricing', 'instances'))
    .filter((file) => file.endsWith('.csv'))
    .map((file) => file.slice(0, -4))
    .sort();

/** Every table: `accelerators`, …, `instances/aws`, …. */
export const tableNames = (root: string): readonly string[] => [
  ...Object.keys(keys),
  ...providersIn(root).map((provider) => `instances/${provider}`),
];

export const tableFile = (root: string, name: string): string => join(root, 'pricing', `${name}.csv`);

const cardFiles = (root: string): readonly string[] => {
  const folder = modelFolder(root);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => `${folder}${sep}${file}`);
};

/** Reads and encodes one table from its CSV. */
export const readTable = (root: string, name: string): Table => {
  const rows = parseCsv(readFileSync(tableFile(root, name)), {
    columns: true,
    bom: true,
    skip_empty_lines: true,
  }) as Row[];
  const columns = rows[0] === undefined ? [] : Object.keys(rows[0]);
  return encodeTable(columns, rows, keys[name] ?? 'instance_type');
};

/** Reads every model card, in order of file name. */
export const readCards = (root: string): readonly CardRecord[] =>
  cardFiles(root).map((file) => parseYaml(readFileSync(file, 'utf8')) as CardRecord);

/** The latest change of a table's file, or of the model cards and their folder, in milliseconds. */
export const changedAtMs = (root: string, name: string): number =>
  name === 'models'
    ? Math.max(statSync(modelFolder(root)).mtimeMs, ...cardFiles(root).map((file) => statSync(file).mtimeMs))
    : statSync(tableFile(root, name)).mtimeMs;

/** SHA-256 (first 16 hex digits) of all catalog files, independent of whether an index was built. */
export const hashSources = (root: string): string => {
  const hash = sha256();
  for (const file of [...tableNames(root).map((name) => tableFile(root, name)), ...cardFiles(root)]) {
    // the path relative to the root, so that the place of installation does not count
    hash.update(file.slice(root.length).replaceAll('\\', '/')).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex').slice(0, 16);
};
