/** Ten rows of one imported benchmark: calibration must help a little, and never ruin. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importBenchmarks } from '../../../src/import/benchmark/importBenchmarks.js';
import { type TableRow, type Told, tableText } from '../../../src/import/benchmark/table.js';
import type { Profile } from '../../../src/latency/profile.js';
import { parseProfile, profileText } from '../../../src/simulate/world/profileFile.js';
import { type CalibrationResult, calibrate } from '../../../src/validity/calibrate/calibrate.js';
import { fidelity } from '../../../src/validity/fidelity/fidelity.js';
import { catalog, folder } from './tables.js';

const fixtures = join(import.meta.dirname, '../../import/fixtures');
const told = { hardware: 'H100-SXM', tp: 1, framework_version: '0.8.5', weight_precision: 'bf16' };

const imported = (name: string, more: Told = {}): readonly TableRow[] => {
  const text = readFileSync(join(fixtures, name), 'utf8');
  const read = importBenchmarks([{ path: name, text }], { ...told, ...more }, catalog);
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join('\n'));
  return read.rows;
};

const tableOf = (rows: readonly TableRow[]): string => {
  const file = join(folder(), 'table.csv');
  writeFileSync(file, tableText(rows));
  return file;
};

const predictions = async (rows: readonly TableRow[], profile?: Profile): Promise<readonly number[]> => {
  const read = await fidelity(tableOf(rows), { catalog, seed: 1, ...(profile && { profile }) });
  if (!read.ok) throw new Error('refused');
  return read.result.rows.map(({ predicted }) => predicted!);
};

/** The same conditions, measured on a machine that follows a profile. */
const measuredOn = async (rows: readonly TableRow[], machine?: Profile): Promise<readonly TableRow[]> => {
  const values = await predictions(rows, machine);
  return rows.map((row, at) => ({ ...row, value: values[at]! }));
};

const medianError = async (rows: readonly TableRow[], profile?: Profile): Promise<number> => {
  const predicted = await predictions(rows, profile);
  const errors = rows.map(({ value }, at) => 100 * Math.abs(predicted[at]! / Number(value) - 1)).sort((a, b) => a - b);
  return errors[errors.length >> 1]!;
};

const fitted = async (rows: readonly TableRow[]): Promise<CalibrationResult> => {
  const read = await calibrate(tableOf(rows), { catalog, seed: 1, name: 'mine', asOf: '2026-11' });
  if (!read.ok) throw new Error('refused');
  return read.result;
};

const slowHost: Profile = {
  name: 'slow host',
  match: {},
  multiply: { hostPerStepS: 1.8, requestS: 0.6 },
  source: '',
  asOf: '2026-11',
  grade: 'measured',
  errors: '',
};

const conditions = imported('vllm-0.8-concurrency16.json');
const elsewhere = imported('vllm-0.8-appended.jsonl');

describe('ten rows of one imported benchmark', () => {
  it('are ten', () => expect(conditions).toHaveLength(10));

  it('of another machine bring predictions at loads that were not measured nearer to it', async () => {
    const result = await fitted(await measuredOn(conditions, slowHost));
    expect(result).toMatchObject({ runs: 1, rows: 10, helps: true });
    expect(result.left_out.map(({ by }) => by)).toEqual(['row']);
    const truth = await measuredOn(elsewhere, slowHost);
    const [before, after] = [await medianError(truth), await medianError(truth, result.profile)];
    expect(before).toBeGreaterThan(8);
    expect(after).toBeLessThan(0.6 * before);
  });

  it('that scatter around the built-in prediction do not lead far away from it', async () => {
    const exact = await measuredOn(conditions);
    for (const sign of [1, -1]) {
      const scattered = exact.map((row, at) => ({
        ...row,
        value: Number(row.value) * (1 + sign * (at % 2 ? 0.1 : -0.1)),
      }));
      const { profile } = await fitted(scattered);
      expect(await medianError(await measuredOn(elsewhere), profile)).toBeLessThan(5);
    }
  });

  it('are no measure of another load: the band stays the built-in one, and the file says where it speaks', async () => {
    const { profile } = await fitted(await measuredOn(conditions, slowHost));
    expect(profile.tested).toEqual({
      hardware: ['H100-SXM'],
      models: ['dense'],
      engines: ['vllm'],
      engineVersion: '0.8.5',
      weights: ['bf16'],
    });
    const read = parseProfile('p.yaml', profileText(profile, []));
    expect(read.ok && read.profile.tested).toEqual(profile.tested);
  });
});

describe('a whole import', () => {
  it('goes through calibration and fidelity, with its band from runs left out', async () => {
    const rows = ['guidellm-0.5.csv', 'vllm-0.8-appended.jsonl', 'aiperf-0.3.json'].flatMap((name) =>
      imported(name, { framework: 'vllm' }),
    );
    const result = await fitted(rows);
    expect(result.unanswered).toBe(0);
    expect(result.left_out[0]!.after_pct).toBeLessThan(result.left_out[0]!.before_pct);
    expect(result.profile.tested?.band80?.tpot).toBeGreaterThan(1);
    expect(await medianError(rows, result.profile)).toBeLessThan(await medianError(rows));
  });
});
