import type { Profile } from '../profile.js';
import { fit } from './provenance.js';

const study = `${fit}, σ 0.08–0.12 a family`;
const asOf = '2026-08';

/** What a family of devices changes, whatever the engine. The datasheet carries most of the hardware; these are corrections. */
export const hardware: readonly Profile[] = [
  {
    name: 'ampere',
    match: { vendor: 'nvidia', architecture: 'Ampere' },
    multiply: { gemmCompute: 1.06, gemmMemory: 0.96, allReduceLink: 0.959, decodeAttention: 0.981 },
    source: study,
    asOf,
    grade: 'measured',
    errors: 'small corrections: the datasheet and the engine era carry the rest',
  },
  {
    name: 'ada',
    match: { vendor: 'nvidia', architecture: 'Ada' },
    multiply: { gemmCompute: 1.03, gemmMemory: 1.03 },
    source: `${study}; memory above one for its large L2 cache`,
    asOf,
    grade: 'measured',
    errors: 'L40S only',
  },
  {
    name: 'hopper',
    match: { vendor: 'nvidia', architecture: 'Hopper' },
    multiply: { gemmCompute: 1.07, gemmMemory: 1.02, allReduceLink: 1.04, decodeAttention: 1.02 },
    source: study,
    asOf,
    grade: 'measured',
    errors: 'H100 only',
  },
  {
    name: 'blackwell',
    match: { vendor: 'nvidia', architecture: 'Blackwell' },
    multiply: { gemmCompute: 1.03, gemmMemory: 1.05, allReduceLink: 0.973, decodeAttention: 1.02 },
    source: study,
    asOf,
    grade: 'measured',
    errors: 'B200 only',
  },
  {
    name: 'cdna2',
    match: { vendor: 'amd', architecture: 'CDNA2' },
    multiply: {
      gemmCompute: 0.533,
      gemmMemory: 0.42,
      allReduceLink: 0.958,
      decodeAttention: 0.649,
      attentionCompute: 0.533,
      moeCompute: 0.533,
      moeMemory: 0.42,
    },
    source:
      'joint fit over vLLM of 2024 on MI250X: close to half of the datasheet, because what is measured as one accelerator is one of its two dies; attention and experts assumed to follow',
    asOf: '2026-08',
    grade: 'measured',
    errors:
      'batch latency 8 % in-sample; with the device left out 17 %, at half the datasheet and NVIDIA’s fractions (48 % at all of it)',
  },
  {
    name: 'cdna3',
    match: { vendor: 'amd', architecture: 'CDNA3' },
    multiply: { gemmCompute: 0.84, gemmMemory: 0.87, attentionCompute: 0.75, moeCompute: 0.84, fp8PeakFraction: 1.08 },
    source:
      'AMD, Measuring Max-Achievable FLOPs part 2 (2025-02): 708 of 1307 bf16 and 1273 of 2615 fp8 TFLOP/s on MI300X, hence 0.84 of the base and 1.08 of its fp8 share; memory: 0.73 of one die’s bandwidth on MI250X against 0.84 at the base; attention assumed to follow',
    asOf: '2025-02',
    grade: 'vendor',
    errors:
      'one outside check, not fitted: Llama-3.1-405B fp8 on 8 MI300X (Oracle, vLLM, 2024-12), batch 1–256: −11 to −26 % with the newest era, +30 to +2 % with that of 2024',
  },
  {
    name: 'cdna4',
    match: { vendor: 'amd', architecture: 'CDNA4' },
    multiply: { gemmCompute: 0.84, gemmMemory: 0.87, attentionCompute: 0.75, moeCompute: 0.84 },
    source: 'no measurement: as CDNA3',
    asOf: '2026-08',
    grade: 'assumed',
    errors: 'untested',
  },
];
