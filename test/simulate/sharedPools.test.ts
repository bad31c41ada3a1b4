/** Services that share a pool: each behaves as if alone, and the machines under them are paid once. */
import { describe, expect, it } from 'vitest';
import { simulate } from '../../src/simulate/simulate.js';
import { findingsOf, resultOf, worldOf } from './worlds.js';

const CHAT = `  chat:
    kind: llm
    model: meta-llama/Meta-Llama-3.1-8B
    traffic: { rate: 3 /s, prompt_tokens: { mean: 700, cv: 1 }, output_tokens: { mean: 150, cv: 0.7 } }
    runs_on: gpu
`;
const EMBED = `  embed:
    kind: inference
    model: BAAI/bge-large-en-v1.5
    batching: { max_batch: 16, max_delay: 5 ms }
    traffic: { rate: 30 /s, prompt_tokens: 200 }
    runs_on: gpu
`;
const HEAD = `version: 1
seed: 3
window: 10 min
warmup: 5 min
replications: 2
services:
`;
const pool = (more = ''): string => `pools:\n  gpu: { instance: aws/g6e.12xlarge, region: us-east-1${more} }\n`;
const own = (service: string, keys: string): string => `${service}    ${keys}\n`;
const both = (chat: string, embed: string, more = ''): string =>
  `${HEAD}${own(CHAT, chat)}${own(EMBED, embed)}${pool(more)}`;
const SCALED = `replicas: { min: 1, max: 4 }
    autoscaler: { policy: hpa, metrics: [{ name: "vllm:num_requests_running", per: replica, target: 8 }] }`;

describe('fixed services on one pool', () => {
  it('do exactly what each does on a pool of its own', async () => {
    const shared = await resultOf(both('replicas: 3', 'replicas: 2'));
    const chat = await resultOf(`${HEAD}${CHAT}${pool(', replicas: 3')}`);
    const embed = await resultOf(`${HEAD}${EMBED}${pool(', replicas: 2')}`);
    expect(shared.services).toEqual({ ...chat.services, ...embed.services });
    const { instances_billed: _, quota_used, instance, accelerator, ...ofChat } = chat.pools['gpu']!;
    expect(shared.pools['gpu']!.services!['chat']).toEqual(ofChat);
    expect([quota_used, instance, accelerator]).toEqual([null, 'aws/g6e.12xlarge', 'L40S']);
  });

  it('pay for ⌈accelerators of all / accelerators of an instance⌉', async () => {
    for (const [a, b] of [
      [1, 1],
      [3, 1],
      [3, 2],
      [4, 4],
      [5, 4],
    ] as const) {
      const { pools, cost } = await resultOf(both(`replicas: ${a}`, `replicas: ${b}`), ['window=2 min', 'warmup=1 s']);
      const machines = Math.ceil((a + b) / 4);
      expect(pools['gpu']!.instances_billed).toBe(machines);
      expect(pools['gpu']!.replicas).toEqual({ mean: a + b, max: a + b });
      expect(cost.by_item.map(({ quantity }) => quantity * 30)).toEqual([expect.closeTo(machines, 9)]);
      // Each pays for what it holds, and both together for everything.
      const shares = cost.by_service!;
      expect(shares['chat']!.total_usd / shares['embed']!.total_usd).toBeCloseTo(a / b, 9);
      expect(shares['chat']!.total_usd + shares['embed']!.total_usd).toBeCloseTo(cost.total_usd, 9);
      expect(shares['chat']!.per_month_usd + shares['embed']!.per_month_usd).toBeCloseTo(cost.per_month_usd, 6);
    }
  });

  it('counts accelerators by the parallelism of each service', async () => {
    const { pools } = await resultOf(
      both('replicas: 2\n    parallelism: { tensor: 2 }', 'replicas: 1', ', quota: 10'),
      ['window=2 min', 'warmup=1 s'],
    );
    expect(pools['gpu']!.services!['chat']!.accelerators_per_replica).toBe(2);
    expect(pools['gpu']!.services!['embed']!.accelerators_per_replica).toBe(1);
    expect(pools['gpu']!.instances_billed).toBe(2);
    expect(pools['gpu']!.quota_used).toBeCloseTo(0.5, 12);
  });

  it('warns where they hold more than the quota', async () => {
    const { warnings } = await resultOf(both('replicas: 3', 'replicas: 2', ', quota: 4'), ['window=2 min']);
    expect(warnings.join()).toContain('pools.gpu: needs 5 accelerators, the quota is 4');
  });

  it('means the same for a service alone, whether its keys stand on the pool or on the service', async () => {
    const [onPool, onService] = [
      await resultOf(`${HEAD}${CHAT}${pool(', replicas: 2')}`),
      await resultOf(`${HEAD}${own(CHAT, 'replicas: 2')}${pool()}`),
    ];
    expect({ ...onService, fingerprint: onPool.fingerprint }).toEqual(onPool);
    const scaled = SCALED.replaceAll('\n    ', ', ');
    const [poolScales, serviceScales] = [
      await resultOf(`${HEAD}${CHAT}${pool(`, ${scaled}`)}`),
      await resultOf(`${HEAD}${own(CHAT, SCALED)}${pool()}`),
    ];
    expect(poolScales.pools['gpu']!.autoscaling!.replicas_started).toBeGreaterThan(0);
    expect({ ...serviceScales, fingerprint: poolScales.fingerprint }).toEqual(poolScales);
  });
});

