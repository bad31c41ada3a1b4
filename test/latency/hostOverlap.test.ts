import { describe, expect, it } from 'vitest';
import type { ServingConfig } from '../../src/latency/config.js';
import { isRefusal, planServing, stepTerms } from '../../src/latency/planServing.js';
import { stepSeconds } from '../../src/latency/stepSeconds.js';
import type { StepModel } from '../../src/latency/types.js';
import { config } from './cards.js';

const tables = (changes: Partial<ServingConfig>): StepModel => {
  const plan = planServing(config(changes));
  if (isRefusal(plan)) throw new Error(plan.message);
  return plan.step;
};

describe('host work on sequences', () => {
  it('is added to a step where the engine schedules between steps (vLLM before 0.14)', () => {
    const { host, hidden } = tables({ engineVersion: '0.9' });
    expect(host[64]! - host[32]!).toBeCloseTo(host[96]! - host[64]!, 12);
    expect(host[64]!).toBeGreaterThan(host[32]!);
    expect(Math.max(...hidden)).toBe(0);
  });

  it('runs beside the accelerator where the engine schedules ahead (vLLM from 0.14, TensorRT-LLM, SGLang)', () => {
    for (const change of [
      { engineVersion: '0.14.1' },
      { engineVersion: '0.15.1' },
      { engine: 'tensorrt-llm' },
      { engine: 'sglang' },
    ] as const) {
      const { host, hidden } = tables(change);
      expect(host[64]).toBe(host[1]);
      expect(hidden[64]! / hidden[32]!).toBeCloseTo(2, 12);
    }
  });

  it('is added in pipelines of vLLM, which it schedules synchronously', () => {
    const changes = { engineVersion: '0.15.1', pipeline: 2 } as const;
    expect(Math.max(...tables(changes).hidden)).toBe(0);
    expect(Math.max(...tables({ ...changes, engine: 'tensorrt-llm', engineVersion: '1.0' }).hidden)).toBeGreaterThan(0);
  });

  it('shows where it takes longer than the accelerator, and is told so', () => {
    const slowHost = {
      name: 'slow host',
      match: {},
      set: { hostPerSequenceS: 300e-6 },
      source: '',
      asOf: '',
      grade: 'assumed',
      errors: '',
    } as const;
    const changes = { engineVersion: '0.15.1', profile: slowHost } as const;
    const step = tables(changes);
    const shape = { decodeSequences: 100, decodeContextTokens: 1000, prefill: [] };
    const seconds = stepSeconds(step, 100, 100, 1000, 0, 0, 0);
    expect(seconds).toBeCloseTo(100 * 300e-6 + step.host[100]!, 12);
    const terms = stepTerms(config(changes), shape);
    if (isRefusal(terms)) throw new Error(terms.message);
    expect(terms.seconds).toBeCloseTo(seconds, 12);
  });
});
