import type { Accelerator } from '../../catalog/types.js';
import type { Grade } from '../profile.js';
import { type TrainingCoefficients, withCoefficients } from '../training/coefficients.js';

/** One layer of training calibration, from the general to the particular. */
export interface TrainingProfile {
  readonly name: string;
  readonly matches: (accelerator: Accelerator) => boolean;
  readonly set: Partial<TrainingCoefficients>;
  readonly grade: Grade;
  readonly source: string;
}

/** A100 under PyTorch FSDP; other devices scale it by their datasheet and change what their own layer says. */
export const baseTraining: TrainingCoefficients = {
  gemm16: 0.72,
  gemm8: 0.65,
  gemm32: 0.7,
  attention: 0.33,
  narrowHead: 0.18,
  recompute: 0.756,
  bandwidth: 0.755,
  elementwise: 1.19,
  layerHostS: 34.5e-6,
  stepHostS: 5.5e-3,
  exposed: 0.18,
  innerExposed: 0.5,
  link: 0.75,
  network: 0.6,
  jitter: 0.0083,
  expertImbalance: 1.15,
};

const mlperf =
  'MLPerf Training v4.0 and v4.1 (2024), gpt3 and llama2_70b_lora, samples from the reference convergence points';
const gemms = 'single GEMMs of 4,096 and more in each dimension (TensorRT-LLM, vLLM and SGLang kernels, 2026-08)';
const starts =
  (prefix: RegExp) =>
  (accelerator: Accelerator): boolean =>
    prefix.test(accelerator.architecture);
const named =
  (pattern: RegExp) =>
  (accelerator: Accelerator): boolean =>
    pattern.test(accelerator.name);

/**
 * What sustained training holds is about 0.82 of what single products reach on the same device (A100: 0.72 against 0.88): clocks fall
 * under power. That ratio carries 16-bit fractions to generations where only 8-bit training was measured.
 */
export const trainingProfiles: readonly TrainingProfile[] = [
  {
    name: 'A100',
    matches: named(/^A100/),
    set: {},
    grade: 'measured',
    source:
      'MosaicML llm-foundry, A100 40 and 80 GB, 8 to 128 devices, FSDP, 2023: median error 2.9 %, hardware left out 2.8 %, size left out 3.6 %',
  },
  {
    name: 'Ada',
    matches: starts(/^Ada/),
    set: { gemm16: 0.5, gemm8: 0.6 },
    grade: 'vendor',
    source: `L40S ${gemms}: 0.55–0.62 of the 16-bit peak, × 0.82; 8 bits from ResNet-50 and BERT in int8, MLPerf Inference v4.1`,
  },
  {
    name: 'Hopper',
    matches: starts(/^Hopper|^Grace.?Hopper/),
    set: { gemm16: 0.65, gemm8: 0.56, attention: 0.55, innerExposed: 0.7 },
    grade: 'measured',
    source: `${mlperf}: H100 and H200, 4 to 11,616 devices, median error 8 %; 16 bits from ${gemms}: 0.76–0.84, × 0.82`,
  },
  {
    name: 'Hopper on a card',
    matches: named(/^H[12]00-(PCIe|NVL)/),
    set: { gemm16: 0.51, gemm8: 0.45 },
    grade: 'measured',
    source: 'MLPerf Inference v4.1 and Training v4.0: 350–400 W hold about 0.78 of what 700 W hold of the peak',
  },
  {
    name: 'Blackwell',
    matches: starts(/^Blackwell/),
    set: { gemm16: 0.58, gemm8: 0.46, attention: 0.5, innerExposed: 0.5 },
    grade: 'measured',
    source: `${mlperf}: B200, two results; 16 bits from ${gemms}: 0.60–0.75, × 0.82`,
  },
  {
    name: 'TPU',
    matches: ({ kind }) => kind === 'tpu',
    set: { gemm16: 0.68, gemm8: 0.43, attention: 0.35, layerHostS: 5e-6, innerExposed: 0.4 },
    grade: 'vendor',
    source: `${mlperf}: TPU v5p in int8 0.43 of its 8-bit peak, median error 2.3 %; 16 bits taken as 1.6 times that fraction (8-bit training gains about 1.3)`,
  },
  {
    name: 'Trillium',
    matches: named(/^TPUv6e/),
    set: { gemm16: 0.5, gemm8: 0.306 },
    grade: 'measured',
    source: `${mlperf}: TPU v6e in int8, 512 to 3,072 devices, median error 2.8 %; 16 bits as for TPU`,
  },
  {
    name: 'TPU v5p',
    matches: named(/^TPUv5p/),
    set: {},
    grade: 'measured',
    source: `${mlperf}: 512 to 6,144 devices`,
  },
  {
    name: 'Gaudi',
    matches: named(/^Gaudi/),
    set: { gemm16: 0.68, gemm8: 0.45, innerExposed: 0.5 },
    grade: 'measured',
    source: `${mlperf}: Gaudi2, two results within 5 %; 16 bits taken as 1.5 times the 8-bit fraction`,
  },
  {
    name: 'CDNA',
    matches: starts(/^CDNA/),
    set: { gemm16: 0.48, gemm8: 0.4, attention: 0.28 },
    grade: 'assumed',
    source:
      'no training measured; MI300X serves Llama-2-70B at H100 rates in MLPerf Inference v4.1 with 1.3 times its peak, so 0.74 of Hopper’s fraction',
  },
];

/** Coefficients of a device: the base, then every layer that matches it. */
export const trainingCoefficients = (
  accelerator: Accelerator,
): { readonly coefficients: TrainingCoefficients; readonly layers: readonly TrainingProfile[] } => {
  const layers = trainingProfiles.filter((profile) => profile.matches(accelerator));
  const coefficients = layers.reduce((base, { set }) => withCoefficients(base, set), baseTraining);
  return { coefficients, layers };
};
