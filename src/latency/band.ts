import type { ModelCard } from '../catalog/types.js';
import { type EraChoice, eraOf } from './era.js';
import type { ModelClass, Profile } from './profile.js';
import type { ProfileQuery } from './resolveProfile.js';
import type { ProfileReference } from './types.js';

type Band = ProfileReference['band80'];

/**
 * Factors that contain 80 % of measured/predicted, by how far the question is from what was measured: conformal on groups left out of
 * the joint fit (`npm run accuracy`, 2026-11). Another family of models of a class that was measured: 2,037 throughputs and latencies 1.22,
 * 442 times to first token 1.50, 320 per token 1.21. New hardware with the engine era still seen: 1.34, 1.60, 1.18 (1.27 is kept
 * for times per token: forms tried before this one found 1.26). A class of model that the engine was not measured with: 1.63, 2.95 and, over
 * 25 rows, 1.41. Era unseen: 1.43, 2.8, 1.83. An earlier joint fit gave 1.28 and
 * 1.64 for families and 1.44 and 1.58 for hardware; the wider of the two is kept. Another vendor: MI250X by NVIDIA's fractions 1.37, with
 * its dies counted, and 2.07 before: kept, for MI300X was off by up to 1.46 (see its layer). No other kind of device has a left-out
 * measurement: assumed. One outside check of it, not fitted: 32 throughputs of Gaudi 2 and 3 (Intel, model performance data, SynapseAI
 * 1.18, 2024-10) by the base on the datasheet: median error 20 %, 80 % within 1.6, all within 2.
 */
const bands = {
  sameHardware: { tpot: 1.21, ttft: 1.64, e2e: 1.28 },
  newHardware: { tpot: 1.27, ttft: 1.7, e2e: 1.44 },
  otherVendor: { tpot: 1.8, ttft: 2.5, e2e: 2.07 },
  newModel: { tpot: 1.6, ttft: 2.95, e2e: 1.63 },
  unknownEra: { tpot: 1.83, ttft: 2.8, e2e: 1.8 },
  unknownDevice: { tpot: 2.5, ttft: 4, e2e: 2.5 },
} as const satisfies Readonly<Record<string, Band>>;

const widest = (one: Band, other: Band): Band => ({
  ttft: Math.max(one.ttft, other.ttft),
  tpot: Math.max(one.tpot, other.tpot),
  e2e: Math.max(one.e2e, other.e2e),
});

/** How far a question is from what was measured. */
export interface Distance {
  readonly unknownEra: boolean;
  readonly hardware: 'same' | 'new' | 'other-vendor';
  readonly newModel: boolean;
}

/** The widest band of those that a distance implies. */
export const distanceBand = ({ unknownEra, hardware, newModel }: Distance): Band => {
  const scopes: readonly Band[] = [
    ...(unknownEra ? [bands.unknownEra] : []),
    ...(hardware === 'new' ? [bands.newHardware] : hardware === 'other-vendor' ? [bands.otherVendor] : []),
    ...(newModel ? [bands.newModel] : []),
  ];
  return scopes.reduce(widest, bands.sameHardware);
};

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
  let band: Band = tested?.band80 ?? bands.sameHardware;
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
    const measuredOn = own?.tested?.engineVersion;
    if (measuredOn !== undefined && eraOf(query.engine, measuredOn).era !== choice.era) {
      widen(
        bands.newHardware,
        `${own!.name} was measured on ${query.engine} ${measuredOn}, another era than ${choice.era}`,
      );
    }
    if (choice.beyond && own === undefined) {
      widen(
        bands.newHardware,
        `${query.engine} ${query.engineVersion} is newer than any that was measured: it inherits the newest era (${choice.era})`,
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
  return {
    name: layers.map((layer) => layer.name).join(' → '),
    grade,
    band80: band,
    extrapolates,
    ...(own === undefined ? {} : { calibration: { name: own.name, errors: own.errors } }),
  };
};
