import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseProfile, profileText } from '../../../src/simulate/world/profileFile.js';
import { type CalibrationResult, calibrate } from '../../../src/validity/calibrate/calibrate.js';
import { modelFamily } from '../../../src/validity/calibrate/folds.js';
import { fitRobust, solveSymmetric } from '../../../src/validity/calibrate/leastSquares.js';
import { fidelity } from '../../../src/validity/fidelity/fidelity.js';
import { type Cells, catalog, csv, folder, predict } from './tables.js';

/** Twelve runs of three models. */
const conditions: readonly Cells[] = [
  'meta-llama/Meta-Llama-3-8B',
  'mistralai/Mistral-7B-v0.1',
  'Qwen/Qwen2-7B',
].flatMap((model) =>
  [1, 4, 16, 64].map((batch_size) => ({
    run_id: `${model}${batch_size}`,
    model,
    batch_size,
    prompt_tokens: 256,
    output_tokens: 64,
  })),
);

const run = async (
  rows: readonly Cells[],
  coefficients?: ['hostPerStepS'] | ['gemmMemory', 'hostPerStepS'],
): Promise<CalibrationResult> => {
  const file = join(folder(), 'table.csv');
  writeFileSync(file, csv(rows));
  const read = await calibrate(file, {
    catalog,
    seed: 1,
    name: 'mine',
    asOf: '2026-11',
    ...(coefficients && { coefficients }),
  });
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join('; '));
  return read.result;
};

describe('calibrate', () => {
  it('finds a slower host from twelve rows, and its profile file predicts them', async () => {
    const built = await predict(conditions);
    // A host that takes 4 ms longer at each of 64 steps.
    const rows = conditions.map((row, at) => ({ ...row, value: built[at]! + 64 * 4e-3 }));
    const result = await run(rows, ['gemmMemory', 'hostPerStepS']);
    expect(result.helps).toBe(true);
    expect(result.in_sample.before_pct).toBeGreaterThan(15);
    expect(result.in_sample.after_pct).toBeLessThan(4);
    expect(result.left_out[0]!.after_pct).toBeLessThan(6);
    expect(result.moved[0]!.coefficient).toBe('hostPerStepS');
    expect(result.moved[0]!.to - result.moved[0]!.from).toBeGreaterThan(2e-3);
    const profile = parseProfile('p.yaml', profileText(result.profile, ['a remark']));
    if (!profile.ok) throw new Error(JSON.stringify(profile.problems));
    const file = join(folder(), 'table.csv');
    writeFileSync(file, csv(rows));
    const read = await fidelity(file, { catalog, seed: 1, profile: profile.profile });
    expect(read.ok && read.result.groups[0]!.median_ape_pct).toBeLessThan(4);
  });

  it('changes nothing where measurements agree with the profiles', async () => {
    const built = await predict(conditions);
    const result = await run(
      conditions.map((row, at) => ({ ...row, value: built[at]! })),
      ['hostPerStepS'],
    );
    expect(result.in_sample.after_pct).toBeLessThan(0.5);
    for (const { factor } of result.moved) expect(factor).toBeCloseTo(1, 1);
  });

  it('is not ruined by one wild row', async () => {
    const built = await predict(conditions);
    const rows = conditions.map((row, at) => ({ ...row, value: built[at]! * (at === 5 ? 20 : 1) }));
    const result = await run(rows, ['gemmMemory', 'hostPerStepS']);
    expect(result.in_sample.after_pct).toBeLessThan(5);
  });

  it('says why a table cannot be calibrated on', async () => {
    const file = join(folder(), 'table.csv');
    writeFileSync(file, csv([{ model: 'nobody/nothing' }]));
    expect(await calibrate(file, { catalog, seed: 1, name: 'x', asOf: '2026-11' })).toMatchObject({ ok: false });
  });
});

describe('fitRobust', () => {
  const line = (outlier: number) => {
    const xs = [1, 2, 3, 4, 5, 6, 7, 8];
    return fitRobust({
      sigma: [10, 10],
      residuals: ([a, b]) => xs.map((x, at) => a! + b! * x - (0.3 + 0.1 * x + (at === 3 ? outlier : 0))),
      iterations: 20,
    });
  };

  it('recovers a line, and nearly so with an outlier', () => {
    const [a, b] = line(0);
    expect(a).toBeCloseTo(0.3, 3);
    expect(b).toBeCloseTo(0.1, 3);
    expect(line(5)[1]).toBeCloseTo(0.1, 1);
  });

  it('stays at the parent without data', () => {
    expect(fitRobust({ sigma: [1], residuals: () => [Number.NaN] })).toEqual([0]);
  });

  it('solves symmetric systems', () => {
    const solution = solveSymmetric(
      [
        [4, 2],
        [2, 3],
      ],
      [10, 9],
    );
    expect(solution[0]).toBeCloseTo(1.5, 12);
    expect(solution[1]).toBeCloseTo(2, 12);
  });
});

describe('profile files', () => {
  it('reports unknown keys and values outside their bounds with their lines', () => {
    const text = 'name: x\nset:\n  gemmMemory: 3\nsource: s\nas_of: 2026-11\n';
    expect(parseProfile('p.yaml', text)).toMatchObject({ ok: false, problems: [{ line: 3, path: 'set.gemmMemory' }] });
    const read = parseProfile('p.yaml', 'name: x\nsett: {}\nsource: s\nas_of: 2026-11\n');
    expect(read).toMatchObject({ ok: false, problems: [{ hint: expect.stringContaining('set') }] });
  });
});

describe('modelFamily', () => {
  it.each([
    ['meta-llama/Meta-Llama-3.1-70B', 'llama-3'],
    ['meta-llama/Llama-2-7b-hf', 'llama-2'],
    ['Qwen/Qwen3-32B', 'qwen-3'],
  ])('%s belongs to %s', (name, family) => {
    expect(modelFamily(name)).toBe(family);
  });
});
