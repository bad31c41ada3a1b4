import type { ModelCard } from '../catalog/types.js';
import type { EraChoice } from './era.js';
import type { ModelClass, Profile } from './profile.js';
import type { ProfileQuery } from './resolveProfile.js';
import type { ProfileReference } from './types.js';

type Band = ProfileReference['band80'];

/**
 * Factors that contain 80 % of measured/predicted, by how far the question is from what was measured (study of step-time models §7,
 * conformal on left-out groups; the first row is in-sample and thus a lower limit). Other vendors: from its cross-vendor errors of 41 to 56 %.
 * The last row has no measurement: assumed.
 */
const bands = {
  sameHardware: { tpot: 1.15, ttft: 1.7, e2e: 1.23 },
  newHardware: { tpot: 1.26, ttft: 1.7, e2e: 1.29 },
  otherVendor: { tpot: 1.8, ttft: 3, e2e: 1.8 },
  newModel: { tpot: 1.6, ttft: 3, e2e: 1.6 },
  unknownEra: { tpot: 2, ttft: 3, e2e: 2 },
  unknownDevice: { tpot: 2.5, ttft: 4, e2e: 2.5 },
} as const satisfies Readonly<Record<string, Band>>;

const widest = (one: Band, other: Band): Band => ({
  ttft: Math.max(one.ttft, other.ttft),
  tpot: Math.max(one.tpot, other.tpot),
  e2e: Math.max(one.e2e, other.e2e),
});

/** The class of a card: what its step time is made of. */
export const modelClassOf = (card: ModelCard): ModelClass => {
  if (card.mla !== undefined) return 'latent-experts';
  if (card.sliding !== undefined && card.sliding.layers < card.layers) return 'hybrid';
  return card.moe === undefined ? 'dense' : 'experts';
};

/** The widest band that applies, and in words why it is that wide. */
export const bandOf = (query: ProfileQuery, layers: readonly Profile[], choice: EraChoice): ProfileReference => {
  const engineLayer = layers.find((layer) => layer.match.engine !== undefined);
  const own = query.profile;
  const tested = own?.tested ?? engineLayer?.tested;
  const device = query.accelerator;
  const modelClass = modelClassOf(query.model);
  const extrapolates: string[] = [];
  let band: Band = bands.sameHardware;
  const widen = (to: Band, why: string): void => {
    band = widest(band, to);
    extrapolates.push(why);
  };
  if (tested === undefined) widen(bands.unknownEra, `engine ${query.engine} was not measured: base coefficients`);
  else {
    if (!tested.hardware.includes(device.name)) {
      const band = device.vendor === 'nvidia' ? bands.newHardware : bands.otherVendor;
      widen(band, `${device.name} was not measured with this engine`);
    }
    if (!tested.models.includes(modelClass)) {
      widen(
        bands.newModel,
        `no model of the class of ${query.model.name} (${modelClass}) was measured with this engine`,
      );
    }
    if (choice.assumed && own === undefined) {
      widen(bands.newHardware, `engine version not given or not known: newest era (${choice.era}) assumed`);
    }
  }
  if (device.kind !== 'gpu')
    widen(bands.unknownDevice, `no ${device.kind} was measured: coefficients of GPUs on its datasheet`);
  const grade =
    tested === undefined || device.kind !== 'gpu' ? 'assumed' : extrapolates.length === 0 ? 'measured' : 'inherited';
  return { name: layers.map((layer) => layer.name).join(' → '), grade, band80: band, extrapolates };
};
