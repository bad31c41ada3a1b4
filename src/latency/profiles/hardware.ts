import type { Profile } from '../profile.js';

const study = 'study of step-time models, §4, family multipliers (σ ≈ 0.1)';
const asOf = '2026-08';

/** What a family of devices changes, whatever the engine. The datasheet carries most of the hardware; these are corrections. */
export const hardware: readonly Profile[] = [
  {
    name: 'ampere',
    match: { vendor: 'nvidia', architecture: 'Ampere' },
    multiply: { gemmCompute: 1.2, gemmMemory: 1.13 },
    source: study,
    asOf,
    grade: 'measured',
    errors: 'family and era together 8.5 % in-sample, 27.5 % with hardware left out',
  },
  {
    name: 'ada',
    match: { vendor: 'nvidia', architecture: 'Ada' },
    multiply: { gemmCompute: 1.06, gemmMemory: 1.26 },
    source: `${study}; memory above one for its large L2 cache`,
    asOf,
    grade: 'measured',
    errors: 'L40S only',
  },
  {
    name: 'hopper',
    match: { vendor: 'nvidia', architecture: 'Hopper' },
    multiply: { gemmCompute: 1.07, allReduceLink: 1.2 },
    source: study,
    asOf,
    grade: 'measured',
    errors: 'H100 only',
  },
  {
    name: 'blackwell',
    match: { vendor: 'nvidia', architecture: 'Blackwell' },
    multiply: { gemmCompute: 0.86, allReduceLink: 0.87 },
    source: study,
    asOf,
    grade: 'measured',
    errors: 'B200 only',
  },
  {
    name: 'cdna2',
    match: { vendor: 'amd', architecture: 'CDNA2' },
    multiply: {
      gemmCompute: 0.74,
      gemmMemory: 0.63,
      decodeAttention: 0.7,
      attentionCompute: 0.7,
      moeCompute: 0.74,
      moeMemory: 0.52,
    },
    source:
      'study of step-time models, summary of §3: AMD in 2024 reached 0.46 of bandwidth and 0.31 of peak (MI250X, vLLM of 2024); attention assumed to follow',
    asOf: '2026-08',
    grade: 'measured',
    errors: 'cross-vendor error 41–56 %; the device is two dies, whose exchange is inside these fractions',
  },
  {
    name: 'cdna3',
    match: { vendor: 'amd', architecture: 'CDNA3' },
    multiply: { gemmCompute: 0.8, attentionCompute: 0.75, moeCompute: 0.8, fp8PeakFraction: 1.25 },
    source:
      'AMD, Measuring Max-Achievable FLOPs part 2 (2025-02): 708 of 1307 bf16 and 1273 of 2615 fp8 TFLOP/s on MI300X, against about 0.73 of peak on H100; attention assumed to follow',
    asOf: '2025-02',
    grade: 'vendor',
    errors:
      'one outside check, not fitted: Llama-3.1-405B fp8 on 8 MI300X (Oracle, vLLM, 2024-12), batch 1–256: −11 to −26 % with the newest era, +30 to +2 % with that of 2024',
  },
  {
    name: 'cdna4',
    match: { vendor: 'amd', architecture: 'CDNA4' },
    multiply: { gemmCompute: 0.8, attentionCompute: 0.75, moeCompute: 0.8 },
    source: 'no measurement: as CDNA3',
    asOf: '2026-08',
    grade: 'assumed',
    errors: 'untested',
  },
];
