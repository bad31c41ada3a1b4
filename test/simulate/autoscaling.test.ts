/** Fleets whose replicas vary, from the scenario to the result. */
import { describe, expect, it } from 'vitest';
import type { DecisionRow } from '../../src/fleet/scaling/poolScaler.js';
import { simulate } from '../../src/simulate/simulate.js';
import { findingsOf, only, resultOf, worldOf } from './worlds.js';

const CHAT = `version: 1
name: scaled
seed: 3
window: 30 min
warmup: 20 min
replications: 2
services:
  chat:
    kind: llm
    model: meta-llama/Meta-Llama-3.1-8B
    traffic: { rate: 6 /s, prompt_tokens: 700, output_tokens: { mean: 200, cv: 0.5 } }
    runs_on: gpu
pools:
  gpu:
    instance: aws/g6e.xlarge
    replicas: { min: 1, max: 9, initial: 1 }
    autoscaler: { policy: hpa, metrics: [{ name: "vllm:num_requests_running", per: replica, target: 16 }] }
    startup: { provision: 60 s, pull: 30 s, load: 20 s, init: 10 s }
`;

describe('a simulated autoscaler', () => {
  it('finds the number of replicas at which the metric meets its target', async () => {
    const result = await resultOf(CHAT);
    const { replicas, autoscaling } = result.pools['gpu']!;
    const running = only(result).in_system.mean;
    // Within the tolerance of 10 % nothing changes, and scale-in waits for 5 minutes.
    expect(replicas.mean).toBeGreaterThan((running / 16) * 0.9);
    expect(replicas.mean).toBeLessThan((running / 16) * 1.6 + 1);
    expect(autoscaling!.decisions).toBe((50 * 60) / 15);
    expect(autoscaling!.replicas_started).toBeGreaterThanOrEqual(replicas.max - 1);
  });

  it('pays for machines from their start to their end, those that boot and those kept empty included', async () => {
    const result = await resultOf(CHAT);
    const { instances_billed, replicas } = result.pools['gpu']!;
    expect(instances_billed).toBeGreaterThanOrEqual(replicas.mean);
    const [item] = result.cost.by_item;
    expect(item!.quantity).toBeCloseTo(instances_billed * 0.5, 1);
  });

  it('gives the same bytes for the same seed, and every decision with its reason', async () => {
    const world = await worldOf(CHAT);
    const rows: DecisionRow[] = [];
    const watched = simulate(world, { onDecision: () => (row) => rows.push(row) });
    expect(JSON.stringify(simulate(world))).toBe(JSON.stringify(watched));
    expect(rows).toHaveLength(200);
    expect(rows.every(({ explanation }) => explanation.words.length > 5)).toBe(true);
    expect(rows.some(({ desired, current }) => desired > current)).toBe(true);
    expect(rows.slice(1).map(({ current }) => current)).toEqual(rows.slice(0, -1).map(({ desired }) => desired));
  });

  it('holds no more than the quota and says how often it refused', async () => {
    const result = await resultOf(CHAT, ['pools.gpu.quota=2']);
    expect(result.pools['gpu']!.replicas.max).toBe(2);
    expect(result.pools['gpu']!.quota_used).toBe(1);
    expect(result.pools['gpu']!.autoscaling!.syncs_refused_by_quota).toBeGreaterThan(0);
  });

  it('a slower start costs latency, a warm node buys it back', async () => {
    const cold = ['warmup=0 s', 'window=10 min', 'services.chat.traffic.rate=12 /s'];
    const p95 = async (...set: string[]): Promise<number> =>
      only(await resultOf(CHAT, [...cold, ...set])).ttft_ms!.p95!;
    const usual = await p95();
    expect(await p95('pools.gpu.startup.provision=5 min')).toBeGreaterThan(usual * 1.2);
    expect(await p95('pools.gpu.startup.warm_nodes=4')).toBeLessThan(usual);
  });

  it('scales from zero: what waits at the gateway is held, then served', async () => {
    const keda =
      'pools.gpu.autoscaler={policy: keda, min: 0, max: 2, metric: queue_length, target: 4, polling_interval: 5 s}';
    const zero = [
      'pools.gpu.replicas={min: 0, max: 2, initial: 0}',
      keda,
      'warmup=0 s',
      'services.chat.traffic.requests=50',
    ];
    // Two replications of 50.
    const service = only(await resultOf(CHAT, [...zero, 'services.chat.traffic.rate=1 /s']));
    expect(service.requests.completed).toBe(100);
    expect(service.ttft_ms!.max).toBeGreaterThan(120_000);
  });

  it('names what is wrong with an autoscaler where it stands', async () => {
    const wrong = (autoscaler: string) => findingsOf(CHAT, [`pools.gpu.autoscaler=${autoscaler}`]);
    expect(await wrong('{ policy: hpa, metrics: [{ name: my_metric, target: 5 }] }')).toMatchObject([
      { code: 'E1302', path: ['pools', 'gpu', 'autoscaler'], message: expect.stringContaining('my_metric') },
    ]);
    expect(await wrong('{ policy: hpa, metrics: [{ name: queue_length, target: none }] }')).toMatchObject([
      { code: 'E1402', path: ['pools', 'gpu', 'autoscaler', 'metrics', '0', 'target'] },
    ]);
    expect(await wrong('{ policy: hpq }')).toMatchObject([{ path: ['pools', 'gpu', 'autoscaler', 'policy'] }]);
  });
});
