import { render } from 'ink-testing-library';
import { afterAll, describe, expect, it, vi } from 'vitest';

// The colour library decides on import whether there are colours.
vi.hoisted(() => {
  process.env['FORCE_COLOR'] = '1';
});

import { Screen } from '../../src/tui/components/Screen.js';
import { ColourContext } from '../../src/tui/components/Tone.js';
import { initialState, reduce, type State } from '../../src/tui/state.js';
import { answerTo, fakeWorld, LEVERS } from './fakeWorld.js';

afterAll(() => {
  delete process.env['FORCE_COLOR'];
});

/** A pattern of a style's code, followed by more. */
const styled = (code: string, rest = ''): RegExp => new RegExp(`\u001b\\[${code}m${rest}`, 'g');
const HUE = styled('3[0-8]');
const base = reduce(initialState(LEVERS), { type: 'answer', key: '[]', answer: answerTo([], 5) });
const frame = (state: State, hasColour: boolean): string => {
  const { lastFrame, unmount } = render(
    <ColourContext value={hasColour}>
      <Screen world={fakeWorld()} state={state} columns={100} rows={30} />
    </ColourContext>,
  );
  const text = lastFrame() ?? '';
  unmount();
  return text;
};
const lineOf = (text: string, what: string): string => text.split('\n').find((line) => line.includes(what)) ?? '';

describe('colours', () => {
  it('are used where they may be, and not where they may not', () => {
    expect(frame(base, true)).toMatch(HUE);
    expect(frame(base, false)).not.toMatch(HUE);
  });

  it('never carry a meaning alone: without them the same characters stand there', () => {
    const plain = (text: string): string => text.replaceAll(styled('[\\d;]*'), '');
    expect(plain(frame(base, false))).toBe(plain(frame(base, true)));
  });
});

describe('stale figures', () => {
  const moved = reduce(base, { type: 'step', direction: 1 });

  it('are dimmed until the answer to the new edits arrives', () => {
    expect(lineOf(frame(base, false), '268 ms')).toMatch(styled('1', '268 ms'));
    expect(lineOf(frame(moved, false), '268 ms')).toMatch(styled('2', '268 ms'));
    const key = JSON.stringify(moved.edits.map(({ path, to }) => [path, to]));
    const fresh = reduce(moved, { type: 'answer', key, answer: answerTo(moved.edits, 5) });
    expect(lineOf(frame(fresh, false), '▲ ')).toMatch(styled('1', '\\d+ ms'));
  });
});
