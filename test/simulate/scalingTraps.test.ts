/** Traps of autoscalers: each is warned of before a run, and shows by itself in one. */
import { describe, expect, it } from 'vitest';
import type { SimulationResult } from '../../src/simulate/result.js';
import { only, resultOf, worldOf } from './worlds.js';

const CHAT = `version: 1
seed: 3
window: 40 min
warmup: 20 min
replications: 1
services:
  chat:
    kind: llm
    model: meta-llama/Meta-Llama-3.1-8B
    batching: { max_num_seqs: 32 }
    traffic: { rate: 6 /s, prompt_tokens: 700, output_tokens: { mean: 200, cv: 0.5 } }
    runs_on: gpu
pools:
  gpu:
    instance: aws/g6e.xlarge
    region: us-east-1
    replicas: { min: 1, max: 9, initial: 1 }
    autoscaler: POLICY
    startup: { provision: 60 s, pull: 30 s, load: 20 s, init: 10 s }
`;
const HPA = '{ policy: hpa, metrics: [{ name: "vllm:num_requests_running", per: replica, target: 16 }] }';
const withPolicy = (policy: string): string => CHAT.replace('POLICY', policy);
const warningsOf = async (policy: string, ...set: string[]): Promise<readonly string[]> =>
  (await worldOf(withPolicy(policy), set)).warnings;
const run = (policy: string, ...set: string[]): Promise<SimulationResult> => resultOf(withPolicy(policy), set);
const ZERO = ['pools.gpu.replicas={min: 0, max: 2, initial: 0}', 'warmup=0 s'];

it('a sound policy has no trap', async () => {
  expect(await warningsOf(HPA)).toEqual([]);
  expect(await warningsOf('{ policy: keda, metric: queue_length, target: 40, min: 1 }')).toEqual([]);
});

describe('a cooldown shorter than the cold start', () => {
  const policy = (cooldown: string): string =>
    `{ policy: keda, min: 0, max: 2, metric: requests_per_s, target: 5, activation: 0, polling_interval: 15 s, cooldown: ${cooldown} }`;
  // A burst of a few requests, then nothing.
  const burst = [...ZERO, 'services.chat.traffic.requests=5', 'services.chat.traffic.rate=1 /s', 'window=20 min'];

  it('is warned of, and never serves a burst that has passed', async () => {
    expect(await warningsOf(policy('30 s'), ...ZERO)).toEqual([
      expect.stringMatching(/^pools\.gpu\.autoscaler: its cooldownPeriod \(30 s\) is over before .* \(120 s\).*longer/),
    ]);
    const lost = await run(policy('30 s'), ...burst);
    expect(only(lost).requests).toMatchObject({ arrived: 5, completed: 0, in_flight: 5 });
    expect(lost.pools['gpu']!.autoscaling!.scale_downs).toBeGreaterThan(0);
  });

  it('is no trap when it is longer', async () => {
    expect(await warningsOf(policy('5 min'), ...ZERO)).toEqual([]);
    expect(only(await run(policy('5 min'), ...burst)).requests.completed).toBe(5);
  });

  it('is the same for Knative on a rate, where window and grace are the cooldown', async () => {
    const warnings = await warningsOf('{ policy: knative, metric: rps, target: 5, max: 2 }', ...ZERO);
    expect(warnings.join('\n')).toMatch(/stable window and grace period \(90 s\) is over/);
  });
});

describe('scale-to-zero on a metric that only replicas export', () => {
  const policy = (metric: string): string =>
    `{ policy: keda, min: 0, max: 2, metric: "${metric}", target: 4, polling_interval: 5 s }`;

  it('is warned of, and never wakes', async () => {
    expect(await warningsOf(policy('vllm:num_requests_waiting'), ...ZERO)).toEqual([
      expect.stringMatching(/"vllm:num_requests_waiting", which only replicas export.*never wakes/),
    ]);
    const asleep = await run(policy('vllm:num_requests_waiting'), ...ZERO, 'services.chat.traffic.rate=0.1 /s');
    expect(only(asleep).requests.completed).toBe(0);
    expect(asleep.pools['gpu']!.replicas.max).toBe(0);
  });

  it('wakes on a metric of the gateway', async () => {
    expect(await warningsOf(policy('queue_length'), ...ZERO)).toEqual([]);
    const awake = await run(policy('queue_length'), ...ZERO, 'services.chat.traffic.rate=0.1 /s');
    expect(only(awake).requests.completed).toBeGreaterThan(100);
  });
});

