import { describe, expect, test } from 'vitest';
import { ClosedArrivals, RenewalArrivals } from '../../../src/fleet/stations/arrivals.js';
import { FIELD } from '../../../src/fleet/stations/fields.js';
import { NetworkEngine } from '../../../src/fleet/stations/network.js';
import { type StationOutcome, simulateNetwork, simulateStation } from '../../../src/fleet/stations/simulateStation.js';
import type { Stretch } from '../../../src/fleet/stations/statistics.js';
import type { ArrivalSource, StationSpec } from '../../../src/fleet/stations/types.js';
import { studentInterval } from '../../../src/kernel/intervals.js';
import { stream } from '../../../src/kernel/random.js';
import { categorical, constant, type Draw, exponential, hyperexponential } from '../../../src/kernel/variates.js';
import { birthDeath, erlangB, erlangC, meanOf, pollaczekKhinchine } from './theory.js';

const draws = (name: string) => stream(20, 0, name);
const poisson = (rate: number): ArrivalSource => new RenewalArrivals(exponential(draws('arrivals'), 1 / rate));
const unitService: Draw = exponential(draws('service'), 1);
const PLAIN: StationSpec = { servers: 1, discipline: 'fcfs', capacity: Infinity, service: unitService };

/** A run in 32 batches after a warm-up of one batch. */
function run(spec: StationSpec, arrivals: ArrivalSource, requests: number, gapS: number): StationOutcome {
  return simulateStation(spec, arrivals, { requests, warmupS: (requests * gapS) / 32, batches: 32 });
}

/** The batch-means interval (99.99 %) of a ratio of sums holds `expected`, and is narrower than `within` of it. */
function expectRatio(
  batches: readonly Stretch[],
  above: number,
  below: number,
  expected: number,
  within: number,
): void {
  const interval = studentInterval(
    batches.map(({ record }) => record[above]! / record[below]!),
    0.9999,
  )!;
  expect(expected).toBeGreaterThan(interval[0]);
  expect(expected).toBeLessThan(interval[1]);
  expect(interval[1] - interval[0]).toBeLessThan(2 * within * expected);
}

const {
  waitSum,
  sojournSum,
  completed,
  inSystem,
  duration,
  waiting,
  rejected,
  offered,
  abandoned,
  delayed,
  settingUp,
} = FIELD;

test('M/M/1: wait, number in the system, tail of the stay and time empty match theory', () => {
  const rho = 0.8;
  const outcome = run(PLAIN, poisson(rho), 300_000, 1 / rho);
  expectRatio(outcome.batches, waitSum, completed, rho / (1 - rho), 0.1);
  expectRatio(outcome.batches, inSystem, duration, rho / (1 - rho), 0.1);
  expectRatio(outcome.batches, FIELD.empty, duration, 1 - rho, 0.05);
  // The stay is exponential with rate μ − λ.
  for (const p of [0.5, 0.9, 0.99])
    expect(outcome.sojourn.quantile(p) / (-Math.log(1 - p) / (1 - rho))).toBeCloseTo(1, 1);
});

test.each([
  [3, 0.7],
  [20, 0.9],
])('M/M/%i at load %f: delay probability and wait match Erlang C', (servers, rho) => {
  const a = servers * rho;
  const outcome = run({ ...PLAIN, servers }, poisson(a), 500_000, 1 / a);
  expectRatio(outcome.batches, delayed, offered, erlangC(servers, a), 0.1);
  expectRatio(outcome.batches, waitSum, completed, erlangC(servers, a) / (servers - a), 0.25);
  expect(outcome.probabilityWait).toBeCloseTo(erlangC(servers, a), 1);
});

test.each([
  ['deterministic', constant(1), 0],
  ['hyperexponential', hyperexponential(draws('h2'), 1, 2), 4],
] as const)('M/G/1 with %s services: the wait matches Pollaczek-Khinchine', (_, service, scv) => {
  const rho = 0.7;
  const outcome = run({ ...PLAIN, service }, poisson(rho), 300_000, 1 / rho);
  expectRatio(outcome.batches, waitSum, completed, pollaczekKhinchine(rho, scv), 0.15);
});

test('M/M/c/K: losses and the number in the system match the birth-death solution', () => {
  const [c, k, lambda] = [4, 10, 3.8];
  const p = birthDeath(
    k,
    () => lambda,
    (n) => Math.min(n, c),
  );
  const outcome = run({ ...PLAIN, servers: c, capacity: k }, poisson(lambda), 400_000, 1 / lambda);
  expectRatio(outcome.batches, rejected, offered, p[k]!, 0.1);
  expectRatio(outcome.batches, inSystem, duration, meanOf(p), 0.05);
});

