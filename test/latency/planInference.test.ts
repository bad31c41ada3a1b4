import { describe, expect, it } from 'vitest';
import { findAccelerator } from '../../src/catalog/accelerators.js';
import { findInstance } from '../../src/catalog/instances.js';
import { findModel } from '../../src/catalog/models.js';
import { openCatalog } from '../../src/catalog/open.js';
import {
  type InferenceConfig,
  type InferencePlan,
  inferenceTerms,
  planInference,
} from '../../src/latency/planInference.js';

const catalog = openCatalog();
const model = (name: string) => {
  const found = findModel(catalog, name);
  if (found.kind !== 'found') throw new Error(name);
  return found.value;
};
const accelerator = (name: string) => {
  const found = findAccelerator(catalog, name);
  if (found.kind !== 'found') throw new Error(name);
  return found.value;
};
const instance = (name: string) => {
  const found = findInstance(catalog, name);
  if (found.kind !== 'found') throw new Error(name);
  return found.value;
};
const base = { weights: 'bf16', maxBatch: 64, itemsPerRequest: 1, instances: 1 } as const;
const plan = (config: InferenceConfig): InferencePlan => {
  const made = planInference(config, catalog);
  if ('kind' in made) throw new Error(made.message);
  return made;
};

describe('planInference', () => {
  it('gives a time for every batch that grows with it and beats no datasheet', () => {
    for (const name of [
      'resnet50',
      'BAAI/bge-large-en-v1.5',
      'openai/whisper-small',
      'xgboost-1000x6',
      'dlrm-dcnv2 (MLPerf)',
    ]) {
      const card = model(name);
      const { batchTimeS } = plan({ ...base, model: card, accelerator: accelerator('H100-SXM') });
      expect(batchTimeS).toHaveLength(65);
      for (let batch = 2; batch <= 64; batch += 1) expect(batchTimeS[batch]!).toBeGreaterThan(batchTimeS[batch - 1]!);
      const flops = 64 * (card.gflopPerItem ?? 0) * 1e9;
      expect(batchTimeS[64]!).toBeGreaterThan(flops / 989.4e12);
    }
  });

  it('follows a measured curve between its points and continues its slope beyond', () => {
    const batchTime = [
      { batch: 8, time: 0.02 },
      { batch: 1, time: 0.006 },
      { batch: 32, time: 0.068 },
    ];
    const { batchTimeS, profile } = plan({
      ...base,
      model: model('resnet50'),
      accelerator: accelerator('L4'),
      batchTime,
    });
    expect(batchTimeS[1]).toBe(0.006);
    expect(batchTimeS[8]).toBeCloseTo(0.02, 12);
    expect(batchTimeS[20]).toBeCloseTo(0.044, 12);
    expect(batchTimeS[64]).toBeCloseTo(0.132, 12);
    expect(profile.extrapolates).toHaveLength(1);
  });

  it('runs on the vCPUs of an instance without accelerators, and says what it assumed', () => {
    const config = { ...base, weights: 'int8', model: model('resnet50') } as const;
    const small = plan({ ...config, instance: instance('aws/c7i.4xlarge') });
    const large = plan({ ...config, instance: instance('aws/c7i.16xlarge') });
    const older = plan({ ...config, instance: instance('aws/c5.4xlarge') });
    expect(small.batchTimeS[32]! / large.batchTimeS[32]!).toBeGreaterThan(2);
    expect(older.batchTimeS[32]!).toBeGreaterThan(5 * small.batchTimeS[32]!);
    expect(small.profile.extrapolates.join()).toContain('8 of 56 cores of Xeon-SPR-8480');
    expect(older.profile.extrapolates.join()).toContain('vector units only');
  });

  it('serialises copies that share a device', () => {
    const one = plan({ ...base, model: model('BAAI/bge-m3'), accelerator: accelerator('L4') });
    const two = plan({ ...base, instances: 2, model: model('BAAI/bge-m3'), accelerator: accelerator('L4') });
    expect(two.servers).toBe(2);
    expect(two.batchTimeS[64]! / one.batchTimeS[64]!).toBeGreaterThan(1.8);
  });

  it('explains a batch with terms that add up to the table', () => {
    const config: InferenceConfig = {
      ...base,
      model: model('bert-large'),
      accelerator: accelerator('A100-80GB'),
      tokensPerItem: 384,
    };
    const terms = inferenceTerms(config, catalog, 32);
    expect('seconds' in terms && terms.seconds).toBe(plan(config).batchTimeS[32]);
  });

  it('makes an image in as many passes as its steps and guidance ask for', () => {
    const on = { ...base, accelerator: accelerator('H100-SXM') };
    const image = (name: string, denoising?: InferenceConfig['denoising']) =>
      plan({ ...on, model: model(name), ...(denoising && { denoising }) }).batchTimeS[1]!;
    const sdxl = 'stabilityai/stable-diffusion-xl-base-1.0';
    // 50 steps with guidance, and 28 of a model that has it distilled, unless told otherwise.
    expect(image(sdxl)).toBe(image(sdxl, { steps: 50, guidance: true }));
    expect(image('black-forest-labs/FLUX.1-dev')).toBe(
      image('black-forest-labs/FLUX.1-dev', { steps: 28, guidance: false }),
    );
    const [one, two, four] = [1, 2, 4].map((steps) => image(sdxl, { steps, guidance: false }));
    expect(four! - two!).toBeCloseTo(2 * (two! - one!), 9);
    // Bound by arithmetic, two passes of a step take nearly as long as two steps; bound by memory they would take half.
    const ratio = image(sdxl, { steps: 8, guidance: true }) / image(sdxl, { steps: 16, guidance: false });
    expect(ratio).toBeGreaterThan(0.95);
    expect(ratio).toBeLessThanOrEqual(1);
    // MLPerf Inference v4.1: 2.05 images/s of 20 steps with guidance on an H100.
    expect(1 / image(sdxl, { steps: 20, guidance: true })).toBeCloseTo(2.05, 1);
    expect(planInference({ ...on, model: model('resnet50'), denoising: { steps: 20 } }, catalog)).toMatchObject({
      message: expect.stringContaining('denoising'),
    });
  });

  it('refuses what does not fit or is not described', () => {
    const flux = { ...base, model: model('black-forest-labs/FLUX.1-dev'), accelerator: accelerator('T4') };
    expect(planInference(flux, catalog)).toMatchObject({
      kind: 'does-not-fit',
      hint: expect.stringContaining('25 GiB'),
    });
    const bare = { ...model('resnet50') };
    delete (bare as { gflopPerItem?: number }).gflopPerItem;
    expect(planInference({ ...base, model: bare, accelerator: accelerator('T4') }, catalog)).toMatchObject({
      message: expect.stringContaining('gflop_per_item'),
    });
  });
});
