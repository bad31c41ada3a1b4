import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { longestRequest } from '../../../src/fleet/llm/replicaGroup.js';
import { compareRuns } from './compareRuns.js';
import { KNOWN_FLEETS } from './knownFleets.js';
import { configOf, fleetArbitrary, hasAdapters, mediaOf } from './randomFleets.js';

describe('the engine and its naive twin', () => {
  it.each(KNOWN_FLEETS.map((spec, i) => [i, spec] as const))(
    'agree on fleet %i on which they once did not',
    (_, spec) => {
      expect(compareRuns(spec).differences).toEqual([]);
    },
  );

  it('agree on every request, count, integral and histogram bucket over random fleets', () => {
    const seen = { preempted: 0, hit: 0, unfinished: 0, rejected: 0, steps: 0, events: 0 };
    const features = {
      swapped: 0,
      drafted: 0,
      prioritised: 0,
      rerouted: 0,
      drained: 0,
      held: 0,
      draftsPreempted: 0,
      failed: 0,
      abandoned: 0,
      retried: 0,
      unseen: 0,
    };
    const clients = {
      refusedAndBack: 0,
      split: 0,
      byTenant: 0,
      circuitOpened: 0,
      circuitClosed: 0,
      hedged: 0,
      hedgeWon: 0,
      spent: 0,
      fair: 0,
      byApi: 0,
      givenUpAtApi: 0,
    };
    const fleets = { mixed: 0, tooLargeForOne: 0, bound: 0, turnedAway: 0, limited: 0, byTenant: 0, split: 0 };
    let reserved = 0;
    let encoded = 0;
    let adapted = 0;
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
        features.swapped += naive.meter.swaps > 0 ? 1 : 0;
        features.drafted += spec.speculative ? 1 : 0;
        features.draftsPreempted += spec.speculative && naive.meter.preemptions > 0 ? 1 : 0;
        features.prioritised += spec.levels > 1 && naive.meter.waiting.max > 2 ? 1 : 0;
        features.rerouted += naive.count.rerouted > 0 ? 1 : 0;
        features.failed += naive.count.failed > 0 ? 1 : 0;
        features.abandoned += naive.count.abandoned > 0 ? 1 : 0;
        features.retried += naive.count.retries > 0 ? 1 : 0;
        features.unseen += naive.count.timeouts > 0 && !spec.client?.serverCancels ? 1 : 0;
        features.drained += naive.replicaSeconds.some(({ draining }) => draining > 0) ? 1 : 0;
        features.held += naive.replicaSeconds.every(({ ready }) => ready === 0) ? 1 : 0;
        fleets.mixed += spec.second && naive.replicaSeconds.every(({ ready }) => ready > 0) ? 1 : 0;
        const rooms = configOf(spec).groups.map(longestRequest);
        fleets.tooLargeForOne += naive.rows.some((row) => row.promptTokens + row.outputTokens > Math.min(...rooms))
          ? 1
          : 0;
        fleets.bound += spec.origins && spec.origins.bound !== 'no' && spec.second ? 1 : 0;
        fleets.turnedAway += naive.rejectedFor['queue_full'] || naive.rejectedFor['in_flight'] ? 1 : 0;
        fleets.split += spec.split && spec.second && naive.rows.some(({ e2eS, ttftS }) => e2eS > ttftS) ? 1 : 0;
        fleets.limited += naive.rejectedFor['rate_limit'] ? 1 : 0;
        fleets.byTenant += naive.byTenant.some(({ answered }) => answered.length > 0) ? 1 : 0;
        clients.refusedAndBack += naive.count.refusals > naive.count.rejected ? 1 : 0;
        clients.circuitOpened += naive.rejectedFor['circuit_open'] ? 1 : 0;
        clients.circuitClosed += naive.circuit.openS > 0 && naive.circuit.opened > 1 ? 1 : 0;
        clients.hedged += naive.count.hedges > 0 ? 1 : 0;
        clients.hedgeWon += naive.count.hedgesWon > 0 ? 1 : 0;
        clients.spent += naive.count.hedgeTokens > 0 ? 1 : 0;
        clients.fair += spec.tenants?.isFair && spec.tenants.count > 1 && naive.meter.waiting.max > 2 ? 1 : 0;
        clients.byApi += naive.count.apiCalls > 0 ? 1 : 0;
        clients.givenUpAtApi += naive.count.apiCalls > 0 && naive.count.timeouts > 0 ? 1 : 0;
        clients.split += spec.split && spec.second && naive.count.timeouts > 0 ? 1 : 0;
        clients.byTenant += spec.tenants && naive.count.retries > 0 ? 1 : 0;
        encoded += mediaOf(spec) && naive.rows.length > 1 ? 1 : 0;
        adapted += hasAdapters(spec) && naive.rows.length > 1 ? 1 : 0;
        expect(differences).toEqual([]);
        if (!spec.limits.reservesAnswers) return;
        reserved += naive.meter.waiting.max > 2 ? 1 : 0;
        expect(naive.meter.preemptions).toBe(0);
      }),
      { numRuns: 1000, seed: 20_261_124 },
    );
    // The scenarios must reach what they are for.
    expect(seen.preempted).toBeGreaterThan(50);
    expect(seen.hit).toBeGreaterThan(50);
    expect(seen.unfinished).toBeGreaterThan(100);
    expect(seen.rejected).toBeGreaterThan(50);
    expect(reserved).toBeGreaterThan(20);
    expect(encoded).toBeGreaterThan(100);
    expect(adapted).toBeGreaterThan(100);
    for (const times of Object.values(features)) expect(times).toBeGreaterThan(20);
    for (const [what, times] of Object.entries({ ...fleets, ...clients })) expect(times, what).toBeGreaterThan(10);
    expect(seen.steps).toBeGreaterThan(2 * seen.events);
  });
});
