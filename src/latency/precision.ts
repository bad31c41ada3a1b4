import type { Accelerator } from '../catalog/types.js';
import type { EngineName, Precision } from '../scenario/types.js';
import type { Coefficients } from './coefficients.js';

/**
 * Bytes of one stored weight, scales included. int4: groups of 128 with an fp16 scale and a 4-bit zero (GPTQ, AWQ);
 * fp4: NVFP4, blocks of 16 with an fp8 scale (NVIDIA, 2025). Grade: format definitions.
 */
const weightBytes: Readonly<Record<Precision, number>> = {
  fp32: 4,
  bf16: 2,
  fp16: 2,
  fp8: 1,
  int8: 1,
  int4: 0.5 + (2 + 0.5) / 128,
  fp4: 0.5 + 1 / 16,
};

/** llama.cpp's q4_k_m mixes 4- and 6-bit blocks: 0.6 bytes a weight (latency study §4, file sizes of Llama-3 GGUFs, 2024). */
const q4kmBytes = 0.6;

export const bytesPerWeight = (precision: Precision, engine: EngineName): number =>
  precision === 'int4' && engine === 'llama.cpp' ? q4kmBytes : weightBytes[precision];

/** Bytes of one key or value element. */
export const bytesPerKvElement = (precision: Precision): number => ({ ...weightBytes, int4: 0.5, fp4: 0.5 })[precision];

/** Whether attention and shared layers stay in bf16 in such a checkpoint: 4-bit mixtures of experts quantise the experts only. */
export const keepsAttentionInBf16 = (precision: Precision, isMoe: boolean, engine: EngineName): boolean =>
  isMoe && (precision === 'fp4' || precision === 'int4') && engine !== 'llama.cpp';

/** The arithmetic that a precision runs on: an attainable peak in FLOP/s, and whether weights must be expanded first. */
export interface ComputePath {
  readonly unit: string;
  readonly peakFlops: number;
  readonly expandsWeights: boolean;
}

/** Dense 16-bit datasheet peak, FLOP/s; devices without bf16 (V100, T4) run fp16, older ones fp32. */
export const peak16 = (accelerator: Accelerator): number | undefined => {
  const { bf16, fp16, tf32, fp32 } = accelerator.tflops;
  const tflops = bf16 ?? fp16 ?? tf32 ?? fp32;
  return tflops === undefined ? undefined : tflops * 1e12;
};

/**
 * The peak for weights of a precision: datasheet × {bf16 1, fp8 0.72, fp4 0.60}, the attainable share of each unit's large GEMMs
 * relative to bf16 (latency study §1). Weight-only formats (int4, int8, and fp8 or fp4 where the device has no such unit)
 * compute in 16 bits after expansion. Undefined when no usable peak is published.
 */
export const computePath = (
  accelerator: Accelerator,
  precision: Precision,
  coefficients: Coefficients,
): ComputePath | undefined => {
  const { fp8, fp4, tf32, fp32 } = accelerator.tflops;
  if (precision === 'fp8' && fp8 !== undefined) {
    return { unit: 'fp8', peakFlops: fp8 * 1e12 * coefficients.fp8PeakFraction, expandsWeights: false };
  }
  if (precision === 'fp4' && fp4 !== undefined) {
    return { unit: 'fp4', peakFlops: fp4 * 1e12 * coefficients.fp4PeakFraction, expandsWeights: false };
  }
  if (precision === 'fp32') {
    const tflops = tf32 ?? fp32;
    if (tflops !== undefined)
      return { unit: tf32 === undefined ? 'fp32' : 'tf32', peakFlops: tflops * 1e12, expandsWeights: false };
  }
  const peak = peak16(accelerator);
  if (peak === undefined) return undefined;
  const plain = precision === 'bf16' || precision === 'fp16' || precision === 'fp32';
  return { unit: '16-bit', peakFlops: peak, expandsWeights: !plain };
};
