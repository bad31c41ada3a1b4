/** The screen's store: reduces events and does what they ask of the world (simulate, recommend, save). */
import type { Edit } from '../scenario/types.js';
import { editsKey } from './leverValues.js';
import type { WhatIfFigures, WhatIfWorld } from './session.js';
import { type Action, BASE_KEY, initialState, reduce, type State } from './state.js';

/** Keys held down change a lever many times a second; the engine is asked once they rest this long. */
export const DEBOUNCE_MS = 80;
/** Final answers kept, so that undo and return cost nothing. */
const REMEMBERED = 64;

/** Runs something later; answers how to cancel it. */
export type After = (ms: number, run: () => void) => () => void;

export interface Controller {
  readonly getState: () => State;
  readonly subscribe: (listener: () => void) => () => void;
  readonly dispatch: (action: Action) => void;
  /** Stops what runs and closes the engine. */
  readonly close: () => Promise<void>;
}

const wallClock: After = (ms, run) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Opens the store and starts simulating the base. */
export function createController(world: WhatIfWorld, after: After = wallClock): Controller {
  let state = initialState(world.levers);
  let isClosed = false;
  let cancelDebounce = (): void => {};
  let run = new AbortController();
  let search = new AbortController();
  const listeners = new Set<() => void>();
  const finals = new Map<string, WhatIfFigures>();

  function dispatch(action: Action): void {
    const before = state;
    state = reduce(state, action);
    if (state === before && action.type !== 'save') return;
    if (state.edits !== before.edits) onEdited();
    if (action.type === 'optimise' || action.type === 'suggest') void recommend(state.edits);
    if (action.type === 'save' && state.edits.length) void save(state.edits);
    for (const listener of listeners) listener();
  }

  function onEdited(): void {
    run.abort();
    cancelDebounce();
    const known = finals.get(editsKey(state.edits));
    if (known && state.base?.final) {
      state = reduce(reduce(state, { type: 'answer', key: editsKey(state.edits), answer: known }), {
        type: 'running',
        isRunning: false,
      });
      return;
    }
    state = reduce(state, { type: 'running', isRunning: true });
    cancelDebounce = after(DEBOUNCE_MS, () => void evaluate(state.edits));
  }

  async function evaluate(edits: readonly Edit[]): Promise<void> {
    const mine = new AbortController();
    run = mine;
    const key = editsKey(edits);
    dispatch({ type: 'running', isRunning: true });
    try {
      await world.engine.evaluate(
        edits,
        (answer) => {
          if (mine.signal.aborted || isClosed) return;
          if (answer.kind === 'figures' && answer.final) remember(key, answer);
          dispatch({ type: 'answer', key, answer });
        },
        mine.signal,
      );
    } catch (error) {
      if (!mine.signal.aborted)
        dispatch({ type: 'answer', key, answer: { kind: 'problem', problem: messageOf(error) } });
    }
    if (mine.signal.aborted || isClosed) return;
    // A base left half done by an early edit is finished when there is time, for exact comparisons.
    if (key !== BASE_KEY && !state.base?.final) return evaluate([]);
    dispatch({ type: 'running', isRunning: false });
    if (world.suggestsAtStart && key === BASE_KEY && state.edits.length === 0 && state.suggestion.status === 'none')
      dispatch({ type: 'suggest' });
  }

  function remember(key: string, answer: WhatIfFigures): void {
    finals.set(key, answer);
    const oldest = finals.keys().next().value;
    if (finals.size > REMEMBERED && oldest !== undefined) finals.delete(oldest);
  }

  async function recommend(edits: readonly Edit[]): Promise<void> {
    search.abort();
    const mine = new AbortController();
    search = mine;
    const key = editsKey(edits);
    try {
      const result = await world.engine.recommend(edits, mine.signal);
      if (!mine.signal.aborted) dispatch({ type: 'suggested', key, result });
    } catch (error) {
      if (!mine.signal.aborted) dispatch({ type: 'suggestion-failed', key, reason: messageOf(error) });
    }
  }

  async function save(edits: readonly Edit[]): Promise<void> {
    try {
      dispatch({ type: 'saved', key: editsKey(edits), path: await world.save(edits) });
    } catch (error) {
      dispatch({ type: 'notice', text: `not saved: ${messageOf(error)}`, isBad: true });
    }
  }

  void evaluate([]);
  return {
    getState: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispatch,
    close: async () => {
      isClosed = true;
      cancelDebounce();
      run.abort();
      search.abort();
      await world.engine.close();
    },
  };
}
