import type { Profile } from '../profile.js';

const study = 'study of step-time models, §4';

/** vLLM by era. Versions map to eras in `era.ts`; the newest is the default. */
export const vllm: readonly Profile[] = [
  {
    name: 'vllm/2023',
    match: { engine: 'vllm', era: '2023' },
    set: { hostPerStepS: 1.6e-3, hostPerSequenceS: 45e-6, allReduceFloorS: 92e-6, gemmCompute: 0.69, requestS: 22e-3 },
    tested: { hardware: ['A100-80GB'], models: ['dense'] },
    source: `${study}: Splitwise tables; eager launches, 43–45 ms floor for 80 layers at tensor 4 and 8`,
    asOf: '2023-11',
    grade: 'measured',
    errors: 'prompt time 8.5 %, token time 3.3 % in-sample; token time 45 % with hardware left out',
  },
  {
    name: 'vllm/2024',
    match: { engine: 'vllm', era: '2024' },
    set: { hostPerStepS: 1.8e-3, hostPerSequenceS: 71e-6, allReduceFloorS: 38e-6, gemmCompute: 0.42, requestS: 15e-3 },
    tested: { hardware: ['A100-40GB', 'MI250X'], models: ['dense', 'experts'] },
    source: `${study}: LLM-Inference-Bench, offline; Python cost per sequence dominates at batch 64`,
    asOf: '2024-08',
    grade: 'measured',
    errors: 'batch latency 6.6 % in-sample, 32 % with hardware left out (A100 against MI250X)',
  },
  {
    name: 'vllm/2025',
    match: { engine: 'vllm', era: '2025' },
    set: { hostPerStepS: 2.3e-3, hostPerSequenceS: 38e-6, allReduceFloorS: 7.5e-6, gemmCompute: 0.77, requestS: 40e-3 },
    tested: { hardware: ['H100-SXM', 'B200'], models: ['dense'] },
    source: `${study}: InferenceX server; CUDA graphs, custom all-reduce`,
    asOf: '2025-10',
    grade: 'measured',
    errors: 'TPOT 6 % and TTFT 22 % in-sample, TPOT 12 % and TTFT 28 % with hardware left out and the era known',
  },
  {
    name: 'vllm/0.15',
    match: { engine: 'vllm', era: '0.15' },
    set: { hostPerStepS: 1.8e-3, hostPerSequenceS: 13e-6, allReduceFloorS: 17e-6, gemmCompute: 0.53, requestS: 19e-3 },
    tested: { hardware: ['H100-SXM'], models: ['dense'] },
    source: `${study}: vLLM 0.15.1 open-loop runs`,
    asOf: '2026-02',
    grade: 'measured',
    errors: 'E2E 6.5 % and TTFT 13 % in-sample, 34 % and 26 % with hardware left out',
  },
];