describe('a metric that cannot exceed its target', () => {
  const hpa = (name: string, target: string): string =>
    `{ policy: hpa, metrics: [{ name: "${name}", per: replica, target: ${target} }] }`;

  it.each([
    ['vllm:num_requests_running', '30', /at most 32 at once \(max_num_seqs\)/],
    ['vllm:kv_cache_usage_perc', '0.95', /share of KV memory, at most 1/],
    ['vllm:kv_cache_usage_perc', '80', /share of KV memory, at most 1/],
    ['DCGM_FI_DEV_GPU_UTIL', '95', /share of time, at most 100/],
  ])('is warned of (%s at %s), and never scales out however much waits', async (name, target, why) => {
    const warnings = await warningsOf(hpa(name, target));
    expect(warnings[0]).toMatch(/^pools\.gpu\.autoscaler: .* cannot exceed its target .* tolerance of 10 %/);
    expect(warnings[0]).toMatch(why);
    const stuck = await run(hpa(name, target));
    expect(stuck.pools['gpu']!.replicas.max).toBe(1);
    expect(only(stuck).queue_length.mean).toBeGreaterThan(100);
  });

  it('is not warned of where it can: below the cap, beyond the tolerance', async () => {
    expect(await warningsOf(hpa('vllm:num_requests_running', '28'))).toEqual([]);
    expect(await warningsOf(hpa('vllm:kv_cache_usage_perc', '0.8'))).toEqual([]);
    expect((await run(hpa('vllm:num_requests_running', '28'))).pools['gpu']!.replicas.max).toBeGreaterThan(1);
  });
});

it('the busy share of a GPU is warned of: it asks for every replica at a load that one would serve', async () => {
  const policy = '{ policy: hpa, metrics: [{ name: DCGM_FI_DEV_GPU_UTIL, per: replica, target: 60 }] }';
  expect(await warningsOf(policy)).toEqual([expect.stringMatching(/one request saturates it/)]);
  // Least outstanding keeps every replica busy with one request or two.
  const light = ['services.chat.traffic.rate=3 /s', 'window=1 h'];
  const busy = await run(policy, ...light);
  const sound = await run(HPA, ...light);
  expect(busy.pools['gpu']!.replicas.mean).toBeGreaterThan(2 * sound.pools['gpu']!.replicas.mean);
});

describe('a total that grows while replicas start', () => {
  const policy = (more = ''): string =>
    `{ policy: keda, min: 1, max: 9, metric: queue_length, target: 4, polling_interval: 15 s${more} }`;
  const slow = ['pools.gpu.startup.provision=5 min', 'warmup=0 s', 'services.chat.traffic.rate=9 /s'];

  it('is warned of, and starts far more than serve the load', async () => {
    expect((await warningsOf(policy(), ...slow)).join()).toMatch(
      /asks? for 9 replicas at 4 each, where \d would serve it/,
    );
    const away = await run(policy(), ...slow);
    const calm = await run(policy().replace('target: 4', 'target: 2000'), ...slow);
    expect(away.pools['gpu']!.replicas.max).toBe(9);
    expect(calm.pools['gpu']!.replicas.max).toBeLessThan(5);
  });
});

describe('scale-in sooner than a replica comes back', () => {
  const policy = (window: number): string =>
    `{ policy: hpa, metrics: [{ name: "vllm:num_requests_running", per: replica, target: 4 }], behavior: { scaleDown: { stabilizationWindowSeconds: ${window} } } }`;
  const slow = ['pools.gpu.startup.load=100 s', 'services.chat.traffic.rate=2 /s', 'window=1 h'];

  it('is warned of, and starts more replicas than patience does', async () => {
    expect(await warningsOf(policy(0), ...slow)).toEqual([
      expect.stringMatching(/scales in after 0 s.*110 s.*flapping/),
    ]);
    expect(await warningsOf(policy(300), ...slow)).toEqual([]);
    const started = async (window: number): Promise<number> =>
      (await run(policy(window), ...slow)).pools['gpu']!.autoscaling!.replicas_started;
    expect(await started(0)).toBeGreaterThan(2 * (await started(300)));
  });
});

it('more replicas than the quota holds are warned of, and stay pending', async () => {
  expect(await warningsOf(HPA, 'pools.gpu.quota=2')).toEqual([
    expect.stringMatching(/may start 9 replicas of 1 accelerator, the quota is 2: beyond 2 they stay pending/),
  ]);
  const pending = await run(HPA, 'pools.gpu.quota=2', 'services.chat.traffic.rate=9 /s');
  expect(pending.pools['gpu']!.replicas.max).toBe(2);
  expect(pending.pools['gpu']!.autoscaling!.syncs_refused_by_quota).toBeGreaterThan(0);
});
