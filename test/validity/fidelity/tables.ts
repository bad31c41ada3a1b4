import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCatalog } from '../../../src/catalog/open.js';
import { type FidelityResult, fidelity } from '../../../src/validity/fidelity/fidelity.js';

export const catalog = openCatalog();

export type Cells = Readonly<Record<string, string | number>>;

const plain: Cells = {
  run_id: 'r1',
  dataset: 'mine',
  job: 'serving',
  load: 'static_batch',
  hardware: 'A100-80GB',
  n_accelerators: 1,
  framework: 'vllm',
  framework_version: '0.6.3',
  model: 'meta-llama/Meta-Llama-3-8B',
  weight_precision: 'bf16',
  prompt_tokens: 512,
  output_tokens: 128,
  batch_size: 8,
  metric: 'batch_latency_s',
  value: 2,
};

/** A table with the plain row changed by each of `rows`; columns are all that occur. */
export const csv = (rows: readonly Cells[]): string => {
  const full = rows.map((row) => ({ ...plain, ...row }));
  const columns = [...new Set(full.flatMap((row) => Object.keys(row)))];
  const lines = full.map((row: Cells) => columns.map((column) => row[column] ?? '').join(','));
  return [columns.join(','), ...lines, ''].join('\n');
};

export const folder = (): string => mkdtempSync(join(tmpdir(), 'plimsoll-fidelity-'));

export const answer = async (rows: readonly Cells[], dir = folder()): Promise<FidelityResult> => {
  const file = join(dir, 'table.csv');
  writeFileSync(file, csv(rows));
  const read = await fidelity(file, { catalog, seed: 1 });
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join('; '));
  return read.result;
};

/** Predictions of the rows, in order; NaN where unanswered. */
export const predict = async (rows: readonly Cells[], dir?: string): Promise<readonly number[]> =>
  (await answer(rows, dir)).rows.map(({ predicted }) => predicted ?? Number.NaN);
