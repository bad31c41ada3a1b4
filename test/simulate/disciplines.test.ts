/** Closed forms of queueing theory for every discipline, through the public path: scenario, world, result. */
import { describe, expect, it } from 'vitest';
import { studentInterval } from '../../src/kernel/intervals.js';
import type { ServiceResult } from '../../src/simulate/result.js';
import { simulate } from '../../src/simulate/simulate.js';
import { birthDeath, erlangB, erlangC, meanOf } from '../fleet/stations/theory.js';
import { only, QUEUE, worldOf } from './worlds.js';

const SEEDS = Array.from({ length: 8 }, (_, seed) => seed);

/** A figure that a result has, and what theory says it is. */
type Figure = readonly [theory: number, of: (service: ServiceResult) => number, within?: number];

/** Each figure's 99.99 % interval over independent runs holds what theory says, and is narrower than `within` (8 % unless given) of it. */
async function expectTheory(text: string, set: readonly string[], figures: readonly Figure[]): Promise<void> {
  const world = await worldOf(text, set);
  const runs = SEEDS.map((seed) => only(simulate(world, { seed })));
  for (const [index, [theory, of, within = 0.08]] of figures.entries()) {
    const [low, high] = studentInterval(runs.map(of), 0.9999)!;
    expect(low, `figure ${index}`).toBeLessThanOrEqual(theory);
    expect(high, `figure ${index}`).toBeGreaterThanOrEqual(theory);
    expect((high - low) / 2, `width of figure ${index}`).toBeLessThan(within * theory + 1e-12);
  }
}

const desk = (...set: readonly string[]): readonly string[] => [
  'window=2 h',
  'warmup=10 min',
  'replications=1',
  ...set.map((each) => `services.desk.${each}`),
];
const share = (of: 'rejected' | 'abandoned') => (service: ServiceResult) =>
  service.requests[of] / service.requests.arrived;
const inSystem = (service: ServiceResult): number => service.in_system.mean;
const e2eMs = (service: ServiceResult): number => service.e2e_ms.mean!;
const waitMs = (service: ServiceResult): number => service.wait_ms!.mean!;
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

// One desk: 7 requests/s of 100 ms each, load 0.7.
const [LAMBDA, MU] = [7, 10];

