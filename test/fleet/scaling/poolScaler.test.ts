/** An autoscaler at work on a real simulated fleet: what users see when nodes boot and weights load. */
import { describe, expect, it } from 'vitest';
import { policyFromManifest } from '../../../src/fleet/autoscalers/manifest/policyFromManifest.js';
import { type NodeSettings, Nodes } from '../../../src/fleet/scaling/nodes.js';
import { type DecisionRow, PoolScaler } from '../../../src/fleet/scaling/poolScaler.js';
import { readingsOf } from '../../../src/fleet/scaling/readings.js';
import { FakeFleet } from './fakeFleet.js';

interface Given {
  readonly policy: string;
  readonly initial?: number;
  readonly nodes?: Partial<NodeSettings>;
  readonly untilS?: number;
  /** Requests that wait, by time. */
  readonly waiting: (now: number) => number;
}

function run({ policy, initial = 1, nodes = {}, untilS = 900, waiting }: Given) {
  const read = policyFromManifest(policy);
  if (!read.ok) throw new Error(read.problems[0]!.message);
  const found = readingsOf(read.policy);
  if (!found.ok) throw new Error(found.unknown.join());
  const pool = new Nodes({
    startup: { provisionS: 90, pullS: 60, loadS: 30, initS: 20 },
    replicasPerNode: 1,
    acceleratorsPerNode: 1,
    quota: Infinity,
    warmNodes: 0,
    retentionS: 0,
    ...nodes,
  });
  pool.begin(Array.from({ length: initial }, (_, i) => i));
  const rows: DecisionRow[] = [];
  const scaler = new PoolScaler(
    {
      policy: read.policy,
      readings: found.readings,
      scrape: { everyS: 15, windowS: 0 },
      enginesPerReplica: 1,
      min: 0,
      max: Infinity,
      initial,
      onDecision: (row) => rows.push(row),
    },
    pool,
  );
  const fleet = new FakeFleet(initial, (index, now) => scaler.gone(index, now));
  for (;;) {
    const now = Math.min(scaler.nextAt, fleet.nextReadyAt);
    if (now > untilS) break;
    fleet.pass(now, waiting(now));
    if (scaler.nextAt <= now) scaler.act(now, fleet);
  }
  return { rows, scaler, fleet, pool };
}

const HPA = 'policy: hpa\nmin: 1\nmax: 8\nmetrics: [{ name: "vllm:num_requests_waiting", per: replica, target: 10 }]';

describe('an autoscaler on a simulated fleet', () => {
  it('acts on what was scraped, half an interval ago, and replicas serve after their cold start', () => {
    const { rows, fleet } = run({ policy: HPA, waiting: (now) => (now < 100 ? 0 : 20) });
    // 20 wait from 100 on: seen by the scrape at 112.5, decided at 120, there 200 s later.
    const first = rows.find(({ desired }) => desired > 1)!;
    expect(first).toMatchObject({ timeS: 120, current: 1, desired: 2 });
    expect(fleet.log).toContainEqual({ what: 'add', at: 120, readyAtS: 320 });
    // The metric is a mean over ready replicas: while the new one loads, the ratio stays and asks for no more than the second.
    expect(Math.max(...rows.filter(({ timeS }) => timeS < 320).map(({ desired }) => desired))).toBe(2);
  });

  it('scales in only after the stabilisation window, the newest replica first', () => {
    const { rows, fleet } = run({ policy: HPA, initial: 3, waiting: () => 0, untilS: 600 });
    const first = rows.find(({ desired }) => desired < 3)!;
    // The first recommendation, of 15 s, is outdated when it is older than 300 s: at the sync of 330 s.
    expect(first.timeS).toBe(330);
    expect(fleet.log.filter(({ what }) => what === 'drain').map(({ index }) => index)).toEqual([2, 1]);
  });

  it('what the quota refuses stays pending, and is said at each sync', () => {
    const { rows, scaler } = run({ policy: HPA, nodes: { quota: 2 }, waiting: () => 100 });
    expect(rows.at(-1)!.pending).toBeGreaterThan(0);
    expect(scaler.counts.refusedSyncs).toBeGreaterThan(0);
    expect(scaler.counts.started).toBe(1);
  });

  it('a cooldown shorter than the cold start never serves: KEDA takes the replica away while it loads', () => {
    const keda = (cooldown: string): string =>
      `policy: keda\nmin: 0\nmax: 4\nmetric: queue_length\ntarget: 5\ncooldown: ${cooldown}\npolling_interval: 15 s`;
    // One request every 5 minutes, whose client gives up after 20 s.
    const waiting = (now: number): number => (now % 300 > 100 && now % 300 < 120 ? 1 : 0);
    const short = run({ policy: keda('60 s'), initial: 0, untilS: 3600, waiting });
    expect(short.scaler.counts.started).toBeGreaterThan(5);
    expect(short.fleet.everReady).toBe(0);
    const long = run({ policy: keda('10 min'), initial: 0, untilS: 3600, waiting });
    expect(long.fleet.everReady).toBeGreaterThan(0);
  });

  it('KEDA on a metric of the replicas never wakes a fleet that is at zero; at the gateway it does', () => {
    const keda = (metric: string): string =>
      `policy: keda\nmin: 0\nmax: 4\nmetric: "${metric}"\ntarget: 5\npolling_interval: 15 s`;
    const waiting = (): number => 9;
    expect(run({ policy: keda('vllm:num_requests_waiting'), initial: 0, waiting }).scaler.counts.started).toBe(0);
    expect(run({ policy: keda('queue_length'), initial: 0, waiting }).scaler.counts.started).toBeGreaterThan(0);
  });

  it('GPU utilisation as a signal goes to the maximum for a single request at a time', () => {
    // GPU utilisation is 100 % with a single request: nothing that is added brings it down, so it goes to the maximum.
    const busy = 'policy: hpa\nmin: 1\nmax: 8\nmetrics: [{ name: "DCGM_FI_DEV_GPU_UTIL", per: replica, target: 60 }]';
    const { rows } = run({ policy: busy, waiting: () => 1, untilS: 1800 });
    expect(rows.at(-1)!.desired).toBe(8);
  });

  it('the pool bounds the policy', () => {
    const { rows } = run({ policy: HPA, waiting: () => 500 });
    expect(Math.max(...rows.map(({ desired }) => desired))).toBe(8);
  });
});
