import { describe, expect, it } from 'vitest';
import { explain } from '../../src/plan/explain.js';
import { CHAT, findingsOf, only, resultOf, worldOf } from './worlds.js';

const ADAPTED = CHAT.replace(
  'engine: vllm',
  'engine: vllm\n    adapters: { count: 100, rank: 32, target: attention, max_loaded: 10, popularity: 1 }',
).replace('      shared_prefix_tokens: 200\n', '');
const BARE = ADAPTED.replace(/ {4}adapters.*\n/, '');

describe('a service with adapters', () => {
  it('gives its first tokens later by the loads that its requests wait for, on average', async () => {
    // Nothing else differs: every adapter stays loaded on one side, and the batch never comes near its bound.
    const slow = ['services.chat.traffic.rate=0.2 /s', 'replications=8'];
    const world = await worldOf(ADAPTED);
    const [chat] = world.services;
    if (chat?.kind !== 'llm') throw new Error('expected a language model');
    const { hitRate, loadS } = chat.plan.adapters!;
    const [cold, warm] = [
      await resultOf(ADAPTED, slow),
      await resultOf(ADAPTED.replace('max_loaded: 10', 'max_loaded: 100'), slow),
    ];
    const later = only(cold).ttft_ms!.mean! - only(warm).ttft_ms!.mean!;
    const expected = 1000 * (1 - hitRate) * loadS;
    expect(later).toBeGreaterThan(0.8 * expected);
    // Others share the steps that wait.
    expect(later).toBeLessThan(1.6 * expected);
  });

  it('gives tokens later than the base model alone, and tells what it expects', async () => {
    const [adapted, bare] = [await resultOf(ADAPTED), await resultOf(BARE)];
    expect(only(adapted).tpot_ms!.mean!).toBeGreaterThan(1.02 * only(bare).tpot_ms!.mean!);
    const { adapters } = only(adapted);
    expect(adapters).toMatchObject({ count: 100, loaded: 10 });
    expect(adapters!.hit_rate).toBeGreaterThan(0.3);
    expect(adapters!.distinct_in_batch).toBeGreaterThan(1);
    expect(adapters!.distinct_in_batch).toBeLessThan(10);
    expect(only(bare).adapters).toBeUndefined();
    expect(adapted.warnings.join('\n')).toMatch(/which adapter a request asks for is not simulated/);
    expect(adapted.warnings.join('\n')).toMatch(/10 loaded adapters let \d+ sequences run together/);
  });

  it('explains its first token with the loads in it', async () => {
    const { tree } = explain('services.chat.ttft', await worldOf(ADAPTED), await resultOf(ADAPTED))!;
    expect(tree.children!.map(({ name }) => name)).toContain('loading adapters');
    expect(tree.children!.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(tree.value, 9);
  });

  it('is refused on the experts of a mixture, whose adapters are not known', async () => {
    const [finding] = await findingsOf(ADAPTED.replace('target: attention', 'target: all'), [
      'services.chat.model=mistralai/Mixtral-8x7B-v0.1',
      'pools.gpu.parallelism.tensor=4',
      'pools.gpu.instance=aws/g6e.12xlarge',
    ]);
    expect(finding).toMatchObject({
      path: ['services', 'chat', 'adapters'],
      message: expect.stringContaining('not supported yet: adapters on the experts of a mixture'),
      hint: 'set target: attention',
    });
  });
});
