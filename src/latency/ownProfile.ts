/** Where a user's own calibration applies: on the engine, the accelerator and the precision that it was fitted on. */
import type { Accelerator } from '../catalog/types.js';
import type { EngineName, Precision } from '../scenario/types.js';
import type { Profile } from './profile.js';

export interface Deployment {
  readonly engine: EngineName;
  readonly accelerator: Accelerator;
  readonly weights: Precision;
}

const among = <T extends string>(measured: readonly T[] | undefined, asked: T): boolean =>
  measured === undefined || measured.includes(asked);

/** 16-bit formats cost the same: `fp16` and `bf16` stand for each other. */
const alike = (precision: Precision): Precision => (precision === 'fp16' ? 'bf16' : precision);

/**
 * Whether a profile of the user's own speaks for a deployment. A profile that does not say what it was fitted on speaks for all.
 *
 * @returns undefined when it does, or what it was fitted on instead
 */
export const whyNotApplicable = (profile: Profile, asked: Deployment): string | undefined => {
  const { tested } = profile;
  if (tested === undefined) return undefined;
  const weights = tested.weights?.map(alike);
  const isFitting =
    among(tested.engines, asked.engine) &&
    among(tested.hardware, asked.accelerator.name) &&
    among(weights, alike(asked.weights));
  if (isFitting) return undefined;
  const fitted = [tested.engines ?? [], tested.hardware, tested.weights ?? []].filter((each) => each.length > 0);
  return `fitted on ${fitted.map((each) => each.join(' and ')).join(', ')}`;
};