describe('one station', () => {
  it('Erlang B: as many places as servers, whatever the service times', async () => {
    for (const service of ['{ distribution: exponential, mean: 400 ms }', '400 ms'])
      await expectTheory(QUEUE, desk('servers=4', 'capacity=4', `service_time=${service}`), [
        [erlangB(4, 2.8), share('rejected')],
      ]);
  });

  it('M/M/∞: the number in the system is the offered load, and nobody waits', async () => {
    await expectTheory(QUEUE, desk('servers=infinite'), [[LAMBDA / MU, inSystem]]);
    const world = await worldOf(QUEUE, desk('servers=infinite'));
    expect(only(simulate(world)).wait_ms!.max).toBe(0);
  });

  it.each(['ps', 'preemptive-lcfs'])(
    'M/G/1 by %s: the mean stay depends on the mean service time alone',
    async (discipline) => {
      for (const service of ['100 ms', '{ distribution: hyperexponential, mean: 100 ms, cv: 2 }'])
        await expectTheory(QUEUE, desk(`discipline=${discipline}`, `service_time=${service}`), [
          [1000 / (MU - LAMBDA), e2eMs, 0.15],
        ]);
    },
  );

  it('LCFS without interruption: the mean wait is that of FCFS, the tail is longer', async () => {
    await expectTheory(QUEUE, desk('discipline=lcfs'), [[(1000 * (LAMBDA / MU)) / (MU - LAMBDA), waitMs, 0.15]]);
    const p99 = async (set: readonly string[]) => only(simulate(await worldOf(QUEUE, set))).wait_ms!.p99!;
    expect(await p99(desk('discipline=lcfs'))).toBeGreaterThan(1.2 * (await p99(desk())));
  });

  it('processor sharing by three servers has the number in the system of M/M/3, limited or not', async () => {
    const a = 2.4;
    const length = a + (erlangC(3, a) * a) / (3 - a);
    const set = ['servers=3', 'traffic.rate=24 /s', 'discipline=ps'];
    await expectTheory(QUEUE, desk(...set), [[length, inSystem]]);
    await expectTheory(QUEUE, desk(...set, 'sharing_limit=5'), [[length, inSystem]]);
  });

  it('state-dependent rates: the number in the system is that of the birth-death process', async () => {
    const rates = [1, 1.5, 1.8];
    const p = birthDeath(
      8,
      () => 12,
      (n) => 10 * rates[Math.min(n, 3) - 1]!,
    );
    const set = ['discipline=ps', 'sharing_limit=4', `load_dependent_rate=[${rates}]`, 'traffic.rate=12 /s'];
    await expectTheory(QUEUE.replace('servers: 1', 'capacity: 8'), desk(...set), [
      [meanOf(p), inSystem],
      [p[8]!, share('rejected'), 0.2],
    ]);
  });

  it('priorities: mean waits match Cobham, and preemption gives the first class a server of its own', async () => {
    const classes = 'classes=[{name: gold, share: 0.4}, {name: rest, share: 0.6}]';
    const [first, all] = [0.28, 0.7];
    const residual = all / MU;
    const waits = [residual / (1 - first), residual / (1 - first) / (1 - all)];
    // Preemptive resume, equal exponential classes (Kleinrock, Queueing Systems II, §3.4).
    const stays = [1 / MU / (1 - first), 1 / MU / (1 - first) + residual / ((1 - first) * (1 - all))];
    await expectTheory(
      QUEUE,
      desk('discipline=priority', classes),
      ['gold', 'rest'].map((name, i): Figure => [1000 * waits[i]!, (s) => s.classes![name]!.wait_ms.mean!, 0.15]),
    );
    await expectTheory(
      QUEUE,
      desk('discipline=preemptive-priority', classes),
      ['gold', 'rest'].map((name, i): Figure => [1000 * stays[i]!, (s) => s.classes![name]!.e2e_ms.mean!, 0.15]),
    );
  });

  it('Erlang A: the share that loses patience', async () => {
    const p = birthDeath(
      200,
      () => 24,
      (n) => Math.min(n, 2) * 10 + Math.max(0, n - 2) * 2,
    );
    const queue = meanOf(p, (n) => Math.max(0, n - 2));
    const set = ['servers=2', 'traffic.rate=24 /s', 'patience={distribution: exponential, mean: 500 ms}'];
    await expectTheory(QUEUE, desk(...set), [
      [(queue * 2) / 24, share('abandoned')],
      [queue, (service) => service.queue_length.mean],
    ]);
  });

  it('arrivals in groups of three: the number in the system is that of M[3]/M/1', async () => {
    const set = desk('traffic.batch_size=3', `traffic.rate=${LAMBDA / 3} /s`);
    await expectTheory(QUEUE, set, [[((LAMBDA / MU) * (3 + 1)) / 2 / (1 - LAMBDA / MU), inSystem, 0.15]]);
  });

  it('a server that wakes for who comes adds its setup time to the mean stay', async () => {
    const set = desk('setup_time={distribution: exponential, mean: 500 ms}');
    await expectTheory(QUEUE, set, [[1000 / (MU - LAMBDA) + 500, e2eMs]]);
  });

  it('joinable batches of four: the number in the system is geometric', async () => {
    // λ r^5 − (λ + μ) r + μ = 0 divided by (r − 1) for M/M[b]/1 with b = 4 (Gross et al., §3.2): the root in (0, 1).
    let r = 0.5;
    for (let i = 0; i < 200; i++) r = (12 + 10 * r ** 5) / 22;
    const set = desk('batching={max_batch: 4, joinable: true}', 'traffic.rate=12 /s');
    await expectTheory(QUEUE, set, [[r / (1 - r), inSystem]]);
  });

  it('machine repair: the throughput of a closed population', async () => {
    const p = birthDeath(
      8,
      (n) => (8 - n) / 1,
      () => MU,
    );
    const closed = QUEUE.replace('rate: 7 /s', 'users: { concurrent: 8, think_time: 1 s }');
    await expectTheory(closed, desk(), [[MU * (1 - p[0]!), (service) => service.throughput.requests_per_s]]);
  });
});

const chain = (stations: string, load = 'rate: 8 /s'): string => `version: 1
window: 1 h
warmup: 10 min
replications: 1
services:
  line:
    kind: queue
    stations:
${stations
  .split('\n')
  .map((station) => `      ${station}`)
  .join('\n')}
    traffic: { ${load} }
`;
const exponential = (mean: string): string => `service_time: { distribution: exponential, mean: ${mean} }`;
const station = (name: string) => (service: ServiceResult) => service.stations![name]!;

