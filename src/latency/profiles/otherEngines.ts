import type { Profile } from '../profile.js';
import { fit, leftOut, refit } from './provenance.js';

/** Engines with one era, or without measurements of their own. */
export const otherEngines: readonly Profile[] = [
  {
    name: 'sglang/0.5',
    match: { engine: 'sglang' },
    set: {
      decodeAttention: 0.839,
      launchPerLayerS: 30.2e-6,
      allReduceFloorS: 14.3e-6,
      hostPerStepS: 1.02e-3,
      hostPerSequenceS: 32.1e-6,
      requestS: 124e-3,
      prefillPerLayerS: 32.4e-6,
      moeFloorS: 29.9e-6,
      moeCompute: 0.258,
    },
    // Overlap scheduling is the default since 0.4 (SGLang, v0.4 release notes, 2024-12).
    traits: { kvMemory: 'share-of-free', reserveBytes: 1.55e9, overlapsHost: true },
    tested: { hardware: ['B200'], models: ['latent-experts'], band80: { tpot: 1.25, ttft: 3, e2e: 1.5 } },
    source: `${fit}: InferenceX server; times to first token of versions that are stated only: the others were not warmed up`,
    asOf: '2026-01',
    grade: 'measured',
    errors: `median error in-sample: TPOT 8 %; ${leftOut}`,
  },
  {
    name: 'deepspeed-mii',
    match: { engine: 'deepspeed-mii' },
    set: {
      gemmCompute: 0.617,
      gemmMemory: 0.826,
      allReduceFloorS: 25.1e-6,
      hostPerStepS: 5.21e-3,
      hostPerSequenceS: 40.8e-6,
      requestS: 21.7e-3,
      moeFloorS: 30.9e-6,
      moeCompute: 0.288,
    },
    tested: { hardware: ['A100-40GB'], models: ['dense', 'experts'] },
    source: `${fit}; ${refit}: LLM-Inference-Bench`,
    asOf: '2024-10',
    grade: 'measured',
    errors: `median error in-sample: batch latency 11 %; ${leftOut}`,
  },
  {
    name: 'llama.cpp',
    match: { engine: 'llama.cpp' },
    set: {
      gemmCompute: 0.402,
      gemmMemory: 0.836,
      hostPerStepS: 146e-6,
      hostPerSequenceS: 30.3e-6,
      requestS: 5.43e-3,
      requestPerPromptTokenS: 2.29e-6,
      launchPerLayerS: 0,
      prefillPerLayerS: 0,
      hostPerLayerS: 60e-6,
      expansion: 0.76,
    },
    traits: { reserveBytes: 0.6e9, pipelineLanes: false },
    tested: { hardware: ['A6000', 'A40'], models: ['dense'] },
    source: `${fit}: 28 rows on A6000 and A40`,
    asOf: '2024-05',
    grade: 'measured',
    errors:
      'median error in-sample: TPOT 6 % (7 % with its model family left out); TTFT 5 % (34 % with its model family left out)',
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
    // A request is inserted into one of a fixed number of slots, each with room for its whole answer: nobody ever gives way.
    traits: { reservesAnswers: true },
    source:
      'no measurement: base values; slots: AI-Hypercomputer/JetStream, engine_api.py (insert, max_concurrent_decodes), read 2026-11',
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
