import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareRuns } from './compareRuns.js';
import { fleetArbitrary } from './randomFleets.js';

describe('the engine and its naive twin', () => {
  it('agree on every request, count, integral and histogram bucket over random fleets', () => {
    const seen = { preempted: 0, hit: 0, unfinished: 0, rejected: 0, steps: 0, events: 0 };
    fc.assert(
      fc.property(fleetArbitrary, (spec) => {
        const { differences, naive, run } = compareRuns(spec);
        fc.pre(!naive.isAmbiguous);
        seen.preempted += naive.meter.preemptions > 0 ? 1 : 0;
        seen.hit += naive.meter.hitTokens > 0 ? 1 : 0;
        seen.unfinished += naive.count.inFlight > 0 ? 1 : 0;
        seen.rejected += naive.count.rejected > 0 ? 1 : 0;
        seen.steps += naive.steps;
        seen.events += run.events;
        expect(differences).toEqual([]);
      }),
      { numRuns: 500, seed: 20_261_124 },
    );
    // The scenarios must reach what they are for.
    expect(seen.preempted).toBeGreaterThan(50);
    expect(seen.hit).toBeGreaterThan(50);
    expect(seen.unfinished).toBeGreaterThan(100);
    expect(seen.rejected).toBeGreaterThan(50);
    expect(seen.steps).toBeGreaterThan(2 * seen.events);
  }, 60_000);
});
