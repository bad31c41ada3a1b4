import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heldSteps, machineRuns, mostHeld, type Place } from '../../src/simulate/sharing/jointMachines.js';

const WINDOW_S = 1000;
const place = fc
  .tuple(fc.integer({ min: -300, max: 990 }), fc.integer({ min: 1, max: 600 }), fc.integer({ min: 1, max: 9 }))
  .map(
    ([startS, length, accelerators]): Place => ({ startS, endS: Math.min(WINDOW_S, startS + length), accelerators }),
  );
const places = fc.array(place, { maxLength: 12 });

/** What is held at a moment, added up place by place. */
const heldAt = (all: readonly Place[], t: number): number =>
  all.reduce((sum, { startS, endS, accelerators }) => (startS <= t && t < endS ? sum + accelerators : sum), 0);

const runningAt = (runs: readonly { readonly startS: number; readonly endS: number }[], t: number): number =>
  runs.filter(({ startS, endS }) => startS <= t && t < endS).length;

describe('machines under what several services hold', () => {
  it('are ⌈held / per instance⌉ at every moment', () => {
    fc.assert(
      fc.property(places, fc.constantFrom(1, 4, 8), (all, per) => {
        const runs = machineRuns(heldSteps(all), per, 0, WINDOW_S);
        for (let t = 0.5; t < WINDOW_S; t += 7) expect(runningAt(runs, t)).toBe(Math.ceil(heldAt(all, t) / per));
      }),
    );
  });

  it('stay for as long as empty machines are kept: the most that was needed in that time', () => {
    fc.assert(
      fc.property(places, fc.integer({ min: 1, max: 200 }), (all, keepS) => {
        const runs = machineRuns(heldSteps(all), 4, keepS, WINDOW_S);
        for (let t = 0.5; t < WINDOW_S; t += 13) {
          // What is held changes at whole seconds alone.
          let most = 0;
          for (let s = t - keepS; s <= t; s++) most = Math.max(most, Math.ceil(heldAt(all, s) / 4));
          expect(runningAt(runs, t)).toBe(most);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('never count half used machines twice: two services of half a machine pay for one', () => {
    const half = { startS: 0, endS: WINDOW_S, accelerators: 4 };
    expect(machineRuns(heldSteps([half, half]), 8, 0, WINDOW_S)).toEqual([{ startS: 0, endS: WINDOW_S, isPart: true }]);
  });

  it('knows the most that was held within the window', () => {
    fc.assert(
      fc.property(places, (all) => {
        let most = 0;
        for (let t = 0.5; t < WINDOW_S; t += 1) most = Math.max(most, heldAt(all, t));
        expect(mostHeld(heldSteps(all), WINDOW_S)).toBe(most);
      }),
      { numRuns: 60 },
    );
  });
});
