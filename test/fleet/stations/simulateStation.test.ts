import { expect, test } from 'vitest';
import { GivenArrivals, RenewalArrivals } from '../../../src/fleet/stations/arrivals.js';
import { FIELD } from '../../../src/fleet/stations/fields.js';
import { type StationOutcome, simulateStation } from '../../../src/fleet/stations/simulateStation.js';
import { StationStatistics } from '../../../src/fleet/stations/statistics.js';
import type { StationSpec } from '../../../src/fleet/stations/types.js';
import { interval95 } from '../../../src/kernel/intervals.js';
import { stream } from '../../../src/kernel/random.js';
import { constant, exponential } from '../../../src/kernel/variates.js';
import { erlangC } from './theory.js';

const NOTHING = { wait: false, sojourn: false, service: false };
const ONE_SECOND: StationSpec = { servers: 1, discipline: 'fcfs', capacity: Infinity, service: constant(1) };

test('a worked example: three requests at one server', () => {
  const rows: number[][] = [];
  const outcome = simulateStation(ONE_SECOND, new GivenArrivals([0, 0.5, 4]), {
    sink: (...row) => rows.push(row.slice(0, 3) as number[]),
  });
  expect(rows).toEqual([
    [0, 0, 1],
    [0.5, 0.5, 1.5],
    [4, 0, 1],
  ]);
  expect(outcome.counts).toEqual({ arrived: 3, completed: 3, rejected: 0, abandoned: 0, failed: 0, in_flight: 0 });
  expect(outcome.durationS).toBe(5);
  expect(outcome.queueLength).toEqual({ mean: 0.1, max: 1 });
  expect(outcome.inSystem).toEqual({ mean: 0.7, max: 2 });
  expect(outcome.busyServers).toBeCloseTo(0.6, 12);
  expect(outcome.probabilityWait).toBeCloseTo(1 / 3, 12);
});

test('a run to a time stops there and counts who is still inside', () => {
  const outcome = simulateStation(ONE_SECOND, new GivenArrivals([0, 0.5, 4]), { untilTimeS: 1.25 });
  expect(outcome.counts).toEqual({ arrived: 2, completed: 1, rejected: 0, abandoned: 0, failed: 0, in_flight: 1 });
  expect(outcome.durationS).toBe(1.25);
});

test('requests of the warm-up are in the way of others and in the latencies, but not in the counts', () => {
  const outcome = simulateStation(ONE_SECOND, new GivenArrivals([0, 0.5, 0.75]), { warmupS: 0.6, untilTimeS: 10 });
  expect(outcome.counts).toMatchObject({ arrived: 1, completed: 1, in_flight: 0 });
  expect(outcome.wait.count).toBe(3);
  expect(outcome.wait.mean).toBeCloseTo((0 + 0.5 + 1.25) / 3, 12);
  expect(outcome.startS).toBe(0.6);
  expect(outcome.inSystem.mean).toBeCloseTo((0.4 + 1.4 + 2.25) / 9.4, 12);
});

test('requests beyond the capacity are rejected and do not shift the requirements of later ones', () => {
  const requirements: number[] = [3, 5, 1];
  let next = 0;
  const service = (): number => requirements[next++]!;
  const rows: [number, string][] = [];
  simulateStation({ ...ONE_SECOND, service, capacity: 1 }, new GivenArrivals([0, 1, 4]), {
    sink: (_, __, sojourn, exit) => rows.push([sojourn, exit]),
  });
  expect(rows).toEqual([
    [0, 'rejected'],
    [3, 'completed'],
    [1, 'completed'],
  ]);
});

test('departures go before arrivals at the same time', () => {
  const outcome = simulateStation({ ...ONE_SECOND, capacity: 1 }, new GivenArrivals([0, 1, 2]), {});
  expect(outcome.counts).toMatchObject({ completed: 3, rejected: 0 });
  expect(outcome.wait.max).toBe(0);
});

test('the plain loop and the general station agree to the bit', () => {
  const spec = (): StationSpec => ({
    servers: 3,
    discipline: 'fcfs',
    capacity: 12,
    service: exponential(stream(4, 0, 's'), 1),
  });
  const general = (): StationSpec => ({ ...spec(), patience: constant(1e12) });
  const arrivals = (): RenewalArrivals => new RenewalArrivals(exponential(stream(4, 0, 'a'), 1 / 2.7), 20_000);
  const pick = ({ counts, wait, sojourn, durationS }: StationOutcome): unknown => [
    counts,
    wait.sum,
    sojourn.max,
    wait.quantile(0.9),
    durationS,
  ];
  expect(pick(simulateStation(general(), arrivals(), {}))).toEqual(pick(simulateStation(spec(), arrivals(), {})));
});

test('batches add up to the run', () => {
  const run = (batches: number): StationOutcome => {
    const service = exponential(stream(9, 0, 's'), 1);
    const source = new RenewalArrivals(exponential(stream(9, 0, 'a'), 1 / 1.6));
    return simulateStation({ servers: 2, discipline: 'ps', capacity: Infinity, service }, source, {
      untilTimeS: 5000,
      batches,
    });
  };
  const whole = run(1);
  const parts = run(7);
  expect(parts.batches).toHaveLength(7);
  expect(parts.counts).toEqual(whole.counts);
  expect(parts.inSystem.mean).toBeCloseTo(whole.inSystem.mean, 9);
  expect(parts.sojourn.quantile(0.95)).toBe(whole.sojourn.quantile(0.95));
});

test("a broken Little's law throws", () => {
  const statistics = new StationStatistics({ wait: false, sojourn: false, service: false });
  statistics.enter();
  statistics.tick(10);
  statistics.assertLittle();
  statistics.inSystem = 2;
  statistics.tick(20);
  expect(() => statistics.assertLittle()).toThrow("Little's law is broken");
});

test.each([
  [{ discipline: 'ps', setup: constant(1) }, 'setup times are not supported yet'],
  [{ batching: { maxBatch: 2, perItem: 0 }, patience: constant(1) }, 'patience is not supported yet with batching'],
] as const)('what is not supported says so', (extra, message) => {
  expect(() => simulateStation({ ...ONE_SECOND, ...extra }, new GivenArrivals([0]), {})).toThrow(message);
});

test('of 1,000 batch-means intervals of an M/M/2 wait, 93 to 97 % hold the closed form', () => {
  const expected = erlangC(2, 1) / (2 - 1);
  let held = 0;
  for (let i = 0; i < 1000; i++) {
    const spec: StationSpec = {
      servers: 2,
      discipline: 'fcfs',
      capacity: Infinity,
      service: exponential(stream(7, i, 's'), 1),
    };
    const source = new RenewalArrivals(exponential(stream(7, i, 'a'), 1));
    const { batches } = simulateStation(spec, source, { untilTimeS: 20_200, warmupS: 200, batches: 20, keep: NOTHING });
    const interval = interval95(batches.map(({ record }) => record[FIELD.waitSum]! / record[FIELD.completed]!))!;
    if (interval[0] <= expected && expected <= interval[1]) held++;
  }
  expect(held).toBeGreaterThanOrEqual(930);
  expect(held).toBeLessThanOrEqual(970);
});