describe('chains of stations', () => {
  it('two M/M/1 in tandem: each has its own wait (Burke), the stays add up', async () => {
    const text = chain(`first: { ${exponential('100 ms')}, next: second }\nsecond: { ${exponential('80 ms')} }`);
    const [a, b] = [10 - 8, 12.5 - 8];
    const within = (t: number): number => 1 - (b * Math.exp(-a * t) - a * Math.exp(-b * t)) / (b - a);
    await expectTheory(
      text,
      ['services.line.slo.e2e.p95=1 s'],
      [
        [1000 / a + 1000 / b, e2eMs, 0.15],
        [(1000 * 0.8) / a, (s) => station('first')(s).wait_ms.mean!, 0.15],
        [(1000 * 0.64) / b, (s) => station('second')(s).wait_ms.mean!, 0.15],
        [0.64, (s) => station('second')(s).utilization!],
        // The stay is the sum of two independent exponential ones (Reich 1957).
        [within(1), (s) => s.slo_attainment['e2e.p95']!.share_within],
      ],
    );
  });

  it('a Jackson network with feedback: number at every station, visits and total stay', async () => {
    const text = chain(`gate: { servers: 2, ${exponential('50 ms')}, next: { search: 0.9 } }
search: { servers: 3, ${exponential('200 ms')}, next: rank }
rank: { ${exponential('40 ms')}, next: { search: 0.25, gate: 0.1 } }`);
    // gate = 8 + 0.1 rank, search = 0.9 gate + 0.25 rank, rank = search.
    const rank = (0.9 * 8) / (1 - 0.25 - 0.09);
    const rates = { gate: 8 + 0.1 * rank, search: rank, rank };
    const [g, s, r] = [rates.gate * 0.05, rates.search * 0.2, rates.rank * 0.04];
    const lengths = {
      gate: g + (erlangC(2, g) * g) / (2 - g),
      search: s + (erlangC(3, s) * s) / (3 - s),
      rank: r / (1 - r),
    };
    await expectTheory(
      text,
      [],
      [
        ...(['gate', 'search', 'rank'] as const).flatMap((name): Figure[] => [
          [lengths[name], (service) => station(name)(service).in_system.mean],
          [rates[name] / 8, (service) => station(name)(service).visits.per_request],
        ]),
        [s / 3, (service) => station('search')(service).utilization!],
        [sum(Object.values(lengths)), inSystem],
        [(1000 * sum(Object.values(lengths))) / 8, e2eMs],
        [(1000 * (g + s + r)) / 8, (service) => service.service_ms!.mean!],
      ],
    );
  });

  it('a closed population on a chain: the throughput of mean value analysis', async () => {
    const text = chain(
      `app: { ${exponential('60 ms')}, next: store }\nstore: { discipline: ps, ${exponential('90 ms')}, next: { app: 0.5 } }`,
      'users: { concurrent: 12, think_time: 1 s }',
    );
    // Reiser & Lavenberg (1980), two visits to each station.
    const demands = [0.12, 0.18];
    let lengths = [0, 0];
    let throughput = 0;
    for (let n = 1; n <= 12; n++) {
      const stays = demands.map((demand, i) => demand * (1 + lengths[i]!));
      throughput = n / (1 + sum(stays));
      lengths = stays.map((stay) => throughput * stay);
    }
    await expectTheory(
      text,
      [],
      [
        [throughput, (service) => service.throughput.requests_per_s],
        [lengths[0]!, (service) => station('app')(service).in_system.mean],
        [lengths[1]!, (service) => station('store')(service).in_system.mean],
      ],
    );
  });

  it('classes keep their rank along the chain, and what a full station turns away is lost to the service', async () => {
    const text = chain(`first: { ${exponential('100 ms')}, discipline: priority, next: second }
second: { ${exponential('100 ms')}, discipline: preemptive-priority, capacity: 6 }`).replace(
      '    traffic:',
      '    classes: [{ name: gold, share: 0.3 }, { name: rest, share: 0.7 }]\n    traffic:',
    );
    const service = only(simulate(await worldOf(text)));
    const { gold, rest } = service.classes as Record<string, { e2e_ms: { mean: number | null } }>;
    expect(gold!.e2e_ms.mean!).toBeLessThan(0.7 * rest!.e2e_ms.mean!);
    expect(service.requests.rejected).toBe(station('second')(service).visits.rejected);
    expect(service.requests.rejected).toBeGreaterThan(300);
    const { arrived, completed, rejected, in_flight } = service.requests;
    expect(arrived).toBe(completed + rejected + in_flight);
    expect(service.probability_wait).toBeUndefined();
  });

  it('the entry may be shared, and the busiest station is the bottleneck', async () => {
    const text = chain(
      `mail: { ${exponential('100 ms')}, next: desk }\nphone: { ${exponential('20 ms')}, next: desk }\ndesk: { servers: infinite, ${exponential('1 s')} }`,
    ).replace('    traffic:', '    entry: { mail: 75 %, phone: 25 % }\n    traffic:');
    await expectTheory(
      text,
      [],
      [
        [0.6, (service) => station('mail')(service).utilization!],
        [0.04, (service) => station('phone')(service).utilization!],
        [8, (service) => station('desk')(service).busy_servers],
      ],
    );
    const result = simulate(await worldOf(text));
    expect(result.bottleneck?.resource).toBe('services.line.stations.mail.servers');
    expect(only(result).stations!['desk']!.utilization).toBeNull();
  });
});
