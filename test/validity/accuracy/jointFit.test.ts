import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { distanceBand } from '../../../src/latency/band.js';
import type { Profile } from '../../../src/latency/profile.js';
import { coefficientsFor, jointFit, logErrors, slopeTable } from '../../../src/validity/accuracy/jointFit.js';
import { groupsOf, leaveOut } from '../../../src/validity/accuracy/leaveOut.js';
import { type FittedRun, isFitted, readRuns } from '../../../src/validity/accuracy/runs.js';
import { fidelity } from '../../../src/validity/fidelity/fidelity.js';
import { type Cells, catalog, csv, folder } from '../fidelity/tables.js';

/** Devices of one generation and engine era, so that each can be left out; the truth has a slow host and slow collectives. */
const truth: Profile = {
  name: 'truth',
  match: {},
  set: { hostPerStepS: 9e-3, gemmMemory: 0.7, allReduceFloorS: 60e-6 },
  source: 'made up',
  asOf: '2026-11',
  grade: 'assumed',
  errors: 'none',
};

const conditions: readonly Cells[] = ['A100-80GB', 'A100-40GB', 'A30'].flatMap((hardware) =>
  [1, 2].flatMap((tp) =>
    [1, 8, 32].map((batch) => ({
      run_id: `${hardware}-${tp}-${batch}`,
      hardware,
      tp,
      n_accelerators: tp,
      batch_size: batch,
    })),
  ),
);

/** A table whose measurements are what the truth predicts. */
const tableOf = async (rows: readonly Cells[]): Promise<string> => {
  const file = join(folder(), 'table.csv');
  writeFileSync(file, csv(rows));
  const read = await fidelity(file, { catalog, seed: 1, profile: truth });
  if (!read.ok) throw new Error(read.problems[0]!.message);
  writeFileSync(file, csv(rows.map((row, at) => ({ ...row, value: read.result.rows[at]!.predicted! }))));
  return file;
};

const medianOf = (errors: readonly number[]): number =>
  [...errors].map(Math.abs).sort((a, b) => a - b)[errors.length >> 1]!;

describe('a joint fit', () => {
  let runs: readonly FittedRun[];
  beforeAll(async () => {
    ({ runs } = await readRuns([await tableOf(conditions)], catalog, 1));
  });

  it('reads every run of a table', () => expect(runs).toHaveLength(conditions.length));

  it('finds from round numbers what the measurements were made with', () => {
    const [start, fit] = [0, 6].map((iterations) => jointFit(runs, { iterations }));
    const [before, after] = [start!, fit!].map((each) =>
      medianOf(runs.flatMap((run) => logErrors(run, coefficientsFor(each, run)))),
    );
    // Three coefficients are a factor of 1.2 to 6 away; the ridge keeps a little of that.
    expect(before).toBeGreaterThan(0.2);
    expect(after).toBeLessThan(0.15 * before!);
    const { hostPerStepS } = coefficientsFor(fit!, runs[0]!);
    expect(hostPerStepS).toBeGreaterThan(5e-3);
  });

  it('finds the same from wherever it starts', () => {
    const [from, near] = [jointFit(runs, { iterations: 8 }), jointFit(runs, { start: 'built-in', iterations: 8 })];
    const distance = runs.flatMap((run) => {
      const [one, other] = [from, near].map((fit) => logErrors(run, coefficientsFor(fit, run)));
      return one!.map((error, at) => error - other![at]!);
    });
    expect(medianOf(distance)).toBeLessThan(0.01);
  });

  it('predicts a device that no fit saw, and tells so of every row', () => {
    const fit = jointFit(runs, { iterations: 6 });
    expect([...groupsOf(runs, 'hardware').keys()]).toEqual(['A100-80GB', 'A100-40GB', 'A30']);
    const { rows, refits } = leaveOut(runs, 'hardware', fit, slopeTable(fit, runs), () => {});
    expect(refits).toBe(3);
    expect(rows).toHaveLength(runs.length);
    expect(rows.every(({ eraSeen }) => eraSeen)).toBe(true);
    expect(medianOf(rows.map(({ logError }) => logError))).toBeLessThan(0.05);
    // As for any new device of a known engine era.
    const { e2e } = distanceBand({ unknownEra: false, hardware: 'new', newModel: false });
    expect(new Set(rows.map(({ band80 }) => band80))).toEqual(new Set([e2e]));
    expect(e2e).toBeGreaterThan(distanceBand({ unknownEra: false, hardware: 'same', newModel: false }).e2e);
  });

  it('forgets what only the group left out could tell', () => {
    const fit = jointFit(runs, { iterations: 6 });
    const none = jointFit([], { start: fit, iterations: 2 });
    const errors = runs.flatMap((run) => logErrors(run, coefficientsFor(none, run)));
    expect(medianOf(errors)).toBeGreaterThan(0.1);
  });
});

describe('isFitted', () => {
  it('does not learn first tokens from servers that were not warmed up', async () => {
    const row = { framework: 'sglang', load: 'closed_loop', concurrency: 2, batch_size: '', hardware: 'H100-SXM' };
    const file = join(folder(), 'table.csv');
    writeFileSync(
      file,
      csv([
        { ...row, framework_version: '' },
        { ...row, run_id: 'r2', framework_version: '0.5.9' },
      ]),
    );
    const { runs } = await readRuns([file], catalog, 1);
    expect(runs.map((run) => isFitted(run, 'ttft_mean_ms'))).toEqual([false, true]);
    expect(runs.map((run) => isFitted(run, 'tpot_mean_ms'))).toEqual([true, true]);
  });
});