test('M/G/c/c: losses match Erlang B whatever the service times', () => {
  const service = hyperexponential(draws('loss h2'), 1, 2);
  const outcome = run({ ...PLAIN, servers: 5, capacity: 5, service }, poisson(4), 400_000, 1 / 4);
  expectRatio(outcome.batches, rejected, offered, erlangB(5, 4), 0.1);
});

test('Erlang A: abandonment and queue match the birth-death solution', () => {
  const [c, lambda, theta] = [5, 6, 0.5];
  const p = birthDeath(
    200,
    () => lambda,
    (n) => Math.min(n, c) + Math.max(0, n - c) * theta,
  );
  const spec = { ...PLAIN, servers: c, patience: exponential(draws('patience'), 1 / theta) };
  const outcome = run(spec, poisson(lambda), 300_000, 1 / lambda);
  const queue = meanOf(p, (n) => Math.max(0, n - c));
  expectRatio(outcome.batches, waiting, duration, queue, 0.1);
  expectRatio(outcome.batches, abandoned, offered, (theta * queue) / lambda, 0.1);
});

test('M/G/∞: the number in the system has the mean and variance of a Poisson variable', () => {
  const spec = { ...PLAIN, servers: Infinity, service: hyperexponential(draws('many h2'), 1, 2) };
  const outcome = run(spec, poisson(30), 200_000, 1 / 30);
  expectRatio(outcome.batches, inSystem, duration, 30, 0.05);
  const mean = outcome.inSystem.mean;
  expect(outcome.record[FIELD.inSystemSquared]! / outcome.durationS - mean * mean).toBeCloseTo(30, -0.5);
  expect(outcome.wait.max).toBe(0);
});

describe('processor sharing', () => {
  test.each([
    ['exponential', unitService],
    ['hyperexponential', hyperexponential(draws('ps h2'), 1, 2)],
  ] as const)('M/G/1-PS with %s sizes: number in the system and slowdown are insensitive', (_, service) => {
    const outcome = run({ ...PLAIN, discipline: 'ps', service }, poisson(0.7), 250_000, 1 / 0.7);
    expectRatio(outcome.batches, inSystem, duration, 0.7 / 0.3, 0.15);
    expectRatio(outcome.batches, FIELD.slowdownSum, completed, 1 / 0.3, 0.1);
  });

  test('M/G/4-PS has as many in the system as M/M/4', () => {
    const outcome = run({ ...PLAIN, servers: 4, discipline: 'ps' }, poisson(3.2), 200_000, 1 / 3.2);
    expectRatio(outcome.batches, inSystem, duration, 3.2 + (erlangC(4, 3.2) * 0.8) / 0.2, 0.1);
  });
});

describe('priorities', () => {
  const lambdas = [0.3, 0.5] as const;
  const rate = 0.8;
  const classes = { count: 2, pick: categorical(draws('class'), lambdas) };
  const waits = (outcome: StationOutcome, of: 'wait' | 'sojourn') => outcome.classes.map((cls) => cls[of].mean);

  test('non-preemptive: the mean waits match Cobham', () => {
    const outcome = run({ ...PLAIN, discipline: 'priority', classes }, poisson(rate), 400_000, 1 / rate);
    const [first, second] = waits(outcome, 'wait');
    expect(first! / (rate / (1 - 0.3))).toBeCloseTo(1, 1);
    expect(second! / (rate / ((1 - 0.3) * (1 - rate)))).toBeCloseTo(1, 1);
  });

  test('preemptive: the first class sees an M/M/1 of its own', () => {
    const outcome = run({ ...PLAIN, discipline: 'preemptive-priority', classes }, poisson(rate), 400_000, 1 / rate);
    const [first, second] = waits(outcome, 'sojourn');
    expect(first! / (1 / (1 - 0.3))).toBeCloseTo(1, 1);
    expect(second! / (1 / (1 - 0.3) + rate / ((1 - 0.3) * (1 - rate)))).toBeCloseTo(1, 1);
  });

  test('LCFS changes the tail of the wait but not its mean', () => {
    const fcfs = run(PLAIN, poisson(rate), 250_000, 1 / rate);
    const lcfs = run({ ...PLAIN, discipline: 'lcfs' }, poisson(rate), 250_000, 1 / rate);
    expectRatio(lcfs.batches, waitSum, completed, rate / (1 - rate), 0.15);
    expect(lcfs.wait.quantile(0.99)).toBeGreaterThan(1.5 * fcfs.wait.quantile(0.99));
  });
});

test('feedback: visits and total stay match Jackson', () => {
  const feedback = { probability: 0.3, uniform: draws('feedback'), service: exponential(draws('again'), 1) };
  const outcome = run({ ...PLAIN, feedback }, poisson(0.4), 400_000, 1 / 0.4);
  expectRatio(outcome.batches, FIELD.visits, completed, 1 / 0.7, 0.02);
  expectRatio(outcome.batches, sojournSum, completed, 10 / 3, 0.1);
});

