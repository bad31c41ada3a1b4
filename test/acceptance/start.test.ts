/** How the program starts: which verbs it knows, and what it does where the code compiled by the build is of no use. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { BUILT } from '../../src/verbs.js';
import { BIN, plimsoll, ROOT } from './cli.js';

const run = promisify(execFile);
const verbs = join(ROOT, 'src/commands');

describe('the program', () => {
  it('knows every verb that has a file', () => {
    const ids = readdirSync(verbs, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file) && /^export default class/m.test(readFileSync(join(verbs, file), 'utf8')))
      .map((file) =>
        relative('.', file)
          .replace(/\.tsx?$/, '')
          .replaceAll(/[/\\]/g, ':'),
      );
    expect(Object.keys(BUILT).sort()).toEqual(ids.sort());
  });

  it('starts with the code that the build compiled', async () => {
    const load = join(ROOT, 'bin/load.js');
    const { stdout } = await run(process.execPath, [
      '-p',
      `require(${JSON.stringify(load)}).load().script.cachedDataRejected`,
    ]);
    expect(stdout.trim()).toBe('false');
  });

  it('answers the same where that code is of no use: compiled by another V8, or with other options', async () => {
    const args = ['validate', 'scenarios/support-assistant.yaml', '--json'];
    const kept = await plimsoll(args);
    const anew = await run(process.execPath, ['--no-opt', BIN, ...args], { cwd: ROOT });
    expect(kept.code).toBe(0);
    expect(anew.stdout).toBe(kept.stdout);
  });
});
