import { describe, expect, it } from 'vitest';
import { findAccelerator, listAccelerators } from '../../../src/catalog/accelerators.js';
import { findModel, listModels } from '../../../src/catalog/models.js';
import { openCatalog } from '../../../src/catalog/open.js';
import { chooseLayout } from '../../../src/latency/training/chooseLayout.js';
import type { TrainingConfig, TrainingPlan } from '../../../src/latency/training/config.js';
import { decoderOfSize } from '../../../src/latency/training/dimensions.js';
import { planTraining, trainingPeak, trainingTerms } from '../../../src/latency/training/planTraining.js';
import type { Term } from '../../../src/latency/types.js';

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
const plan = (config: TrainingConfig): TrainingPlan => {
  const made = planTraining(config);
  if (made.kind !== 'training-plan') throw new Error(made.message);
  return made;
};
const llama8 = model('meta-llama/Meta-Llama-3.1-8B');
const llama70 = model('meta-llama/Meta-Llama-3.1-70B');
const mixtral = model('mistralai/Mixtral-8x7B-v0.1');
const h100 = accelerator('H100-SXM');
const eight: TrainingConfig = {
  model: llama8,
  accelerator: h100,
  accelerators: 8,
  sequenceTokens: 8192,
  globalBatch: 128,
  microBatch: 1,
  sharding: 'weights',
};
const many: TrainingConfig = {
  model: llama70,
  accelerator: h100,
  accelerators: 256,
  tensor: 8,
  pipeline: 8,
  sequenceTokens: 8192,
  globalBatch: 256,
  microBatch: 1,
  recompute: 'selective',
};

const addsUp = (term: Term): void => {
  if (term.children === undefined) return;
  const sum = term.children.reduce((total, child) => total + child.seconds, 0);
  expect(sum).toBeCloseTo(term.seconds, 9);
  term.children.forEach(addsUp);
};

