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
    name: 'cdna',
    match: { vendor: 'amd', architecture: 'CDNA' },
    multiply: { gemmCompute: 0.87, gemmMemory: 0.68 },
    source: `${study}; MI250X on vLLM of 2024`,
    asOf,
    grade: 'measured',
    errors: 'cross-vendor error 41–56 %',
  },
];
