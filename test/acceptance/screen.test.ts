import { spawnSync } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { BIN, FLAGSHIP, ROOT } from './cli.js';

const hasTmux = spawnSync('tmux', ['-V']).status === 0;
if (!hasTmux) console.warn('tmux is missing: the screen is not tested on a real terminal');

const SERVER = `plimsoll-${process.pid}`;
const tmux = (...args: string[]): string =>
  spawnSync('tmux', ['-L', SERVER, '-f', '/dev/null', ...args]).stdout.toString();
const seen = (): string => tmux('capture-pane', '-p', '-t', 'x');
const press = (...keys: string[]): string => tmux('send-keys', '-t', 'x', ...keys);

/** What stands on the terminal once it shows `what`; fails with the last picture. */
async function until(what: RegExp, timeoutMs = 60_000): Promise<string> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const picture = seen();
    if (what.test(picture)) return picture;
    if (performance.now() > end) throw new Error(`never saw ${what} in:\n${picture}`);
    await wait(50);
  }
}

/** A shell of the given size that starts the screen, and tells the exit code and the terminal's settings before and after. */
async function open(columns: number, rows: number): Promise<void> {
  tmux(
    'new-session',
    '-d',
    '-s',
    'x',
    '-x',
    `${columns}`,
    '-y',
    `${rows}`,
    'env PS1="READY> " bash --norc --noprofile',
  );
  await until(/READY>/);
  const start = `cd '${ROOT}'; clear; A=$(stty -g); env -u CI -u CONTINUOUS_INTEGRATION '${process.execPath}' '${BIN}' whatif ${FLAGSHIP}; R=$?; [ "$A" = "$(stty -g)" ] && echo exit=$R same`;
  press('-l', start);
  press('Enter');
}

describe.skipIf(!hasTmux)('the what-if screen on a terminal', () => {
  afterEach(() => void tmux('kill-server'));

  it('fills 100×30, follows a lever, resizes to 80×24 and back, and q leaves the terminal as it was', async () => {
    await open(100, 30);
    const first = await until(/5\/5 reps/);
    for (const part of ['Levers', 'Outcome', 'Monthly cost', 'Latency', 'budget', 'SLO', 'replicas', 'q quit']) {
      expect(first).toContain(part);
    }
    expect(Math.max(...first.split('\n').map((line) => [...line].length))).toBeLessThanOrEqual(100);
    press('Down');
    press('Down');
    press('Down');
    press('Right');
    expect(await until(/replicas.*◂\s+3 ▸\s+\+1/)).toContain('edited');
    tmux('resize-window', '-t', 'x', '-x', '80', '-y', '24');
    await wait(300);
    const narrow = await until(/q quit/);
    expect(Math.max(...narrow.split('\n').map((line) => [...line].length))).toBeLessThanOrEqual(80);
    expect(narrow).toContain('Outcome');
    tmux('resize-window', '-t', 'x', '-x', '50', '-y', '12');
    await until(/more room/);
    tmux('resize-window', '-t', 'x', '-x', '100', '-y', '30');
    await until(/Latency/);
    press('?');
    await until(/Esc closes/);
    press('Escape');
    await until(/Latency/);
    press('q');
    const after = await until(/exit=\d+/);
    expect(after).toContain('exit=0 same');
    expect(after).not.toContain('Levers');
    expect(after).toContain('pools.us-gpu.replicas=3');
  });

  it('fills 80×24 from the start, finds a change, and Ctrl-C leaves with 130', async () => {
    await open(80, 24);
    await until(/5\/5 reps/);
    press('o');
    await until(/fp8|replicas|instance/);
    press('C-c');
    const after = await until(/exit=\d+/);
    expect(after).toContain('exit=130 same');
  });
});
