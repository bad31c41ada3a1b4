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
  gemm16: 0.86,
  gemm8: 0.65,
  gemm32: 0.7,
  attention: 0.3,
  narrowHead: 0.3,
  recompute: 0.75,
  bandwidth: 0.8,
  elementwise: 1,
  layerHostS: 31e-6,
  stepHostS: 5e-3,
  exposed: 0.15,
  innerExposed: 0.5,
  link: 0.75,
  network: 0.75,
  jitter: 0.008,
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
