import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-conformance-'));
const file = join(folder, 'cases.json');

beforeAll(async () => {
  await build({
    entryPoints: ['src/validity/conformance.ts', 'src/validity/conformanceWorker.ts'],
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    outExtension: { '.js': '.js' },
    logLevel: 'error',
  });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const loss = (c: number, right: boolean): object => ({
    id: `loss ${c}`,
    model: 'M/M/c/c (Erlang B)',
    params: { c, lambda: 1, mu: 1 },
    expected: { P_block: (right ? 1 : 1.5) * (c === 1 ? 1 / 2 : 1 / 5) },
  });
  const bound = { id: 'bound', model: 'G/G/1 bounds', params: { rho: 0.5 }, expected: { Wq_Kingman_upper: 2.5 } };
  writeFileSync(file, JSON.stringify({ cases: [loss(1, true), loss(2, true), loss(2, false), bound] }));
});

afterAll(() => rmSync(folder, { recursive: true }));

function run(...args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [join(folder, 'conformance.js'), ...args], { encoding: 'utf8' });
}

test('misses, skips and counts are printed, byte for byte the same for any number of workers', () => {
  const one = run('--workers', '1', file);
  const two = run('--workers', '2', file);
  expect(one.status).toBe(3);
  expect(two.stdout).toBe(one.stdout);
  expect(one.stdout).toMatch(/FAILED loss 2: P_block: got 0\.(2|19)\d* \[[^\]]+\], expected 0\.3/);
  expect(one.stdout).toContain('skipped (an approximation or a bound, not a value to reproduce): bound');
  expect(one.stdout.trimEnd().split('\n').at(-1)).toBe('2 passed, 1 failed, 1 skipped');
});

test('a file or an argument that cannot be used exits with 2 and says why', () => {
  const missing = run(join(folder, 'none.json'));
  expect([missing.status, missing.stdout]).toEqual([2, '']);
  expect(missing.stderr).toContain('none.json: cannot be read (ENOENT)');
  expect(run().stderr).toContain('Usage');
  expect(run('--workers', '0', file).status).toBe(2);
});
