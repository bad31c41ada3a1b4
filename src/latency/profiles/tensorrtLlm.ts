import type { Profile } from '../profile.js';

const study = 'study of step-time models, §4';
/** 1.6 GB of the 2 GB that the study sets aside; activations are counted apart. */
const traits = { kvMemory: 'share-of-free', reserveBytes: 1.55e9, reservesAnswers: true } as const;

/** TensorRT-LLM by era. */
export const tensorrtLlm: readonly Profile[] = [
  {
    name: 'tensorrt-llm/0.5-0.11',
    match: { engine: 'tensorrt-llm', era: '0.5-0.11' },
    set: { hostPerStepS: 1e-3, hostPerSequenceS: 13e-6, allReduceFloorS: 49e-6, gemmCompute: 0.8, requestS: 1e-3 },
    traits,
    tested: { hardware: ['A100-80GB', 'H100-SXM', 'L40S'], models: ['dense', 'experts'] },
    source: `${study}: published performance tables, offline, no HTTP`,
    asOf: '2024-07',
    grade: 'measured',
    errors: 'throughput 7 % and TTFT 8 % in-sample, 11 % and 15 % with hardware left out',
  },
  {
    name: 'tensorrt-llm/2024',
    match: { engine: 'tensorrt-llm', era: '2024' },
    set: { hostPerStepS: 1.1e-3, hostPerSequenceS: 23e-6, allReduceFloorS: 22e-6, gemmCompute: 0.69, requestS: 16e-3 },
    traits,
    tested: { hardware: ['A100-40GB'], models: ['dense', 'experts'] },
    source: `${study}: LLM-Inference-Bench, library`,
    asOf: '2024-08',
    grade: 'measured',
    errors: 'batch latency 6.6 % in-sample',
  },
  {
    name: 'tensorrt-llm/1.x',
    match: { engine: 'tensorrt-llm', era: '1.x' },
    set: {
      hostPerStepS: 1.05e-3,
      hostPerSequenceS: 30e-6,
      allReduceFloorS: 8.5e-6,
      gemmCompute: 0.74,
      requestS: 48e-3,
    },
    traits,
    tested: { hardware: ['H100-SXM', 'B200'], models: ['dense', 'latent-experts'] },
    source: `${study}: InferenceX server (ranges given there; middle taken, low end for request time)`,
    asOf: '2025-12',
    grade: 'measured',
    errors: 'TPOT 6 % and TTFT 22 % in-sample, TPOT 12 % and TTFT 28 % with hardware left out and the era known',
  },
];
