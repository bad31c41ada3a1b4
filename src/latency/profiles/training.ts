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

export const trainingProfiles: readonly TrainingProfile[] = [];

/** Coefficients of a device: the base, then every layer that matches it. */
export const trainingCoefficients = (
  accelerator: Accelerator,
): { readonly coefficients: TrainingCoefficients; readonly layers: readonly TrainingProfile[] } => {
  const layers = trainingProfiles.filter((profile) => profile.matches(accelerator));
  const coefficients = layers.reduce((base, { set }) => withCoefficients(base, set), baseTraining);
  return { coefficients, layers };
};
