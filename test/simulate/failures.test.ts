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

  it('is refused under services that cannot lose replicas yet', async () => {
    const findings = await findingsOf(
      CHAT.replace('kind: llm', 'kind: inference')
        .replace(/traffic: .*/, 'traffic: { rate: 2 /s }')
        .replace('meta-llama/Meta-Llama-3.1-8B', 'BAAI/bge-large-en-v1.5'),
    );
    expect(findings.map(({ message }) => message).join()).toMatch(/not supported yet: failures of kind: inference/);
  });
});
