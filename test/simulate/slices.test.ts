import { describe, expect, it } from 'vitest';
import { instancesBilled, wholeAccelerators, wholeIn } from '../../src/simulate/services/instances.js';
import { findingsOf, only, resultOf, scenarioOf, worldOf } from './worlds.js';

const SLICED = `version: 1
seed: 3
window: 10 min
services:
  chat:
    kind: llm
    model: meta-llama/Llama-3.2-3B
    traffic: { rate: 6 /s, prompt_tokens: { mean: 600, cv: 1 }, output_tokens: { mean: 150, cv: 0.7 } }
    slo: { ttft: { p95: 2 s } }
    runs_on: gpu
pools:
  gpu: { accelerator: A100-80GB, price: 2 USD/h, replicas: 8, fraction: 1g.10gb }
`;

describe('replicas on slices of accelerators', () => {
  it('are billed by whole accelerators: seven share one, the eighth begins another', async () => {
    for (const [replicas, accelerators] of [
      [1, 1],
      [7, 1],
      [8, 2],
      [15, 3],
    ] as const) {
      const { cost, pools } = await resultOf(SLICED, [`pools.gpu.replicas=${replicas}`, 'replications=1']);
      expect(cost.per_hour_usd).toBeCloseTo(2 * accelerators, 9);
      expect(pools['gpu']).toMatchObject({
        instances_billed: accelerators,
        slice: { profile: '1g.10gb', per_accelerator: 7 },
      });
    }
  });

  it('count on an instance as its accelerators times their slices', async () => {
    const text = SLICED.replace(
      'accelerator: A100-80GB, price: 2 USD/h',
      'instance: aws/p4d.24xlarge, region: us-east-1',
    );
    const small = text.replace('1g.10gb', '1g.10gb').replace('replicas: 8', 'replicas: 32');
    // Eight A100-40GB, four slices of 10 GB each.
    const { pools, cost } = await resultOf(small, ['replications=1']);
    const { cost: more } = await resultOf(small, ['replications=1', 'pools.gpu.replicas=33']);
    expect(pools['gpu']!.instances_billed).toBe(1);
    expect(more.per_hour_usd).toBeCloseTo(2 * cost.per_hour_usd, 9);
  });

  it('use up the quota by whole accelerators', async () => {
    const { pools } = await resultOf(SLICED, ['pools.gpu.quota=2', 'replications=1']);
    expect(pools['gpu']!.quota_used).toBe(1);
    const over = await resultOf(SLICED, ['pools.gpu.quota=1', 'replications=1']);
    expect(over.warnings).toContain('pools.gpu: needs 2 accelerators, the quota is 1');
  });

  it('have the memory and the speed of their slice', async () => {
    const plan = async (fraction: string | null) => {
      const [chat] = (await worldOf(SLICED, [`pools.gpu.fraction=${fraction}`])).services;
      if (chat?.kind !== 'llm') throw new Error('expected a language model');
      return chat.plan;
    };
    const [slice, whole] = [await plan('1g.10gb'), await plan(null)];
    expect(slice.memory.totalBytes).toBe(10 * 2 ** 30);
    expect(slice.memory.weightBytes).toBe(whole.memory.weightBytes);
    expect(slice.acceleratorsPerReplica).toBeCloseTo(1 / 7, 12);
    // Reading weights is an eighth as fast, arithmetic 14/108.
    expect(slice.step.perContextToken / whole.step.perContextToken).toBeGreaterThan(7);
    expect(slice.step.perPair / whole.step.perPair).toBeCloseTo(108 / 14, 9);
    expect(slice.profile.extrapolates.join()).toContain('slices of accelerators were not measured');
    expect(slice.profile.name).toBe(whole.profile.name);
  });

  it('start and stop machines with all their slices', async () => {
    const scaled = SLICED.replace(
      'replicas: 8,',
      'replicas: { min: 1, max: 14, initial: 2 }, quota: 2, autoscaler: { policy: target-tracking, metric: in_flight, target: 4 },',
    );
    const { pools, cost } = await resultOf(scaled, ['window=30 min', 'replications=2']);
    const gpu = pools['gpu']!;
    expect(gpu.replicas.max).toBeGreaterThan(2);
    expect(gpu.instances_billed).toBeLessThanOrEqual(2);
    expect(gpu.instances_billed).toBeGreaterThanOrEqual(1);
    expect(cost.per_hour_usd).toBeLessThanOrEqual(4 + 1e-9);
  });

  it('come in no other sizes than the accelerator has, and in none that cannot be cut', async () => {
    expect(await findingsOf(SLICED, ['pools.gpu.fraction=1/2'])).toMatchObject([
      { path: ['pools', 'gpu', 'fraction'], hint: expect.stringContaining('3g.40gb (3/7)') },
    ]);
    expect(await findingsOf(SLICED, ['pools.gpu.accelerator=L40S'])).toMatchObject([
      { code: 'E1501', message: expect.stringContaining('not supported yet: a fraction of a L40S') },
    ]);
    expect(() => scenarioOf(SLICED, ['pools.gpu.parallelism.tensor=2'])).toThrow(
      /slices of one cannot reach each other/,
    );
    const [finding] = await findingsOf(SLICED, ['services.chat.model=meta-llama/Meta-Llama-3.1-8B']);
    expect(finding?.message).toMatch(/does not fit on A100-80GB 1g\.10gb \(10 GiB\)/);
  });

  it('serve the same from run to run', async () => {
    const [one, other] = [await resultOf(SLICED), await resultOf(SLICED)];
    expect(JSON.stringify(one)).toBe(JSON.stringify(other));
    expect(only(one).requests.completed).toBeGreaterThan(1000);
  });
});

describe('whole accelerators', () => {
  it('are exact for every number of slices and replicas', () => {
    for (let slices = 1; slices <= 49; slices++)
      for (let accelerators = 1; accelerators <= 40; accelerators++) {
        expect(wholeAccelerators(slices * accelerators, 1 / slices)).toBe(accelerators);
        expect(wholeAccelerators(slices * accelerators + 1, 1 / slices)).toBe(accelerators + 1);
        expect(wholeIn(accelerators / (1 / slices))).toBe(slices * accelerators);
        expect(instancesBilled(slices * 8, 1 / slices, 8)).toBe(1);
      }
  });
});
