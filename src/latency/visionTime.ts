import type { Accelerator } from '../catalog/types.js';
import { baseTraining, trainingCoefficients } from './profiles/training.js';
import {
  type VisionCoefficients,
  type VisionFit,
  type VisionStructure,
  visionCoefficients,
  visionFit,
} from './profiles/vision.js';

/** An image network and the batch that it runs. */
export interface VisionWork {
  readonly structure: VisionStructure;
  /** Multiply-adds of one image, ×10⁹, and parameters, ×10⁶. */
  readonly gmacs: number;
  readonly parametersM: number;
  /** Side of the image in pixels. */
  readonly side: number;
  readonly training?: boolean;
}

/** Elements that one image moves through device memory, in and out of every layer. */
export const visionTraffic = (
  { structure, gmacs, parametersM, side }: VisionWork,
  coefficients: VisionCoefficients = visionCoefficients,
): number => {
  const { traffic, perGmac, perParameter, perSide } = coefficients;
  return traffic[structure] * 1e6 * gmacs ** perGmac * parametersM ** perParameter * (side / 224) ** perSide;
};

/** Arithmetic and memory traffic overlap in part: neither the sum nor the larger one. */
export const overlapped = (one: number, other: number): number => (one ** 1.5 + other ** 1.5) ** (1 / 1.5);

/**
 * Seconds of a batch of images in a framework (eager or compiled, not a tuned engine): arithmetic at the share that the network's
 * structure allows, traffic of activations, weights, and launches that do not shrink with the batch.
 *
 * @param fit coefficients; the built-in ones unless a fit is under way
 * @returns undefined where the device has no published peak or bandwidth
 */
export const visionSeconds = (
  work: VisionWork,
  device: Accelerator,
  precision: '16-bit' | 'fp32',
  batch: number,
  { coefficients, scales }: VisionFit = visionFit,
): number | undefined => {
  const { tflops, bandwidthGBps, kind } = device;
  const isCpu = kind === 'cpu';
  const wide = tflops.bf16 ?? tflops.fp16;
  const tflop = precision === '16-bit' ? (wide ?? tflops.fp32) : isCpu ? tflops.fp32 : (tflops.tf32 ?? tflops.fp32);
  if (tflop === undefined || bandwidthGBps === undefined) return undefined;
  const { compute, launchS, perLaunch } = coefficients;
  const held = isCpu ? scales.cpu.compute : trainingCoefficients(device).coefficients.gemm16 / baseTraining.gemm16;
  const share = Math.min(0.95, compute[work.structure] * held);
  const scale = work.training === true ? scales.training : { compute: 1, traffic: 1, launches: 1 };
  const elementBytes = precision === '16-bit' ? 2 : 4;
  const bytesPerS = bandwidthGBps * 1e9;
  const arithmetic = (batch * 2e9 * work.gmacs * scale.compute) / (tflop * 1e12 * share);
  const cpuTraffic = isCpu ? scales.cpu.traffic : 1;
  const traffic = (batch * visionTraffic(work, coefficients) * elementBytes * scale.traffic) / (bytesPerS * cpuTraffic);
  const weights = (work.parametersM * 1e6 * elementBytes * scale.launches) / bytesPerS;
  const launches = (isCpu ? scales.cpu.launchS : launchS * scale.launches) * work.parametersM ** perLaunch;
  return overlapped(arithmetic, traffic) + weights + launches;
};
