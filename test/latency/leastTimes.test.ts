import { describe, expect, it } from 'vitest';
import { listAccelerators } from '../../src/catalog/accelerators.js';
import { listModels } from '../../src/catalog/models.js';
import { openCatalog } from '../../src/catalog/open.js';
import { leastDecodeStepS, leastRequestS } from '../../src/latency/leastTimes.js';
import { isRefusal, planServing } from '../../src/latency/planServing.js';
import { stepSeconds } from '../../src/latency/stepSeconds.js';
import { a100, config, llama8b } from './cards.js';

const catalog = openCatalog();

describe('leastDecodeStepS', () => {
  it('is below every predicted decode step', () => {
    const cards = listModels(catalog).filter(({ kind }) => kind === 'llm');
    const accelerators = listAccelerators(catalog).filter(({ kind }) => kind === 'gpu');
    const broken: string[] = [];
    let checked = 0;
    cards.forEach((model, at) => {
      const accelerator = accelerators[at % accelerators.length]!;
      for (const batch of [1, 16, 128]) {
        const asked = config({ model, accelerator, tensor: 8, assumeFits: true });
        const plan = planServing(asked);
        const least = leastDecodeStepS(asked, batch, 1000);
        if (isRefusal(plan) || least === undefined || batch > plan.maxSequences) continue;
        const windowed = batch * Math.min(1000, plan.step.windowTokens);
        const predicted = stepSeconds(plan.step, batch, batch, batch * 1000, windowed, 0, 0);
        checked += 1;
        if (!(least < predicted))
          broken.push(`${model.name} on ${accelerator.name}, ${batch}: ${least} ≥ ${predicted}`);
      }
    });
    expect(broken).toEqual([]);
    expect(checked).toBeGreaterThan(200);
  });
});

describe('leastRequestS', () => {
  it('is two FLOPs a token and parameter at the peak of all devices', () => {
    const one = leastRequestS(config({ model: llama8b, accelerator: a100 }), 100, 101)!;
    // Layers hold 6.98 B parameters, the head 0.525 B.
    expect(one).toBeCloseTo((2 * (6.98e9 * 200 + 0.525e9 * 101)) / 312e12, 4);
    const two = leastRequestS(config({ model: llama8b, accelerator: a100, tensor: 2 }), 100, 101)!;
    expect(one / two).toBeCloseTo(2, 9);
  });
});