describe('planTraining', () => {
  it('beats no peak for any device and model of the catalog, in any precision', () => {
    for (const device of listAccelerators(catalog)) {
      for (const card of listModels(catalog).filter(({ layers, hidden }) => layers > 0 && hidden > 0)) {
        for (const precision of ['bf16', 'fp8'] as const) {
          const config: TrainingConfig = {
            model: card,
            accelerator: device,
            accelerators: 8,
            sequenceTokens: 2048,
            globalBatch: 64,
            precision,
            sharding: 'weights',
            assumeFits: true,
          };
          const made = planTraining(config);
          if (made.kind !== 'training-plan') continue;
          const peak = trainingPeak(config)!;
          expect(made.modelTflopsPerAccelerator * 1e12).toBeLessThan(Math.max(peak.peakFlops, peak.peak16Flops));
          expect(made.stepSeconds).toBeGreaterThan(0);
        }
      }
    }
  });

  it('explains a step with terms that add up at every level', () => {
    for (const config of [eight, many]) {
      const terms = trainingTerms(config);
      if (!('seconds' in terms)) throw new Error(terms.message);
      expect(terms.seconds).toBe(plan(config).stepSeconds);
      addsUp(terms);
    }
  });

  it('counts recomputed work as time and not as useful FLOPs', () => {
    const none = plan({ ...eight, recompute: 'none' });
    const full = plan({ ...eight, recompute: 'full' });
    expect(full.modelFlopsPerToken).toBe(none.modelFlopsPerToken);
    expect(full.stepSeconds / none.stepSeconds).toBeGreaterThan(1.15);
    expect(full.stepSeconds / none.stepSeconds).toBeLessThan(1.34);
    expect(full.memory.activationBytes).toBeLessThan(none.memory.activationBytes / 3);
  });

  it('shrinks the bubble with more micro-batches and with interleaving', () => {
    const share = (config: TrainingConfig): number => {
      const { terms } = plan(config);
      return terms.children!.find(({ name }) => name === 'pipeline bubble')!.seconds / terms.seconds;
    };
    expect(share({ ...many, globalBatch: 1024 })).toBeLessThan(share(many) / 2);
    expect(share({ ...many, virtualStages: 5 })).toBeLessThan(share(many) / 3);
    // (p − 1)/m of the work: 7/64 of the micro-batches
    const { terms } = plan(many);
    const work = terms.children!.find(({ name }) => name === 'micro-batches')!.seconds;
    expect(terms.children!.find(({ name }) => name === 'pipeline bubble')!.seconds / work).toBeCloseTo(7 / 64, 9);
  });

  it('shards what a ZeRO stage says', () => {
    const at = (sharding: TrainingConfig['sharding']) =>
      plan({ ...eight, ...(sharding && { sharding }), recompute: 'full', assumeFits: true }).memory;
    expect(at('optimizer').optimizerBytes).toBeCloseTo(at('none').optimizerBytes / 8, 0);
    expect(at('optimizer').gradientBytes).toBe(at('none').gradientBytes);
    expect(at('gradients').gradientBytes).toBeCloseTo(at('none').gradientBytes / 8, 0);
    expect(at('weights').weightBytes).toBeLessThan(at('gradients').weightBytes / 4);
    // 8 B parameters: 2 + 2 + 12 bytes each
    expect(at('none').weightBytes + at('none').gradientBytes + at('none').optimizerBytes).toBeCloseTo(16 * 8.03e9, -9);
  });

  it('says what would fit when a job does not', () => {
    const refused = planTraining({ ...eight, sharding: 'none' });
    expect(refused).toMatchObject({ kind: 'does-not-fit', hint: expect.stringContaining('sharding: weights') });
    expect(planTraining({ ...eight, model: llama70 })).toMatchObject({
      kind: 'does-not-fit',
      hint: expect.stringContaining('what would fit'),
    });
  });

  it('trains adapters in less memory and time than all weights', () => {
    const all = plan({ ...many, recompute: 'full' });
    const lora = plan({ ...many, recompute: 'full', method: 'lora' });
    const qlora = plan({ ...eight, model: llama70, method: 'qlora', microBatch: 1, recompute: 'full' });
    expect(lora.stepSeconds).toBeLessThan(0.85 * all.stepSeconds);
    expect(lora.memory.optimizerBytes).toBeLessThan(all.memory.optimizerBytes / 10);
    expect(qlora.memory.totalBytes).toBeLessThan(60 * 2 ** 30);
  });

  it('spends less on experts than on a dense model of their size and more than on their active part', () => {
    const config: TrainingConfig = {
      ...many,
      model: mixtral,
      accelerators: 64,
      tensor: 1,
      pipeline: 1,
      expert: 8,
      globalBatch: 512,
      sequenceTokens: 4096,
      sharding: 'weights',
      recompute: 'full',
    };
    const { expert: _, ...flat } = config;
    const sparse = plan(config);
    const active = plan({ ...flat, model: decoderOfSize('active', mixtral.paramsActive) });
    const total = plan({ ...flat, model: decoderOfSize('total', mixtral.paramsTotal) });
    expect(sparse.stepSeconds).toBeGreaterThan(active.stepSeconds);
    expect(sparse.stepSeconds).toBeLessThan(total.stepSeconds);
  });

  it('pays for communication over a slow network and not inside a scale-up domain', () => {
    const wide = { ...many, tensor: 16, pipeline: 4, heads: undefined };
    const inside = plan(many).stepSeconds;
    expect(plan({ ...wide, networkGBps: 12.5 }).stepSeconds).toBeGreaterThan(1.5 * inside);
    const torus = (networkGBps: number) =>
      plan({ ...eight, accelerator: accelerator('TPUv5p'), accelerators: 256, globalBatch: 512, networkGBps })
        .stepSeconds;
    expect(torus(1)).toBe(torus(100));
  });

  it('runs 8-bit products faster than 16-bit ones and in 16 bits where a device has no such unit', () => {
    expect(plan({ ...many, precision: 'fp8' }).stepSeconds).toBeLessThan(0.85 * plan(many).stepSeconds);
    const a100 = plan({ ...eight, accelerator: accelerator('A100-80GB'), precision: 'fp8', recompute: 'full' });
    expect(a100.precision).toBe('bf16');
    expect(a100.profile.extrapolates.join()).toContain('no fp8');
  });

  it('refuses degrees that do not go together', () => {
    expect(planTraining({ ...eight, tensor: 3 })).toMatchObject({ kind: 'does-not-fit' });
    expect(planTraining({ ...eight, expert: 8 })).toMatchObject({ message: expect.stringContaining('no experts') });
    expect(planTraining({ ...eight, pipeline: 8, virtualStages: 8 })).toMatchObject({
      message: expect.stringContaining('layers'),
    });
  });
});

describe('chooseLayout', () => {
  it('finds a layout that fits and is no slower than a given one', () => {
    const { tensor: _t, pipeline: _p, microBatch: _m, ...open } = many;
    const chosen = chooseLayout(open);
    if (chosen.kind !== 'training-plan') throw new Error(chosen.message);
    expect(chosen.stepSeconds).toBeLessThanOrEqual(plan(many).stepSeconds);
    const { tensor, pipeline, context, data } = chosen.layout;
    expect(tensor * pipeline * context * data).toBe(256);
  });
});

describe('decoderOfSize', () => {
  it('has about the parameters that were asked for', () => {
    for (const size of [125e6, 1.3e9, 7e9, 70e9, 405e9]) {
      const { layers, hidden, vocab } = decoderOfSize('x', size);
      expect((12 * layers * hidden ** 2 + vocab * hidden) / size).toBeGreaterThan(0.9);
      expect((12 * layers * hidden ** 2 + vocab * hidden) / size).toBeLessThan(1.1);
    }
  });
});
