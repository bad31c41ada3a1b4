import type { ModelCard } from '../catalog/types.js';
import { type EraChoice, eraOf } from './era.js';
import type { ModelClass, Profile } from './profile.js';
import { leftOutBands } from './profiles/bands.js';
import type { ProfileQuery } from './resolveProfile.js';
import type { ProfileReference } from './types.js';

export type Band = ProfileReference['band80'];

/**
 * Factors that contain 80 % of measured/predicted, by how far the question is from what was measured: left-out groups of the joint fit
 * say it (see the file of bands). Beyond them, by outside checks and assumption. Another vendor: MI250X, its dies counted, left out 1.37;
 * MI300X off by up to 1.46 (see its layer); of 32 throughputs of Gaudi 2 and 3 (Intel, model performance data, SynapseAI 1.18, 2024-10) by
 * the base on the datasheet 80 % within 1.6, all within 2. An engine that was never measured: assumed, as eras were under earlier forms.
 * No other kind of device has a measurement: assumed.
 */
const bands = {
  ...leftOutBands,
  otherVendor: { tpot: 1.6, ttft: 2.2, e2e: 1.6 },
  unknownEngine: { tpot: 1.83, ttft: 2.8, e2e: 1.8 },
  unknownDevice: { tpot: 2.5, ttft: 4, e2e: 2.5 },
} as const satisfies Readonly<Record<string, Band>>;

/** What makes a question hard: the scopes that left-out groups measure. */
export type Scope = keyof typeof leftOutBands;

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
  if (tested === undefined) widen(bands.unknownEngine, `engine ${query.engine} was not measured: base coefficients`);
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
