import type { Profile } from '../profile.js';

const study = 'study of step-time models, §4';

/** Engines with one era, or without measurements of their own. */
export const otherEngines: readonly Profile[] = [
  {
    name: 'sglang/0.5',
    match: { engine: 'sglang' },
    set: { hostPerStepS: 1.2e-3, hostPerSequenceS: 20e-6, allReduceFloorS: 17e-6, gemmCompute: 0.66 },
    traits: { kvMemory: 'share-of-free', reserveBytes: 1.55e9 },
    tested: { hardware: ['B200'], models: ['latent-experts'] },
    source: `${study}: InferenceX; its 200 ms request term is not taken over, the runs were not warmed up`,
    asOf: '2026-01',
    grade: 'measured',
    errors: 'TPOT 6 % in-sample; TTFT not usable',
  },
  {
    name: 'deepspeed-mii',
    match: { engine: 'deepspeed-mii' },
    set: { hostPerStepS: 5.8e-3, hostPerSequenceS: 69e-6, allReduceFloorS: 29e-6, gemmCompute: 0.42, requestS: 24e-3 },
    tested: { hardware: ['A100-40GB'], models: ['dense', 'experts'] },
    source: `${study}: LLM-Inference-Bench`,
    asOf: '2024-08',
    grade: 'measured',
    errors: 'batch latency 6.6 % in-sample (all engines of that table)',
  },
  {
    name: 'llama.cpp',
    match: { engine: 'llama.cpp' },
    set: {
      // Set for Ampere, whose family layer multiplies by 1.2 and 1.13: 0.42 of peak and 0.84 of bandwidth there.
      gemmCompute: 0.35,
      gemmMemory: 0.745,
      launchPerLayerS: 0,
      hostPerLayerS: 60e-6,
      hostPerStepS: 0.1e-3,
      hostPerSequenceS: 20e-6,
      requestS: 5e-3,
      prefillPerLayerS: 0,
      expansion: 0.76,
    },
    traits: { reserveBytes: 0.6e9, pipelineLanes: false },
    tested: { hardware: ['A6000', 'A40'], models: ['dense'] },
    source: `${study}: 28 rows on A6000 and A40 read by hand; request term assumed`,
    asOf: '2024-05',
    grade: 'measured',
    errors: 'not cross-validated',
  },
  {
    name: 'tgi',
    match: { engine: 'tgi' },
    source: 'no measurement: base values',
    asOf: '2026-08',
    grade: 'assumed',
    errors: 'untested',
  },
  {
    name: 'jetstream',
    match: { engine: 'jetstream' },
    source: 'no measurement: base values',
    asOf: '2026-08',
    grade: 'assumed',
    errors: 'untested',
  },
  {
    name: 'generic',
    match: { engine: 'generic' },
    source: 'no engine named: base values',
    asOf: '2026-08',
    grade: 'assumed',
    errors: 'untested',
  },
];
