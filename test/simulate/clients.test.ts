/** Clients that time out and try again, from the scenario to the result. */
import { describe, expect, it } from 'vitest';
import { simulate } from '../../src/simulate/simulate.js';
import { only, resultOf, worldOf } from './worlds.js';

const CHAT = `version: 1
name: impatient
seed: 3
window: 15 min
warmup: 5 min
replications: 2
services:
  chat:
    kind: llm
    model: meta-llama/Meta-Llama-3.1-8B
    traffic:
      rate: 6 /s
      prompt_tokens: 700
      output_tokens: 250
      client: { timeout: 20 s, retries: 2, server_cancels: false }
    runs_on: gpu
pools:
  gpu: { instance: aws/g6e.xlarge, replicas: 1 }
`;
const rate = (perS: number) => `services.chat.traffic.rate=${perS} /s`;

describe('impatient clients', () => {
  it('change nothing while answers come in time', async () => {
    const patient = await resultOf(CHAT, ['services.chat.traffic.client.timeout=10 min']);
    const { client, e2e_ms } = only(await resultOf(CHAT));
    expect(client).toEqual({ timeouts: 0, retries: 0, rejected_tries: 0, tries_per_request: 1 });
    expect(e2e_ms).toEqual(only(patient).e2e_ms);
  });

  it('make a storm of an overload: the fleet works and answers nobody, where patient clients are served at its capacity', async () => {
    const storm = only(await resultOf(CHAT, [rate(8)]));
    const patient = only(await resultOf(CHAT, [rate(8), 'services.chat.traffic.client.timeout=10 h']));
    expect(patient.throughput.requests_per_s).toBeGreaterThan(6);
    expect(storm.throughput.requests_per_s).toBeLessThan(0.2 * patient.throughput.requests_per_s);
    expect(storm.throughput.output_tokens_per_s!).toBeGreaterThan(0.8 * patient.throughput.output_tokens_per_s!);
    expect(storm.client!.tries_per_request).toBeGreaterThan(2.5);
    expect(storm.queue_length.mean).toBeGreaterThan(2 * patient.queue_length.mean);
    expect(storm.availability.requests).toBeLessThan(0.2);
  });

  it('add up, with failures as well, and give the same bytes for the same seed', async () => {
    const world = await worldOf(CHAT, [rate(7.6), 'pools.gpu.failures={"mtbf":"4 min","repair":"30 s"}']);
    const result = simulate(world);
    const { arrived, completed, rejected, abandoned, failed, in_flight } = only(result).requests;
    expect(arrived).toBe(completed + rejected + abandoned + failed + in_flight);
    expect(abandoned).toBeGreaterThan(0);
    expect(only(result).client!.retries).toBeGreaterThan(0);
    expect(JSON.stringify(simulate(world))).toBe(JSON.stringify(result));
  });
});
