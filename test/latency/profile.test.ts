import { describe, expect, it } from 'vitest';
import { bounds, type CoefficientName } from '../../src/latency/coefficients.js';
import { eraOf } from '../../src/latency/era.js';
import type { Profile } from '../../src/latency/profile.js';
import { builtInProfiles } from '../../src/latency/profiles/index.js';
import { layerCoefficients, resolveProfile, traceCoefficients } from '../../src/latency/resolveProfile.js';
import { a100, gptOss, h100, llama8b } from './cards.js';

const query = { engine: 'vllm', accelerator: h100, model: llama8b } as const;
const ownLayer: Profile = {
  name: 'mine',
  match: {},
  set: { hostPerStepS: 4e-3, gemmMemory: 2 },
  source: 'a bench of my own',
  asOf: '2026-11',
  grade: 'measured',
  errors: 'none stated',
};

describe('eraOf', () => {
  it.each([
    ['vllm', '0.2.7', '2023'],
    ['vllm', 'v0.6.3.post1', '2024'],
    ['vllm', '0.11.0', '2025'],
    ['vllm', '0.15.1', '0.15'],
    ['sglang', '0.4.6', '0.5'],
    ['vllm', '2023', '2023'],
    ['tensorrt-llm', '(2023-10-18)', '0.5-0.11'],
    ['tensorrt-llm', '0.11.0', '0.5-0.11'],
    ['tensorrt-llm', '2024', '2024'],
    ['tensorrt-llm', '1.2.0rc6.post2', '1.2'],
  ] as const)('%s %s belongs to %s', (engine, version, era) => {
    expect(eraOf(engine, version)).toEqual({ era, assumed: false });
  });

  it('takes the newest era and says so when the version is absent or unreadable', () => {
    expect(eraOf('vllm', undefined)).toEqual({ era: '0.15', assumed: true });
    expect(eraOf('vllm', 'nightly')).toEqual({ era: '0.15', assumed: true });
  });
});

describe('a version newer than any that was measured', () => {
  it.each([
    ['vllm', '0.20.0', '0.15'],
    ['vllm', '1.2', '0.15'],
    ['sglang', '0.6', '0.5'],
    ['tensorrt-llm', '1.4', '1.2'],
  ] as const)('%s %s inherits the newest era, with a wider band that says so', (engine, engineVersion, era) => {
    expect(eraOf(engine, engineVersion)).toEqual({ era, assumed: false, beyond: true });
    const newer = resolveProfile({ ...query, engine, engineVersion }).reference;
    const known = resolveProfile({ ...query, engine, engineVersion: era }).reference;
    expect(newer.extrapolates.join()).toContain('newer than any that was measured');
    expect(newer.band80.tpot).toBeGreaterThanOrEqual(known.band80.tpot);
    expect(newer.grade).toBe('inherited');
  });
});

describe('resolveProfile', () => {
  it('layers base, engine and era, device family, and the user’s own last', () => {
    const { layers, coefficients } = resolveProfile({ ...query, engineVersion: '0.15.1', profile: ownLayer });
    expect(layers.map(({ name }) => name)).toEqual(['base', 'vllm/0.15', 'hopper', 'mine']);
    expect(coefficients.hostPerStepS).toBe(4e-3);
    const { set } = builtInProfiles.find(({ name }) => name === 'vllm/0.15')!;
    const { multiply } = builtInProfiles.find(({ name }) => name === 'hopper')!;
    expect(coefficients.gemmCompute).toBeCloseTo(set!.gemmCompute! * multiply!.gemmCompute!, 12);
  });

  it('clamps every coefficient, so that no fraction of a datasheet exceeds 0.95', () => {
    const { coefficients } = resolveProfile({ ...query, profile: ownLayer });
    expect(coefficients.gemmMemory).toBe(bounds.gemmMemory[1]);
    for (const name of Object.keys(bounds) as CoefficientName[]) {
      if (/Compute|Memory|Link|decodeAttention|Fraction/.test(name)) expect(bounds[name][1]).toBeLessThanOrEqual(0.95);
    }
  });

  it('names the layers that made each coefficient', () => {
    const { layers } = resolveProfile({ ...query, engineVersion: '2025' });
    const trace = traceCoefficients(layers).find(({ name }) => name === 'allReduceLink');
    expect(trace?.from).toEqual(['base', 'hopper']);
    expect(trace?.value).toBe(layerCoefficients(layers).allReduceLink);
    const host = traceCoefficients(layers).find(({ name }) => name === 'hostPerStepS');
    expect(host?.from).toEqual(['base', 'vllm/2025']);
  });

  it('widens the band with the distance from what was measured', () => {
    const known = resolveProfile({ ...query, engineVersion: '0.15.1' }).reference;
    const device = resolveProfile({ ...query, accelerator: a100, engineVersion: '0.15.1' }).reference;
    const model = resolveProfile({ ...query, model: gptOss, engineVersion: '0.15.1' }).reference;
    const engine = resolveProfile({ ...query, engine: 'tgi' }).reference;
    const tpu = resolveProfile({ ...query, accelerator: { ...h100, name: 'TPUv6e', kind: 'tpu' } }).reference;
    expect(known).toMatchObject({ grade: 'measured', extrapolates: [] });
    const widths = [known, device, model, engine, tpu].map(({ band80 }) => band80.tpot);
    expect(widths).toEqual([...widths].sort((a, b) => a - b));
    expect([device, model, engine, tpu].map(({ grade }) => grade)).toEqual([
      'inherited',
      'inherited',
      'assumed',
      'assumed',
    ]);
    expect(engine.extrapolates).toHaveLength(1);
  });

  it('knows which engines let a request in only with room for its whole answer', () => {
    const reserves = (['vllm', 'tensorrt-llm', 'sglang', 'jetstream'] as const).filter(
      (engine) => resolveProfile({ ...query, engine }).traits.reservesAnswers,
    );
    expect(reserves).toEqual(['tensorrt-llm', 'jetstream']);
  });

  it('gives every built-in layer a name of its own, a source, a date and a grade', () => {
    expect(new Set(builtInProfiles.map(({ name }) => name)).size).toBe(builtInProfiles.length);
    for (const { source, asOf, errors } of builtInProfiles) {
      expect(source.length).toBeGreaterThan(10);
      expect(asOf).toMatch(/^20\d\d-\d\d$/);
      expect(errors.length).toBeGreaterThan(5);
    }
  });
});
