import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { enterAlternateScreen } from '../../src/tui/alternateScreen.js';
import { farewell } from '../../src/tui/farewell.js';
import { canShowScreen, runWhatIf } from '../../src/tui/index.js';
import { InkOutput } from '../../src/tui/inkOutput.js';
import { initialState, reduce } from '../../src/tui/state.js';
import { fakeWorld, LEVERS } from './fakeWorld.js';

function terminal(): { readonly stdout: NodeJS.WriteStream; readonly written: () => string } {
  const stream = new PassThrough();
  const chunks: string[] = [];
  stream.on('data', (chunk) => chunks.push(String(chunk)));
  return {
    stdout: Object.assign(stream, { columns: 100, rows: 30, isTTY: true }) as unknown as NodeJS.WriteStream,
    written: () => chunks.join(''),
  };
}

describe('a place for the screen', () => {
  const tty = { isTTY: true };

  it('is a terminal on both sides', () => {
    expect(canShowScreen(tty, tty, {})).toEqual({ ok: true });
    expect(canShowScreen({}, tty, {})).toEqual({ ok: false, reason: 'the input is not a terminal' });
    expect(canShowScreen(tty, {}, {})).toEqual({ ok: false, reason: 'the output is not a terminal' });
    expect(canShowScreen(tty, tty, { TERM: 'dumb' }).ok).toBe(false);
    expect(canShowScreen(tty, tty, { CI: 'true' }).ok).toBe(false);
    expect(canShowScreen(tty, tty, { CI: 'false' }).ok).toBe(true);
  });

  it('is refused with a reason where there is none, without writing anything', async () => {
    const { stdout, written } = terminal();
    const stdin = new PassThrough() as unknown as NodeJS.ReadStream;
    await expect(runWhatIf(fakeWorld(), { stdin, stdout, env: {} })).rejects.toThrow('the input is not a terminal');
    expect(written()).toBe('');
  });
});

describe('alternate screen', () => {
  it('is entered and left once, with the cursor back', () => {
    const { stdout, written } = terminal();
    const screen = enterAlternateScreen(stdout);
    screen.leave();
    screen.leave();
    expect(written().split('\x1b[?1049h')).toHaveLength(2);
    expect(written().split('\x1b[?1049l')).toHaveLength(2);
    expect(written().endsWith('\x1b[?25h\x1b[?1049l')).toBe(true);
    expect(written()).not.toContain('\x1b[3J');
  });

  it('takes its exit hooks with it', () => {
    const before = process.listenerCount('exit') + process.listenerCount('uncaughtExceptionMonitor');
    const screen = enterAlternateScreen(terminal().stdout);
    expect(process.listenerCount('exit') + process.listenerCount('uncaughtExceptionMonitor')).toBe(before + 2);
    screen.leave();
    expect(process.listenerCount('exit') + process.listenerCount('uncaughtExceptionMonitor')).toBe(before);
  });

  it('receives frames from its corner, and none when muted or left', () => {
    const { stdout, written } = terminal();
    const screen = enterAlternateScreen(stdout);
    const [one, two] = [new InkOutput(stdout, screen), new InkOutput(stdout, screen)];
    one.write('first');
    one.mute();
    one.write('muted');
    two.write('second');
    screen.leave();
    two.write('late');
    expect(written()).toContain('\x1b[Hfirst');
    expect(written()).toContain('\x1b[Hsecond');
    expect(written()).not.toMatch(/muted|late/);
  });
});

describe('farewell', () => {
  const moved = reduce(reduce(initialState(LEVERS), { type: 'next' }), { type: 'step', direction: 1 });

  it('repeats unsaved edits as a command that a shell can read', () => {
    expect(farewell(fakeWorld(), moved)).toBe(
      "Not saved. The same edits again:\n  plimsoll forecast scenarios/chat.yaml --set 'growth.users.rate=9 % / month'\n",
    );
  });

  it('says nothing after saving, or without edits', () => {
    expect(farewell(fakeWorld(), initialState(LEVERS))).toBe('');
    const saved = reduce(moved, {
      type: 'saved',
      key: JSON.stringify([['growth.users.rate', '9 % / month']]),
      path: 'x',
    });
    expect(farewell(fakeWorld(), saved)).toBe('');
  });
});
