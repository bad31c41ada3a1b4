/** Failures of machines, from the scenario to the result. */
import { describe, expect, it } from 'vitest';
import type { SimulationResult } from '../../src/simulate/result.js';
import { simulate } from '../../src/simulate/simulate.js';
import { findingsOf, only, resultOf, worldOf } from './worlds.js';

const CHAT = `version: 1
name: failing
seed: 3
window: 5 h
warmup: 10 min
replications: 2
services:
  chat:
    kind: llm
    model: meta-llama/Meta-Llama-3.1-8B
    traffic: { rate: 2 /s, prompt_tokens: 700, output_tokens: { mean: 200, cv: 0.5 } }
    slo: { availability: 99.5 % }
    runs_on: gpu
pools:
  gpu:
    instance: aws/g6e.xlarge
    replicas: 2
    startup: { load: 20 s, init: 10 s }
    failures: { mtbf: 30 min, repair: 5 min }
`;
const SCALED = [
  'pools.gpu.replicas={"min":2,"max":4,"initial":2}',
  'pools.gpu.autoscaler={"policy":"hpa","metrics":[{"name":"vllm:num_requests_running","per":"replica","target":20}]}',
  'pools.gpu.startup={"provision":"60 s","pull":"30 s","load":"20 s","init":"10 s"}',
];

const conserves = ({ services }: SimulationResult): void => {
  for (const { requests } of Object.values(services)) {
    const { arrived, completed, rejected, abandoned, failed, in_flight } = requests;
    expect(arrived).toBe(completed + rejected + abandoned + failed + in_flight);
  }
};

describe('a pool whose machines fail', () => {
  it('counts what was lost, and answers the share that is left', async () => {
    const result = await resultOf(CHAT);
    conserves(result);
    const { requests, availability, slo_attainment } = only(result);
    const { failures } = result.pools['gpu']!;
    expect(failures!.by_kind['node']).toBeGreaterThan(10);
    expect(failures!.replicas_lost).toBe(failures!.by_kind['node']);
    expect(requests.failed).toBeGreaterThan(0);
    const answered = requests.completed / (requests.completed + requests.failed);
    expect(availability.requests).toBeCloseTo(answered, 12);
    expect(slo_attainment['availability']).toMatchObject({
      limit_share: 0.995,
      share_within: availability.requests,
      met: answered >= 0.995,
    });
    expect(availability.time).toBeLessThan(1);
    expect(availability.time).toBeGreaterThan(0.9);
  });

  it('pays for its machines while they are repaired', async () => {
    const result = await resultOf(CHAT);
    expect(result.pools['gpu']!.instances_billed).toBe(2);
    expect(result.cost.by_item[0]!.quantity).toBeCloseTo(10, 9);
  });

  it('replaces replicas on new machines where an autoscaler keeps it', async () => {
    const result = await resultOf(CHAT, SCALED);
    conserves(result);
    const { failures, replicas, autoscaling } = result.pools['gpu']!;
    expect(failures!.by_kind['node']).toBeGreaterThan(10);
    // Whoever is lost is replaced at once: two are always there or on their way.
    expect(replicas.mean).toBeGreaterThanOrEqual(2);
    expect(autoscaling!.replicas_started).toBeGreaterThan(10 / 2);
  });

  it('gives the same bytes for the same seed, and fails alike however fast it is repaired', async () => {
    const world = await worldOf(CHAT);
    expect(JSON.stringify(simulate(world))).toBe(JSON.stringify(simulate(world)));
    const [slow, quick] = [await resultOf(CHAT), await resultOf(CHAT, ['pools.gpu.failures.repair=10 s'])];
    expect(only(quick).availability.time).toBeGreaterThan(only(slow).availability.time);
  });

  it('says when nothing failed in the simulated time', async () => {
    const result = await resultOf(CHAT, ['pools.gpu.failures.mtbf=300 d']);
    expect(result.pools['gpu']!.failures).toEqual({ by_kind: { node: 0 }, replicas_lost: 0, requests_lost: 0 });
    expect(result.warnings.join()).toMatch(/pools.gpu: no machine failed in the simulated 10 h/);
  });

  it('draws no power while it is repaired', async () => {
    const [failing, sound] = [await resultOf(CHAT), await resultOf(CHAT, ['pools.gpu.failures.mtbf=300 d'])];
    const away = 5 / 35;
    const share = failing.energy.kwh! / sound.energy.kwh!;
    // The others are busier meanwhile: less than the machines that are missing is spared.
    expect(share).toBeLessThan(1 - away / 3);
    expect(share).toBeGreaterThan(1 - 2 * away);
  });

  it('is refused under servers of a queue', async () => {
    const findings = await findingsOf(
      CHAT.replace('kind: llm', 'kind: queue')
        .replace(/model: .*/, 'service_time: { distribution: exponential, mean: 100 ms }')
        .replace(/traffic: .*/, 'traffic: { rate: 2 /s }')
        .replace(/ {4}slo: .*\n/, ''),
    );
    expect(findings.map(({ message }) => message).join()).toMatch(/not supported yet: failures of kind: queue/);
  });
});

