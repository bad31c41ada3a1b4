/** `npm run accuracy -- FOLDER`: errors of predictions as they are, and with devices and model families left out of all fits. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openCatalog } from '../catalog/open.js';
import { readArguments } from './accuracy/arguments.js';
import { assess } from './accuracy/assess.js';
import { bandsSource } from './accuracy/bands.js';
import { accuracyMarkdown, markers, withAccuracy } from './accuracy/page.js';

const UNUSABLE = 2;

process.exitCode = await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<number> {
  const given = readArguments(argv);
  if (typeof given === 'string') return complain(given);
  let files: readonly string[];
  let document: string | undefined;
  try {
    files = given.folders.flatMap(tablesIn);
    document = given.write === undefined ? undefined : readFileSync(given.write, 'utf8');
  } catch (error) {
    return complain((error as Error).message);
  }
  if (document !== undefined && withAccuracy(document, '') === undefined) {
    return complain(`${given.write} has no markers ${markers}`);
  }
  const onStep = (what: string): void => void process.stderr.write(`${what}\n`);
  const read = await assess(files, { catalog: openCatalog(), seed: given.seed, onStep });
  if (!read.ok) {
    return complain(read.problems.map(({ file, line, message }) => `${file}:${line}: ${message}`).join('\n'));
  }
  const { rows, facts, biases, bands } = read.assessment;
  const date = new Date().toISOString().slice(0, 10);
  const table = accuracyMarkdown(rows, { ...facts, date }, biases);
  if (given.bands !== undefined) writeFileSync(given.bands, bandsSource(bands, date));
  if (document === undefined || given.write === undefined) process.stdout.write(`${table}\n`);
  else writeFileSync(given.write, withAccuracy(document, table)!);
  return 0;
}

/** Tables of a folder in the order of their names, or the file itself. */
function tablesIn(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  const names = readdirSync(path).filter((name) => name.endsWith('.csv'));
  return names.sort().map((name) => join(path, name));
}

function complain(message: string): number {
  process.stderr.write(`${message}\n`);
  return UNUSABLE;
}
