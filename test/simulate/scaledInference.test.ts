/** A `kind: inference` service whose replicas follow an autoscaler, from the scenario to the result. */
import { describe, expect, it } from 'vitest';
import type { DecisionRow } from '../../src/fleet/scaling/poolScaler.js';
import { simulate } from '../../src/simulate/simulate.js';
import { findingsOf, only, resultOf, worldOf } from './worlds.js';

const EMBED = `version: 1
name: scaled-embedding
seed: 5
window: 40 min
warmup: 20 min
replications: 2
services:
  embed:
    kind: inference
    model: sentence-transformers/all-MiniLM-L6-v2
    weights: fp32
    batching: { max_batch: 16, max_delay: 5 ms }
    batch_time: [{ batch: 1, time: 40 ms }, { batch: 16, time: 640 ms }]
    traffic: { rate: 60 /s, prompt_tokens: 64 }
    slo: { e2e: { p95: 1 s } }
    runs_on: cpu
pools:
  cpu:
    instance: aws/c7i.2xlarge
    region: us-east-1
    replicas: { min: 1, max: 12, initial: 1 }
    autoscaler: { policy: hpa, metrics: [{ name: cpu, target: 60 }] }
    startup: { provision: 60 s, pull: 10 s, load: 5 s, init: 5 s }
`;

describe('autoscaling of kind: inference', () => {
  it('finds the replicas at which they are as busy as the target says, and pays for their machines', async () => {
    const result = await resultOf(EMBED);
    const { replicas, utilization, autoscaling, instances_billed } = result.pools['cpu']!;
    // 60 requests/s of 40 ms each keep 2.4 replicas busy, whatever the batches: four at 60 %.
    expect(utilization.mean * replicas.mean).toBeCloseTo(2.4, 0);
    expect(utilization.mean).toBeGreaterThan(0.6 * 0.75);
    expect(utilization.mean).toBeLessThan(0.6 * 1.1);
    expect(replicas.max).toBeGreaterThanOrEqual(4);
    expect(replicas.max).toBeLessThanOrEqual(12);
    expect(autoscaling!.scale_ups).toBeGreaterThan(0);
    expect(autoscaling!.decisions).toBe((60 * 60) / 15);
    expect(instances_billed).toBeGreaterThanOrEqual(replicas.mean);
    expect(result.cost.by_item[0]!.quantity).toBeCloseTo(instances_billed * (40 / 60), 1);
    expect(only(result).e2e_ms.p95!).toBeLessThan(1000);
    // Twelve replicas would serve 300 requests/s.
    expect(result.bottleneck!.utilization).toBeCloseTo(60 / 300, 1);
  });

  it('gives the same bytes for the same seed', async () => {
    const world = await worldOf(EMBED);
    const rows: DecisionRow[] = [];
    const watched = simulate(world, { onDecision: () => (row) => rows.push(row) });
    expect(JSON.stringify(simulate(world))).toBe(JSON.stringify(watched));
    expect(rows).toHaveLength(240);
    expect(rows[0]!.pool).toBe('cpu');
  });

  it.each(['queue_length', 'in_flight'])(
    'scales on %s from zero: what came first is held, then served',
    async (metric) => {
      const { pools, services } = await resultOf(EMBED, [
        `pools.cpu.autoscaler={policy: keda, min: 0, max: 12, metric: ${metric}, target: 20, polling_interval: 5 s}`,
        'pools.cpu.replicas={min: 0, max: 12, initial: 0}',
        'warmup=0 s',
        'services.embed.traffic.requests=2000',
      ]);
      expect(services['embed']!.requests.completed).toBe(4000);
      expect(services['embed']!.e2e_ms.max!).toBeGreaterThan(80_000);
      expect(pools['cpu']!.replicas.max).toBeGreaterThan(1);
    },
  );

  it('refuses a policy that follows KV memory, where it stands', async () => {
    const findings = await findingsOf(EMBED, [
      'pools.cpu.autoscaler={policy: hpa, metrics: [{ name: kv_cache_usage, per: replica, target: 0.5 }]}',
    ]);
    expect(findings).toMatchObject([
      { code: 'E1302', path: ['pools', 'cpu', 'autoscaler'], message: expect.stringContaining('kv_cache_usage') },
    ]);
  });
});
