import type { TrainingConfig } from '../training/config.js';
import type { ProfileReference } from '../types.js';
import type { TrainingProfile } from './training.js';

/**
 * Factors that contain 80 % of measured/predicted, by how far a job is from what was measured. `measured`: sizes and hardware left out
 * (MosaicML, 80 % within 7 %); the others are the spread of MLPerf's gpt3 and llama2_70b_lora, and wider where nothing was measured.
 */
export const trainingBand80 = { measured: 1.08, pinned: 1.25, inherited: 1.4, assumed: 1.7 } as const;

/** Which calibration answered a training question and how wide its band is. */
export const trainingBandOf = (
  config: TrainingConfig,
  layers: readonly TrainingProfile[],
  notes: readonly string[],
): ProfileReference => {
  const last = layers.at(-1);
  const { accelerator, model } = config;
  const extrapolates = [...notes];
  let band: number =
    last === undefined
      ? trainingBand80.assumed
      : last.grade === 'measured'
        ? trainingBand80.pinned
        : last.grade === 'vendor'
          ? trainingBand80.inherited
          : trainingBand80.assumed;
  if (last === undefined)
    extrapolates.push(`no training on ${accelerator.name} was measured: base fractions on its datasheet`);
  if (/^A100/.test(accelerator.name)) band = trainingBand80.measured;
  if (model.moe !== undefined) {
    band = Math.max(band, trainingBand80.inherited);
    extrapolates.push('no training of mixtures of experts was measured');
  }
  return {
    name: ['training', ...layers.map(({ name }) => name)].join(' → '),
    grade:
      last === undefined
        ? 'assumed'
        : last.grade === 'measured' && extrapolates.length === 0
          ? 'measured'
          : 'inherited',
    band80: { ttft: band, tpot: band, e2e: band },
    extrapolates,
  };
};
