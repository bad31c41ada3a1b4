import { describe, expect, it } from 'vitest';
import type { ModelCard } from '../../src/catalog/types.js';
import type { ServingConfig } from '../../src/latency/config.js';
import { isRefusal, mediaTerms, planServing } from '../../src/latency/planServing.js';
import type { ServingPlan, Term } from '../../src/latency/types.js';
import { a100, h100, llama8b } from './cards.js';

/** A ViT of 632 million parameters: 32 layers, 1280 wide. */
const vision = {
  layers: 32,
  hidden: 1280,
  intermediate: 5120,
  heads: 16,
  gatedMlp: false,
  params: 0.675e9,
  patch: 14,
  merge: 2,
  kind: 'grid',
  rowToken: false,
  fullLayers: 0,
} as const;
const seeing: ModelCard = { ...llama8b, vision };
const image = { width: 1120, height: 1120 };

const configOf = (more: Partial<ServingConfig> = {}): ServingConfig => ({
  model: seeing,
  accelerator: h100,
  engine: 'vllm',
  weights: 'bf16',
  kvCache: 'bf16',
  tensor: 1,
  pipeline: 1,
  expert: 1,
  data: 1,
  batching: {
    max_num_seqs: 256,
    max_num_batched_tokens: 8192,
    prefix_caching: true,
    gpu_memory_utilization: 0.9,
    preemption: 'recompute',
  },
  media: { image },
  ...more,
});

const planOf = (more: Partial<ServingConfig> = {}): ServingPlan => {
  const plan = planServing(configOf(more));
  if (isRefusal(plan)) throw new Error(plan.message);
  return plan;
};

const part = (term: Term | undefined, name: string): number =>
  term?.children?.find((child) => child.name === name)?.seconds ?? Number.NaN;

describe('an encoder', () => {
  it('never takes less than its arithmetic at the full peak of the datasheet', () => {
    const patches = 80 * 80;
    const params = 32 * (4 * 1280 ** 2 + 2 * 1280 * 5120);
    const flops = 2 * params * patches + 4 * 1280 * 32 * patches ** 2;
    for (const [accelerator, peak] of [
      [h100, 989.4e12],
      [a100, 312e12],
    ] as const) {
      const { seconds, tokens } = planOf({ accelerator }).encoder!.image!;
      expect(tokens).toBe(1600);
      expect(seconds).toBeGreaterThan(flops / peak);
      expect(seconds).toBeLessThan((3 * flops) / peak);
    }
  });

  it('does four times the attention on twice as many patches where all see all, and twice where windows bound them', () => {
    const attention = (more: object, width: number): number =>
      part(
        mediaTerms(
          configOf({ model: { ...seeing, vision: { ...vision, ...more } }, media: { image: { width, height: 1120 } } }),
        ).image,
        'attention',
      );
    expect(attention({}, 2240) / attention({}, 1120)).toBeCloseTo(4, 9);
    expect(attention({ window: 64 }, 2240) / attention({ window: 64 }, 1120)).toBeCloseTo(2, 9);
    expect(attention({ window: 64, fullLayers: 32 }, 1120)).toBeCloseTo(attention({}, 1120), 12);
  });

  it('is the sum of its terms', () => {
    const term = mediaTerms(configOf()).image!;
    expect(term.children!.reduce((sum, child) => sum + child.seconds, 0)).toBeCloseTo(term.seconds, 12);
    expect(planOf().encoder!.image!.seconds).toBe(term.seconds);
  });

  it('takes its weights in 16 bits from the KV cache, whatever the precision of the language model, split over tensor ranks', () => {
    for (const [weights, tensor] of [
      ['bf16', 1],
      ['fp8', 1],
      ['bf16', 4],
    ] as const) {
      const { media: _, ...text } = configOf({ weights, tensor });
      const blind = planServing(text);
      if (isRefusal(blind)) throw new Error(blind.message);
      const seeingPlan = planOf({ weights, tensor });
      expect(seeingPlan.memory.weightBytes - blind.memory.weightBytes).toBeCloseTo((2 * 0.675e9) / tensor, -1);
      expect(seeingPlan.kvBlocks).toBeLessThan(blind.kvBlocks);
      expect(blind.encoder).toBeUndefined();
    }
  });

  it('leaves the steps of the language model as they are', () => {
    const { media: _, ...text } = configOf();
    const blind = planServing(text);
    expect(isRefusal(blind) ? undefined : blind.step).toEqual(planOf().step);
  });

  it('hears in windows, each encoded whole', () => {
    const hearing = {
      layers: 32,
      hidden: 1280,
      intermediate: 5120,
      heads: 20,
      gatedMlp: false,
      params: 0.64e9,
      windowS: 30,
      positionsPerS: 50,
      tokensPerS: 25,
    };
    const { audio, image: none } = planOf({ model: { ...llama8b, hearing }, media: { audio: true } }).encoder!;
    expect(none).toBeUndefined();
    expect(audio).toMatchObject({ tokensPerS: 25, windowS: 30 });
    const flops = 2 * 32 * (4 * 1280 ** 2 + 2 * 1280 * 5120) * 1500 + 4 * 1280 * 32 * 1500 ** 2;
    expect(audio!.secondsPerWindow).toBeGreaterThan(flops / 989.4e12);
  });

  it('is missing in a model that cannot see or hear, which is said where the scenario asks for it', () => {
    expect(planServing(configOf({ model: llama8b }))).toMatchObject({
      kind: 'does-not-fit',
      at: ['traffic', 'images'],
      message: 'meta-llama/Meta-Llama-3.1-8B cannot see: its card has no vision encoder',
      hint: expect.stringContaining('Qwen/Qwen2.5-VL-7B-Instruct'),
    });
    expect(planServing(configOf({ media: { audio: true } }))).toMatchObject({ at: ['traffic', 'audio'] });
  });
});
