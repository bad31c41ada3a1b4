import type { Profile } from '../profile.js';
import { fit } from './provenance.js';

/** vLLM by era. Versions map to eras in `era.ts`; the newest is the default. */
export const vllm: readonly Profile[] = [
  {
    name: 'vllm/2023',
    match: { engine: 'vllm', era: '2023' },
    set: {
      gemmCompute: 0.622,
      gemmMemory: 0.853,
      allReduceFloorS: 93.2e-6,
      hostPerStepS: 1.42e-3,
      hostPerSequenceS: 91.7e-6,
      requestS: 22.6e-3,
      requestPerPromptTokenS: 2.09e-6,
      prefillPerLayerS: 29.2e-6,
    },
    tested: { hardware: ['A100-80GB'], models: ['dense'] },
    source: `${fit}: Splitwise tables`,
    asOf: '2023-11',
    grade: 'measured',
    errors:
      'median error in-sample: TPOT 3 % (41 % with its hardware left out, 39 % with its model family left out); TTFT 7 % (17 % with its hardware left out, 12 % with its model family left out)',
  },
  {
    name: 'vllm/2024',
    match: { engine: 'vllm', era: '2024' },
    set: {
      gemmCompute: 0.616,
      decodeAttention: 0.869,
      allReduceFloorS: 39.5e-6,
      hostPerStepS: 2.18e-3,
      hostPerSequenceS: 110e-6,
      requestS: 16.1e-3,
      prefillPerLayerS: 31.8e-6,
      moeFloorS: 31.8e-6,
      moeCompute: 0.195,
    },
    tested: { hardware: ['A100-40GB', 'MI250X'], models: ['dense', 'experts'] },
    source: `${fit}: LLM-Inference-Bench, offline`,
    asOf: '2024-10',
    grade: 'measured',
    errors:
      'median error in-sample: batch latency 9 % (44 % with its hardware left out, 10 % with its model family left out)',
  },
  {
    name: 'vllm/2025',
    match: { engine: 'vllm', era: '2025' },
    set: {
      attentionCompute: 0.659,
      decodeAttention: 0.871,
      launchPerLayerS: 30.7e-6,
      allReduceFloorS: 5.93e-6,
      hostPerStepS: 2.21e-3,
      hostPerSequenceS: 40.9e-6,
      requestS: 41.9e-3,
      requestPerPromptTokenS: 2.42e-6,
      prefillPerLayerS: 32.4e-6,
    },
    tested: { hardware: ['H100-SXM', 'B200'], models: ['dense'] },
    source: `${fit}: InferenceX server, versions of 2025`,
    asOf: '2025-10',
    grade: 'measured',
    errors:
      'median error in-sample: TPOT 5 % (5 % with its hardware left out, 15 % with its model family left out); TTFT 17 % (23 % with its hardware left out, 16 % with its model family left out)',
  },
  {
    name: 'vllm/0.15',
    match: { engine: 'vllm', era: '0.15' },
    set: {
      gemmCompute: 0.556,
      gemmMemory: 0.895,
      attentionCompute: 0.922,
      decodeAttention: 0.861,
      launchPerLayerS: 30.1e-6,
      allReduceFloorS: 11.7e-6,
      hostPerStepS: 1.52e-3,
      hostPerSequenceS: 12.9e-6,
      requestS: 18.6e-3,
      requestPerPromptTokenS: 1.33e-6,
      prefillPerLayerS: 25.2e-6,
    },
    // Asynchronous scheduling is the default since 0.14 (vLLM, release notes, 2026-01-20).
    traits: { overlapsHost: true },
    tested: { hardware: ['H100-SXM'], models: ['dense'] },
    source: `${fit}: vLLM 0.15.1 open-loop runs`,
    asOf: '2026-02',
    grade: 'measured',
    errors:
      'median error in-sample: E2E 6 % (27 % with its hardware left out, 29 % with its model family left out); TTFT 7 % (39 % with its hardware left out, 34 % with its model family left out)',
  },
];
