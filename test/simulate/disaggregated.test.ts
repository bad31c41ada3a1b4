/** Prompts on one pool and answers on another, from the scenario to the result. */
import { describe, expect, it } from 'vitest';
import { only, resultOf, worldOf } from './worlds.js';

const CHAT = `version: 1
name: phases
seed: 5
window: 5 min
warmup: 60 s
replications: 2
services:
  chat:
    kind: llm
    model: meta-llama/Meta-Llama-3.1-8B
    traffic: { rate: 4 /s, prompt_tokens: { mean: 3000, cv: 0.5 }, output_tokens: { mean: 150, cv: 0.7 } }
    runs_on: { prefill: prompts, decode: answers }
pools:
  prompts: { instance: aws/p5.4xlarge, region: us-east-1, replicas: 1 }
  answers: { instance: aws/p5.4xlarge, region: us-east-1, replicas: 1 }
`;
const TOGETHER = CHAT.replace('{ prefill: prompts, decode: answers }', '[prompts, answers]');

describe('prompts on one pool and answers on another', () => {
  it('keep gaps between tokens even, at the price of the first', async () => {
    const [apart, together] = [only(await resultOf(CHAT)), only(await resultOf(TOGETHER))];
    expect(apart.requests.arrived).toBe(together.requests.arrived);
    expect(apart.itl_ms!.p99!).toBeLessThan(0.5 * together.itl_ms!.p99!);
    // All prompts in one line instead of two.
    expect(apart.ttft_ms!.mean!).toBeGreaterThan(together.ttft_ms!.mean!);
  });

  it('send keys and values at the speed of the network', async () => {
    const [service] = (await worldOf(CHAT)).services;
    if (service?.kind !== 'llm') throw new Error('not a language model');
    // 32 layers of 8 heads of 128, keys and values in 2 bytes, over 100 Gb/s.
    expect(service.link!.perTokenS).toBeCloseTo((32 * 8 * 128 * 2 * 2) / 12.5e9, 9);
    expect(service.lanes.map(({ role }) => role)).toEqual(['prefill', 'decode']);
  });

  it('are each held against what they could do', async () => {
    const { pools, bottleneck } = await resultOf(CHAT);
    const { prompts, answers } = pools;
    expect(bottleneck!.resource).toBe('pools.prompts.compute');
    // Prompts are computed one after the other: busy as long as the demand is of the capacity.
    expect(prompts!.utilization.mean / prompts!.utilization.of_capacity).toBeGreaterThan(0.9);
    expect(prompts!.utilization.mean / prompts!.utilization.of_capacity).toBeLessThan(1.15);
    expect(answers!.utilization.of_capacity).toBeLessThan(prompts!.utilization.of_capacity);
    expect(answers!.kv_utilization!.mean).toBeGreaterThan(prompts!.kv_utilization!.mean);
  });

  it('say what is assumed of a link between regions', async () => {
    const { warnings } = await worldOf(
      CHAT.replace(/answers: .*/, 'answers: { accelerator: H100-SXM, price: 3 USD/h }'),
    );
    expect(warnings).toEqual([
      expect.stringMatching(/network of pools.answers is not known: 12.5 GB\/s/),
      expect.stringMatching(/keys and values go from us-east-1 to no region/),
    ]);
  });
});