test('cold server: time off and the wait match Levy and Kleinrock', () => {
  const setup = exponential(draws('setup'), 5);
  const outcome = run({ ...PLAIN, setup }, poisson(0.5), 400_000, 1 / 0.5);
  expectRatio(outcome.batches, waitSum, completed, 1 + (10 + 0.5 * 50) / (2 * (1 + 2.5)), 0.1);
  expectRatio(outcome.batches, settingUp, duration, (0.5 * 2.5) / 3.5, 0.05);
});

test('groups of k: the number in the system matches M^[k]/M/1', () => {
  const outcome = run({ ...PLAIN, groupSize: 4 }, poisson(0.15), 400_000, 1 / 0.6);
  expectRatio(outcome.batches, inSystem, duration, (0.6 * 5) / (2 * 0.4), 0.15);
});

test('joinable bulk service: the number in the system is geometric with the root of its polynomial', () => {
  const [b, lambda] = [4, 3.2];
  let r = 0.5;
  // μ r^(b+1) − (λ + μ) r + λ = 0 with μ = 1, by fixed-point steps from below.
  for (let i = 0; i < 2000; i++) r = (lambda + r ** (b + 1)) / (lambda + 1);
  const batching = { maxBatch: b, perItem: 0, joinable: true };
  const outcome = run({ ...PLAIN, batching }, poisson(lambda), 400_000, 1 / lambda);
  expectRatio(outcome.batches, inSystem, duration, r / (1 - r), 0.15);
});

test('a closed population obeys the machine-repair model', () => {
  const [users, think] = [8, 10];
  const p = birthDeath(
    users,
    (n) => (users - n) / think,
    () => 1,
  );
  const outcome = run(PLAIN, new ClosedArrivals(users, exponential(draws('think'), think)), 200_000, 2);
  expectRatio(outcome.batches, completed, duration, 1 - p[0]!, 0.05);
});

test('a chain with a loop back has the product form of Jackson', () => {
  const station = (name: string, servers: number, mean: number): StationSpec => ({
    ...PLAIN,
    servers,
    service: exponential(draws(name), mean),
  });
  const network = new NetworkEngine(
    {
      stations: [station('first', 2, 1), station('second', 1, 0.4)],
      entry: [1, 0],
      // A quarter of those that leave the second station start again at the first.
      routing: [
        [0, 1],
        [0.25, 0],
      ],
      uniform: draws('routing'),
    },
    poisson(0.9),
    { wait: false, sojourn: false, service: false },
  );
  network.advance(Infinity, 200_000);
  const lengths = network.stations.map(({ statistics: { record } }) => record[inSystem]! / record[duration]!);
  const visits = 0.9 / 0.75;
  expect(lengths[0]! / (visits + (erlangC(2, visits) * visits) / (2 - visits))).toBeCloseTo(1, 1);
  expect(lengths[1]! / ((0.4 * visits) / (1 - 0.4 * visits))).toBeCloseTo(1, 1);
  network.statistics.assertLittle();
});

test('preemptive LCFS: the mean stay is that of processor sharing, whatever the service times', () => {
  const lambda = 0.7;
  for (const service of [constant(1), hyperexponential(draws('service'), 1, 2)]) {
    const outcome = run({ ...PLAIN, discipline: 'preemptive-lcfs', service }, poisson(lambda), 300_000, 1 / lambda);
    expectRatio(outcome.batches, sojournSum, completed, 1 / (1 - lambda), 0.2);
  }
});

test('a network tells waits, rejections and levels of the whole from those of its stations', () => {
  const lossy: StationSpec = { ...PLAIN, capacity: 1, service: exponential(draws('lossy'), 1) };
  const spec = {
    stations: [PLAIN, lossy],
    entry: [1, 0],
    routing: [
      [0, 1],
      [0, 0],
    ],
    uniform: draws('routing'),
  };
  const { whole, stations } = simulateNetwork(spec, poisson(0.5), { requests: 100_000, warmupS: 100, batches: 10 });
  const [first, second] = stations as [StationOutcome, StationOutcome];
  // The output of an M/M/1 is Poisson (Burke), so the second station is an M/M/1/1: Erlang B.
  expect(whole.counts.rejected / whole.counts.arrived).toBeCloseTo(erlangB(1, 0.5), 2);
  expect(whole.counts.rejected).toBe(second.counts.rejected);
  expect(whole.counts.abandoned).toBe(0);
  expect(whole.queueLength.mean).toBeCloseTo(first.queueLength.mean + second.queueLength.mean, 9);
  expect(whole.inSystem.mean).toBeCloseTo(first.inSystem.mean + second.inSystem.mean, 9);
  expect(whole.busyServers).toBeCloseTo(first.busyServers + second.busyServers, 9);
  expect(whole.sojourn.mean).toBeCloseTo(whole.wait.mean + whole.service.mean, 9);
});
