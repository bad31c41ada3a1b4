import { describe, expect, it, vi } from 'vitest';
import { type After, createController, DEBOUNCE_MS } from '../../src/tui/controller.js';
import type { WhatIfAnswer, WhatIfEngine } from '../../src/tui/session.js';
import type { Action } from '../../src/tui/state.js';
import { answerTo, fakeEngine, fakeWorld } from './fakeWorld.js';

/** A clock that moves when told. */
function handClock(): { readonly after: After; readonly pass: (ms: number) => void } {
  let now = 0;
  const waiting = new Set<{ readonly at: number; readonly run: () => void }>();
  return {
    after: (ms, run) => {
      const entry = { at: now + ms, run };
      waiting.add(entry);
      return () => waiting.delete(entry);
    },
    pass: (ms) => {
      now += ms;
      for (const entry of [...waiting].filter(({ at }) => at <= now)) {
        waiting.delete(entry);
        entry.run();
      }
    },
  };
}

/** An engine that answers when the test says so. */
function heldEngine() {
  const runs: {
    edits: number;
    signal: AbortSignal;
    answer: (replications: number) => void;
    end: (error?: Error) => void;
  }[] = [];
  const engine: WhatIfEngine = {
    ...fakeEngine(),
    evaluate: (edits, onAnswer: (answer: WhatIfAnswer) => void, signal) =>
      new Promise((resolve, reject) => {
        runs.push({
          edits: edits.length,
          signal,
          answer: (replications) => onAnswer(answerTo(edits, replications)),
          end: (error) => (error ? reject(error) : resolve()),
        });
      }),
  };
  return { engine, runs };
}

const right: Action = { type: 'step', direction: 1 };
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('controller', () => {
  it('simulates the base at once and tightens it to the final answer', async () => {
    const controller = createController(fakeWorld());
    await vi.waitFor(() =>
      expect(controller.getState()).toMatchObject({ isRunning: false, base: { final: true, replications: 5 } }),
    );
    await controller.close();
  });

  it('asks the engine once after a burst of steps, when the keys have rested', async () => {
    const clock = handClock();
    const engine = fakeEngine();
    const controller = createController(fakeWorld(engine), clock.after);
    await settled();
    for (let i = 0; i < 5; i++) {
      controller.dispatch(right);
      clock.pass(DEBOUNCE_MS - 1);
    }
    expect(engine.asked).toHaveLength(1);
    clock.pass(1);
    await settled();
    expect(engine.asked).toHaveLength(2);
    expect(engine.asked[1]?.[0]?.to).toBe(1940);
    expect(controller.getState()).toMatchObject({ isRunning: false, figures: { final: true } });
    await controller.close();
  });

  it('aborts a run that an edit makes stale, and ignores what it still says', async () => {
    const clock = handClock();
    const { engine, runs } = heldEngine();
    const controller = createController(fakeWorld(engine), clock.after);
    runs[0]?.answer(1);
    controller.dispatch(right);
    expect(runs[0]?.signal.aborted).toBe(true);
    runs[0]?.answer(3);
    expect(controller.getState().figures?.replications).toBe(1);
    expect(controller.getState().isRunning).toBe(true);
    await controller.close();
  });

  it('finishes a base that an early edit left half done', async () => {
    const clock = handClock();
    const { engine, runs } = heldEngine();
    const controller = createController(fakeWorld(engine), clock.after);
    controller.dispatch(right);
    clock.pass(DEBOUNCE_MS);
    runs[1]?.answer(5);
    runs[1]?.end();
    await settled();
    expect(runs.map(({ edits }) => edits)).toEqual([0, 1, 0]);
    runs[2]?.answer(5);
    runs[2]?.end();
    await settled();
    expect(controller.getState()).toMatchObject({ isRunning: false, base: { final: true } });
    expect(controller.getState().figures?.simulationKey).not.toBe(controller.getState().base?.simulationKey);
    await controller.close();
  });

  it('remembers final answers, so undo needs no run', async () => {
    const clock = handClock();
    const engine = fakeEngine();
    const controller = createController(fakeWorld(engine), clock.after);
    await settled();
    controller.dispatch(right);
    clock.pass(DEBOUNCE_MS);
    await settled();
    controller.dispatch({ type: 'undo' });
    expect(controller.getState()).toMatchObject({ isRunning: false, figures: { final: true, simulationKey: '[]' } });
    clock.pass(DEBOUNCE_MS * 10);
    expect(engine.asked).toHaveLength(2);
    await controller.close();
  });

  it('shows an engine that fails as a problem, and runs again after the next edit', async () => {
    const clock = handClock();
    const { engine, runs } = heldEngine();
    const controller = createController(fakeWorld(engine), clock.after);
    runs[0]?.end(new Error('a worker stopped'));
    await settled();
    expect(controller.getState()).toMatchObject({ isRunning: false, problem: { problem: 'a worker stopped' } });
    controller.dispatch(right);
    clock.pass(DEBOUNCE_MS);
    expect(runs).toHaveLength(2);
    await controller.close();
  });

  it('saves the edits and says where, or why not', async () => {
    const world = fakeWorld();
    const controller = createController(world);
    controller.dispatch({ type: 'save' });
    expect(controller.getState().notice?.text).toBe('nothing to save: no lever was moved');
    controller.dispatch(right);
    controller.dispatch({ type: 'save' });
    await vi.waitFor(() => expect(controller.getState().notice?.text).toBe('saved scenarios/chat.overlay.yaml'));
    expect(world.saved).toHaveLength(1);
    await controller.close();

    const broken = createController({ ...world, save: () => Promise.reject(new Error('read-only file system')) });
    broken.dispatch(right);
    broken.dispatch({ type: 'save' });
    await vi.waitFor(() =>
      expect(broken.getState().notice).toEqual({ text: 'not saved: read-only file system', isBad: true }),
    );
    await broken.close();
  });

  it('looks for a change and applies it', async () => {
    const controller = createController(fakeWorld());
    controller.dispatch({ type: 'optimise' });
    await vi.waitFor(() => expect(controller.getState().suggestion.status).toBe('found'));
    controller.dispatch({ type: 'apply' });
    expect(controller.getState().edits.map(({ to }) => to)).toEqual([3]);
    await controller.close();
  });
});
