import type { Profile } from '../profile.js';
import { fit, leftOut, refit } from './provenance.js';

/**
 * 1.6 GB of the 2 GB that the study of step-time models sets aside; activations are counted apart. The runtime enqueues the next step
 * while one computes (overlap scheduler, TensorRT-LLM documentation, read 2026-11).
 */
const traits = { kvMemory: 'share-of-free', reserveBytes: 1.55e9, reservesAnswers: true, overlapsHost: true } as const;

/** TensorRT-LLM by era. */
export const tensorrtLlm: readonly Profile[] = [
  {
    name: 'tensorrt-llm/0.5-0.11',
    match: { engine: 'tensorrt-llm', era: '0.5-0.11' },
    set: {
      gemmCompute: 0.713,
      gemmMemory: 0.795,
      attentionCompute: 0.711,
      decodeAttention: 0.883,
      allReduceFloorS: 54.9e-6,
      hostPerStepS: 1.07e-3,
      hostPerSequenceS: 13e-6,
      requestS: 768e-6,
      requestPerPromptTokenS: 1.28e-6,
      prefillPerLayerS: 22e-6,
      moeFloorS: 29.8e-6,
      moeCompute: 0.386,
    },
    traits,
    tested: { hardware: ['A100-80GB', 'H100-SXM', 'L40S'], models: ['dense', 'experts'] },
    source: `${fit}: published performance tables, offline, no HTTP`,
    asOf: '2024-07',
    grade: 'measured',
    errors: `median error in-sample: throughput 3–14 %, TTFT 9–10 %; ${leftOut}`,
  },
  {
    name: 'tensorrt-llm/2024',
    match: { engine: 'tensorrt-llm', era: '2024' },
    set: {
      gemmCompute: 0.648,
      gemmMemory: 0.811,
      decodeAttention: 0.827,
      allReduceFloorS: 22.5e-6,
      hostPerStepS: 1.23e-3,
      hostPerSequenceS: 22.7e-6,
      requestS: 14.7e-3,
      moeCompute: 0.28,
    },
    // Library calls, one batch at a time: nothing runs ahead.
    traits: { ...traits, overlapsHost: false },
    tested: { hardware: ['A100-40GB'], models: ['dense', 'experts'] },
    source: `${fit}: LLM-Inference-Bench, library`,
    asOf: '2024-10',
    grade: 'measured',
    errors: `median error in-sample: batch latency 6 %; ${leftOut}`,
  },
  {
    name: 'tensorrt-llm/1.0',
    match: { engine: 'tensorrt-llm', era: '1.0' },
    set: {
      gemmCompute: 0.57,
      gemmMemory: 0.829,
      launchPerLayerS: 29.9e-6,
      allReduceFloorS: 9.59e-6,
      hostPerStepS: 1.57e-3,
      requestS: 52.5e-3,
      requestPerPromptTokenS: 2.38e-6,
      prefillPerLayerS: 32.6e-6,
    },
    traits,
    tested: { hardware: ['H100-SXM', 'B200'], models: ['dense', 'latent-experts'] },
    source: `${fit}; ${refit}: InferenceX and AIConfigurator servers`,
    asOf: '2025-10',
    grade: 'measured',
    errors: `median error in-sample: TPOT 6 % on H100, 7 % on B200; TTFT 18 % and 32 %; ${leftOut}`,
  },
  {
    name: 'tensorrt-llm/1.2',
    match: { engine: 'tensorrt-llm', era: '1.2' },
    set: {
      gemmCompute: 0.637,
      attentionCompute: 0.68,
      decodeAttention: 0.847,
      launchPerLayerS: 30e-6,
      allReduceFloorS: 8.55e-6,
      hostPerStepS: 946e-6,
      hostPerSequenceS: 37.1e-6,
      requestS: 88.1e-3,
      requestPerPromptTokenS: 2.12e-6,
      prefillPerLayerS: 33.5e-6,
      moeFloorS: 30.6e-6,
      moeCompute: 0.228,
    },
    traits,
    tested: { hardware: ['B200'], models: ['latent-experts'] },
    source: `${fit}: InferenceX server`,
    asOf: '2025-12',
    grade: 'measured',
    errors: `median error in-sample: TPOT 8 %, TTFT 30 %; ${leftOut}`,
  },
];