describe('autoscaled services on one pool', () => {
  it('scales each by its own policy, and bills the machines under both', async () => {
    const result = await resultOf(both(SCALED, 'replicas: 2'));
    const alone = await resultOf(`${HEAD}${own(CHAT, SCALED)}${pool()}`);
    const { services, replicas, instances_billed } = result.pools['gpu']!;
    expect(result.services['chat']).toEqual(alone.services['chat']);
    expect(services!['chat']!.replicas.max).toBeGreaterThan(1);
    expect(services!['embed']!.replicas).toEqual({ mean: 2, max: 2 });
    expect(replicas.mean).toBeCloseTo(services!['chat']!.replicas.mean + 2, 9);
    // Between what is held and one machine more, each.
    expect(instances_billed).toBeGreaterThanOrEqual(replicas.mean / 4);
    expect(instances_billed).toBeLessThanOrEqual(2);
  });

  it('makes months of the hours of both weeks', async () => {
    const text = both(SCALED, 'replicas: 2').replace(
      'traffic: { rate: 3 /s,',
      'traffic: { rate: 3 /s, shape: office-hours,',
    );
    const { cost, pools } = await resultOf(text, ['replications=1']);
    expect(cost.month!.basis).toBe('week');
    const hours = cost.month!.by_item[0]!.quantity;
    expect(hours).toBeCloseTo(730 * pools['gpu']!.week!.instances, 6);
    const shares = Object.values(cost.by_service!);
    expect(shares.reduce((sum, each) => sum + each.per_month_usd, 0)).toBeCloseTo(cost.per_month_usd, 6);
  });

  it('asks for an order where they could contend for the quota', async () => {
    const [finding] = await findingsOf(both(SCALED, 'replicas: 2', ', quota: 5'));
    expect(finding).toMatchObject({ code: 'E1303', path: ['pools', 'gpu', 'quota'] });
    expect(await findingsOf(both(SCALED, 'replicas: 2', ', quota: 6'))).toEqual([]);
  });

  it('names the service whose autoscaler is wrong', async () => {
    const bad = SCALED.replace('vllm:num_requests_running', 'no_such_metric');
    const [finding] = await findingsOf(both(bad, 'replicas: 2'));
    expect(finding!.path).toEqual(['services', 'chat', 'autoscaler']);
  });

  it('gives the same result twice', async () => {
    const world = await worldOf(both(SCALED, 'replicas: 2'), ['window=4 min']);
    expect(simulate(world)).toEqual(simulate(world));
  });
});