const EMBED = `version: 1
name: failing
seed: 3
window: 10 h
warmup: 10 min
replications: 3
services:
  embed:
    kind: inference
    model: BAAI/bge-m3
    traffic: { rate: 3 /s, prompt_tokens: 128 }
    batching: { max_batch: 8, max_delay: 5 ms }
    slo: { availability: 99.5 % }
    runs_on: gpu
pools:
  gpu:
    instance: aws/g6.xlarge
    region: us-east-1
    replicas: 2
    startup: { load: 20 s, init: 10 s }
    failures: { mtbf: 30 min, repair: 5 min }
`;

describe('batch servers whose machines fail', () => {
  it('are there as alternating renewals are: mtbf / (mtbf + repair + start)', async () => {
    const result = await resultOf(EMBED);
    conserves(result);
    const { replicas, failures } = result.pools['gpu']!;
    const away = 330;
    const a = 1800 / (1800 + away);
    const seconds = 3 * 36_000;
    // As in faultyFleet.test.ts: the variance of a replica's share is at most 2·a(1−a)·away/T.
    const sd = Math.sqrt((2 * a * (1 - a) * away) / seconds / 2);
    const { time } = only(result).availability;
    expect(Math.abs(time - (1 - (1 - a) ** 2))).toBeLessThan(4 * sd);
    expect(Math.abs(failures!.by_kind['node']! - (2 * seconds * a) / 1800)).toBeLessThan(
      4 * Math.sqrt((2 * seconds * a) / 1800),
    );
    expect(replicas.max).toBe(2);
  });

  it('are interrupted on spot, with a notice', async () => {
    const spot = EMBED.replace('failures: { mtbf: 30 min, repair: 5 min }', 'purchase: { spot: 100 % }');
    const result = await resultOf(spot, ['pools.gpu.failures={"spot":{"interrupted":"99 %","notice":"2 min"}}']);
    conserves(result);
    // 3 · 10 h of two machines at ln(100) a month: 0.38 expected; none is lost with its request.
    expect(result.pools['gpu']!.failures!.requests_lost).toBe(0);
    expect(result.warnings.join()).not.toMatch(/not simulated/);
  });

  it('lose a zone in a drill', async () => {
    const world = await worldOf(EMBED, ['pools.gpu.zones=2', 'pools.gpu.failures.mtbf=300 d', 'window=1 h']);
    const drill = { text: 'zone-loss@10min+20min', kind: 'zone-loss' as const, at: 600, lasts: 1200, factor: 1 };
    const result = simulate({ ...world, scenario: { ...world.scenario, drills: [drill] } });
    conserves(result);
    expect(result.pools['gpu']!.failures!.by_kind['zone']).toBe(3);
    const [struck] = result.pools['gpu']!.drills!;
    expect(struck!.replicas_lost).toBe(1);
    // Back when the zone is: and repaired, loaded and started.
    expect(struck!.recovered_after_s!.mean).toBeCloseTo(1200 + 330, -1);
  });
});
