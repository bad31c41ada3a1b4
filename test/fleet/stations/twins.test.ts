import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GivenArrivals } from '../../../src/fleet/stations/arrivals.js';
import { simulateStation } from '../../../src/fleet/stations/simulateStation.js';
import type { StationSpec } from '../../../src/fleet/stations/types.js';
import { stream } from '../../../src/kernel/random.js';
import { categorical, exponential, gamma } from '../../../src/kernel/variates.js';
import { type Left, naiveStation } from './naive.js';

/** A random station as plain numbers; streams are made anew for each of the twins. */
interface Recipe {
  readonly seed: number;
  readonly requests: number;
  readonly load: number;
  readonly servers: number;
  readonly capacity: number;
  readonly groupSize: number;
  readonly cv: number;
  readonly patience: number;
  readonly setup: number;
  readonly feedback: number;
  readonly classes: number;
}

const recipes = fc.record({
  seed: fc.integer({ min: 1, max: 1e9 }),
  requests: fc.integer({ min: 1, max: 150 }),
  load: fc.double({ min: 0.2, max: 2, noNaN: true }),
  servers: fc.constantFrom(1, 2, 3, 7),
  capacity: fc.constantFrom(Infinity, Infinity, 3, 9),
  groupSize: fc.constantFrom(1, 1, 3),
  cv: fc.constantFrom(0.4, 1, 2.5),
  patience: fc.constantFrom(0, 0, 0.3, 3),
  setup: fc.constantFrom(0, 0, 0.5, 4),
  feedback: fc.constantFrom(0, 0, 0.4),
  classes: fc.constantFrom(0, 2, 3),
});

function spec(recipe: Recipe, discipline: StationSpec['discipline']): StationSpec {
  const { seed, patience, setup, feedback, classes } = recipe;
  const named = (name: string) => stream(seed, 0, name);
  return {
    servers: recipe.servers,
    discipline,
    capacity: recipe.capacity,
    groupSize: recipe.groupSize,
    service: gamma(named('service'), 1, recipe.cv),
    ...(patience > 0 && { patience: exponential(named('patience'), patience) }),
    ...(setup > 0 && { setup: exponential(named('setup'), setup) }),
    ...(feedback > 0 && {
      feedback: { probability: feedback, uniform: named('feedback'), service: exponential(named('again'), 1) },
    }),
    ...(classes > 0 && {
      classes: {
        count: classes,
        pick: categorical(
          named('class'),
          Array.from({ length: classes }, () => 1),
        ),
      },
    }),
  };
}

function arrivalTimes(recipe: Recipe): number[] {
  const gap = exponential(stream(recipe.seed, 0, 'arrivals'), recipe.groupSize / (recipe.load * recipe.servers));
  let now = 0;
  return Array.from({ length: recipe.requests }, () => (now += gap()));
}

/** Runs both twins and holds every request's fate together. */
function expectTwins(recipe: Recipe, make: (recipe: Recipe) => StationSpec): void {
  const times = arrivalTimes(recipe);
  const fast: Left[] = [];
  const outcome = simulateStation(make(recipe), new GivenArrivals(times), {
    sink: (arrivedAt, wait, sojourn, exit, cls) => fast.push({ arrivedAt, wait, sojourn, exit, cls }),
  });
  const slow = naiveStation(make(recipe), times);
  expect(outcome.counts.arrived).toBe(times.length * recipe.groupSize);
  expect(outcome.counts.in_flight).toBe(0);
  expect(sorted(fast)).toEqual(sorted(slow));
}

/** By arrival and stay, rounded to what two orders of summing may differ by. */
function sorted(left: readonly Left[]): object[] {
  const round = (value: number): number => Math.round(value * 1e7) / 1e7 + 0;
  return left
    .map((one) => ({ ...one, arrivedAt: round(one.arrivedAt), wait: round(one.wait), sojourn: round(one.sojourn) }))
    .sort((a, b) => a.arrivedAt - b.arrivedAt || a.sojourn - b.sojourn || a.cls - b.cls);
}

test.each(['fcfs', 'lcfs', 'preemptive-lcfs', 'priority', 'preemptive-priority'] as const)(
  '%s servers treat every request as the naive twin does',
  (discipline) => {
    fc.assert(
      fc.property(recipes, (recipe) => expectTwins(recipe, (one) => spec(one, discipline))),
      { numRuns: 250 },
    );
  },
);

test('the plain station treats every request as the naive twin does', () => {
  const plain = { patience: 0, setup: 0, feedback: 0, classes: 0 };
  fc.assert(
    fc.property(recipes, (recipe) => expectTwins({ ...recipe, ...plain }, (one) => spec(one, 'fcfs'))),
    { numRuns: 250 },
  );
});

test('processor sharing treats every request as the naive twin does', () => {
  fc.assert(
    fc.property(recipes, (recipe) => expectTwins({ ...recipe, patience: 0, setup: 0 }, (one) => spec(one, 'ps'))),
    { numRuns: 250 },
  );
});

test('limited processor sharing with a speed of its own treats every request as the naive twin does', () => {
  const limits = fc.constantFrom(1, 2, 5);
  fc.assert(
    fc.property(recipes, limits, (recipe, limit) =>
      expectTwins({ ...recipe, patience: 0, setup: 0 }, (one) => ({
        ...spec(one, 'ps'),
        sharing: { limit, speed: (sharing) => 1 / (0.5 + 0.1 * sharing) },
      })),
    ),
    { numRuns: 250 },
  );
});

test.each(['lcfs', 'priority'] as const)('batches by %s treat every request as the naive twin does', (discipline) => {
  const alone = { patience: 0, setup: 0, feedback: 0 };
  const batches = fc.constantFrom(1, 3, 8);
  fc.assert(
    fc.property(recipes, batches, (recipe, maxBatch) =>
      expectTwins({ ...recipe, ...alone }, (one) => ({
        ...spec(one, discipline),
        batching: { maxBatch, perItem: 0.1 },
      })),
    ),
    { numRuns: 250 },
  );
});

test.each([false, true])('dynamic batching (joinable: %s) treats every request as the naive twin does', (joinable) => {
  const alone = { patience: 0, setup: 0, feedback: 0, classes: 0, ...(joinable && { servers: 1 }) };
  const batches = fc.constantFrom(1, 3, 8);
  fc.assert(
    fc.property(recipes, batches, (recipe, maxBatch) =>
      expectTwins({ ...recipe, ...alone }, (one) => ({
        ...spec(one, 'fcfs'),
        batching: { maxBatch, perItem: 0.1, joinable },
      })),
    ),
    { numRuns: 250 },
  );
});
