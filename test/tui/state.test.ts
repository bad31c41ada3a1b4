import { describe, expect, it } from 'vitest';
import { editsKey } from '../../src/tui/leverValues.js';
import { type Action, BASE_KEY, initialState, reduce, type State, shownEdits } from '../../src/tui/state.js';
import { answerTo, LEVERS, recommendationFor } from './fakeWorld.js';

const stateAfter = (...actions: Action[]): State => actions.reduce(reduce, initialState(LEVERS));
const answer = (state: State, replications = 5): Action => ({
  type: 'answer',
  key: editsKey(state.edits),
  answer: answerTo(state.edits, replications),
});
const right: Action = { type: 'step', direction: 1 };
const tos = (state: State): unknown[] => state.edits.map(({ to }) => to);

describe('levers and undo', () => {
  it('moves the chosen lever and undoes step by step', () => {
    const moved = stateAfter(right, { type: 'next' }, { type: 'next' }, { type: 'next' }, right);
    expect(tos(moved)).toEqual([1320, 5]);
    const once = reduce(moved, { type: 'undo' });
    expect(tos(once)).toEqual([1320]);
    expect(tos(reduce(once, { type: 'undo' }))).toEqual([]);
    expect(reduce(stateAfter(), { type: 'undo' }).notice?.text).toBe('nothing to undo');
  });

  it('stays within the list of levers', () => {
    expect(stateAfter({ type: 'previous' }).selected).toBe(0);
    expect(stateAfter(...LEVERS.map((): Action => ({ type: 'next' })), { type: 'next' }).selected).toBe(
      LEVERS.length - 1,
    );
  });

  it('resets everything, and undoes even that', () => {
    const reset = stateAfter(right, right, { type: 'reset' });
    expect(tos(reset)).toEqual([]);
    expect(tos(reduce(reset, { type: 'undo' }))).toEqual([1450]);
  });

  it('lets the edits wait while the base is looked at; moving a lever starts from the base', () => {
    const atBase = stateAfter(right, { type: 'base' });
    expect(shownEdits(atBase)).toEqual([]);
    expect(shownEdits(reduce(atBase, { type: 'base' }))).toHaveLength(1);
    const fromBase = reduce(reduce(atBase, { type: 'next' }), right);
    expect(fromBase.edits.map(({ path }) => path)).toEqual(['growth.users.rate']);
  });
});

describe('typing', () => {
  it('takes a value, and says what it expected otherwise', () => {
    const typing = stateAfter({ type: 'type-start', text: '' }, { type: 'type-text', text: '2k' });
    expect(tos(reduce(typing, { type: 'type-accept' }))).toEqual([2000]);
    const wrong = reduce(reduce(typing, { type: 'type-text', text: 'x' }), { type: 'type-accept' });
    expect(wrong.typing).toEqual({ text: '2kx', reason: 'a number, as 1200 or 1.2k' });
    expect(reduce(wrong, { type: 'type-erase' }).typing).toEqual({ text: '2k', reason: '' });
    expect(reduce(wrong, { type: 'type-cancel' })).toMatchObject({ typing: null, edits: [] });
  });

  it('leaves no undo step for the value that stands already', () => {
    const same = stateAfter(
      { type: 'type-start', text: '' },
      { type: 'type-text', text: '1200' },
      { type: 'type-accept' },
    );
    expect(same.past).toHaveLength(0);
  });
});

describe('answers', () => {
  it('fill figures and base while nothing is edited, and only figures afterwards', () => {
    const base = stateAfter(answer(stateAfter()));
    expect(base.figures?.simulationKey).toBe(BASE_KEY);
    expect(base.base?.final).toBe(true);
    const moved = reduce(base, right);
    const known = reduce(moved, answer(moved));
    expect(known.figures?.simulationKey).toBe(editsKey(moved.edits));
    expect(known.base?.simulationKey).toBe(BASE_KEY);
  });

  it('keep the old forecast, under its old key, until a new one comes', () => {
    const moved = reduce(stateAfter(answer(stateAfter())), right);
    const first = reduce(moved, answer(moved, 1));
    expect(first.figures).toMatchObject({
      simulationKey: editsKey(moved.edits),
      forecastKey: BASE_KEY,
      replications: 1,
    });
    expect(reduce(first, answer(moved, 3)).figures?.forecastKey).toBe(editsKey(moved.edits));
  });

  it('of edits that are gone are dropped', () => {
    const moved = reduce(stateAfter(answer(stateAfter())), right);
    const gone = reduce(moved, { type: 'undo' });
    expect(reduce(gone, answer(moved)).figures?.simulationKey).toBe(BASE_KEY);
  });

  it('that name a problem keep the figures, and the next edit clears it', () => {
    const l4: Action[] = [{ type: 'next' }, { type: 'next' }, right, right, right];
    const moved = [answer(stateAfter()), ...l4].reduce(reduce, stateAfter());
    const stuck = reduce(moved, answer(moved));
    expect(stuck.problem?.problem).toContain('does not fit');
    expect(stuck.figures?.simulationKey).toBe(BASE_KEY);
    expect(reduce(stuck, { type: 'undo' }).problem).toBeNull();
  });
});

describe('suggestions', () => {
  const found = (...before: Action[]): State => {
    const state = [...before, { type: 'optimise' } as const].reduce(reduce, stateAfter());
    return reduce(state, { type: 'suggested', key: editsKey(state.edits), result: recommendationFor(state.edits) });
  };

  it('are browsed with the arrows and applied as one undoable step', () => {
    const applied = reduce(reduce(found(), { type: 'next' }), { type: 'apply' });
    expect(applied.edits).toEqual([{ path: 'pools.us-gpu.parallelism.tensor', from: 1, to: 2 }]);
    expect(reduce(applied, { type: 'undo' }).edits).toEqual([]);
  });

  it('come on top of the edits they were found for, with the first value kept', () => {
    const applied = reduce(found({ type: 'next' }, { type: 'next' }, { type: 'next' }, right), { type: 'apply' });
    expect(applied.edits).toEqual([]);
    expect(applied.notice?.text).toBe('applied fewer replicas; u undoes it');
  });

  it('are not applied to other edits than theirs', () => {
    const later = reduce(reduce(found(), { type: 'focus', panel: 'levers' }), right);
    expect(reduce(later, { type: 'apply' })).toMatchObject({
      edits: later.edits,
      notice: { text: 'the levers have moved since: o looks again' },
    });
  });

  it('of an older search are dropped', () => {
    const searching = stateAfter({ type: 'optimise' });
    const state = reduce(searching, { type: 'suggested', key: 'other', result: recommendationFor([]) });
    expect(state.suggestion.status).toBe('searching');
  });
});

it('a notice lasts until the next key, not until the next answer', () => {
  const saved = stateAfter(right, { type: 'saved', key: 'k', path: 'a.yaml' });
  expect(reduce(saved, answer(saved)).notice?.text).toBe('saved a.yaml');
  expect(reduce(saved, { type: 'next' }).notice).toBeNull();
});
