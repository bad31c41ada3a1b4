import { describe, expect, it } from 'vitest';
import { mediaTerms } from '../../src/latency/planServing.js';
import { explain } from '../../src/plan/explain.js';
import { findingsOf, only, resultOf, worldOf } from './worlds.js';

const LOOK = `version: 1
seed: 5
window: 10 min
services:
  look:
    kind: llm
    model: Qwen/Qwen2.5-VL-7B-Instruct
    traffic:
      rate: 0.05 /s
      arrivals: constant
      prompt_tokens: 100
      output_tokens: 20
      images: { per_request: 2, size: 1024x1024 }
    runs_on: gpu
pools:
  gpu: { accelerator: A100-80GB, price: 2 USD/h, replicas: 1 }
`;

const WITHOUT = ['services.look.traffic.images=null'];

describe('images in prompts', () => {
  it('cost a lone request the time of their encoder and of their tokens, exactly', async () => {
    const world = await worldOf(LOOK);
    const [look] = world.services;
    if (look?.kind !== 'llm') throw new Error('expected a language model');
    const { step, overhead, encoder, maxBatchedTokens } = look.plan;
    const tokens = 100 + 2 * encoder!.image!.tokens;
    expect(encoder!.image!.tokens).toBe(37 * 37);
    let seconds = overhead.fixedS + overhead.perPromptTokenS * tokens + 2 * encoder!.image!.seconds;
    for (let done = 0; done < tokens; done += maxBatchedTokens) {
      const chunk = Math.min(maxBatchedTokens, tokens - done);
      seconds +=
        step.tokens[chunk]! +
        step.head[done + chunk < tokens ? 0 : 1]! +
        step.perPair * chunk * (done + chunk / 2) +
        step.prefillStep +
        step.host[1]!;
    }
    const { ttft_ms } = only(await resultOf(LOOK));
    expect(ttft_ms!.mean! / 1000 / seconds).toBeCloseTo(1, 6);
  });

  it('are told in the result, and in the tree of a first token, whose parts add up', async () => {
    const world = await worldOf(LOOK);
    const result = await resultOf(LOOK);
    const { media } = only(result);
    const [look] = world.services;
    if (look?.kind !== 'llm') throw new Error('expected a language model');
    const { image } = mediaTerms(look.config);
    expect(media).toEqual({
      tokens_per_request: 2 * 37 * 37,
      encode_ms_per_request: 2000 * image!.seconds,
      image: { tokens: 37 * 37, encode_ms: 1000 * image!.seconds },
    });
    const { tree } = explain('services.look.ttft', world, result)!;
    const encoding = tree.children!.find(({ name }) => name === 'encoding images and audio')!;
    expect(encoding.value).toBeCloseTo(2 * image!.seconds, 12);
    expect(encoding.children!.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(encoding.value, 12);
    expect(tree.children!.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(tree.value, 9);
  });

  it('are encoded once in a conversation whose keys and values stay in the cache', async () => {
    const talk = LOOK.replace(
      'rate: 0.05 /s\n      arrivals: constant',
      'users: { concurrent: 1, think_time: { distribution: deterministic, mean: 5 s }, turns: 4 }',
    );
    const { ttft_ms, prefix_hit_rate } = only(await resultOf(talk));
    const { ttft_ms: cold } = only(await resultOf(talk, ['services.look.batching.prefix_caching=false']));
    expect(prefix_hit_rate).toBeGreaterThan(0.5);
    // Without a cache the images of all turns so far are encoded each time: 2.5 times as many on average.
    expect(cold!.mean!).toBeGreaterThan(1.8 * ttft_ms!.mean!);
  });

  it('lower what a fleet could serve, as the fluid says', async () => {
    const seen = await resultOf(LOOK);
    const blind = await resultOf(LOOK, WITHOUT);
    expect(seen.bottleneck!.utilization).toBeGreaterThan(3 * blind.bottleneck!.utilization);
    expect(only(blind).media).toBeUndefined();
  });

  it('are encoded at the speed of each pool', async () => {
    const two = LOOK.replace('runs_on: gpu', 'runs_on: [gpu, slow]').replace(
      'replicas: 1 }',
      'replicas: 1 }\n  slow: { accelerator: A10G, price: 1 USD/h, replicas: 1 }',
    );
    const [look] = (await worldOf(two)).services;
    if (look?.kind !== 'llm') throw new Error('expected a language model');
    const [fast, slow] = look.lanes;
    expect(fast!.plan.step.encode).toBeUndefined();
    expect(slow!.plan.step.encode).toBeCloseTo(
      slow!.plan.encoder!.image!.seconds / fast!.plan.encoder!.image!.seconds,
      12,
    );
    expect(slow!.plan.step.encode).toBeGreaterThan(2);
  });

  it('need a model that sees', async () => {
    const [finding, ...more] = await findingsOf(LOOK, ['services.look.model=meta-llama/Meta-Llama-3.1-8B']);
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      path: ['services', 'look', 'traffic', 'images'],
      message: expect.stringContaining('cannot see'),
    });
  });
});

describe('audio in prompts', () => {
  const HEAR = LOOK.replace('Qwen/Qwen2.5-VL-7B-Instruct', 'Qwen/Qwen2-Audio-7B-Instruct').replace(
    'images: { per_request: 2, size: 1024x1024 }',
    'audio: { duration: 45 s }',
  );

  it('is 25 tokens a second for Qwen2-Audio, encoded in windows of 30 s', async () => {
    const { media, throughput } = only(await resultOf(HEAR));
    expect(media).toMatchObject({ tokens_per_request: 45 * 25, audio: { tokens_per_s: 25, window_s: 30 } });
    expect(media!.encode_ms_per_request).toBeCloseTo(2 * media!.audio!.encode_ms_per_window, 9);
    expect(throughput.input_tokens_per_s! / throughput.requests_per_s).toBeCloseTo(100 + 45 * 25, 0);
  });

  it('needs a model that hears', async () => {
    const [finding] = await findingsOf(HEAR, ['services.look.model=Qwen/Qwen2.5-VL-7B-Instruct']);
    expect(finding).toMatchObject({ path: ['services', 'look', 'traffic', 'audio'] });
  });
});
