import type { Accelerator, ModelCard } from '../catalog/types.js';
import type { EngineName } from '../scenario/types.js';
import { bandOf } from './band.js';
import { bounds, type CoefficientName, type Coefficients, clampCoefficient } from './coefficients.js';
import { eraOf } from './era.js';
import type { CoefficientTrace, EngineTraits, Profile, ProfileMatch } from './profile.js';
import { baseCoefficients, baseTraits } from './profiles/base.js';
import { builtInProfiles } from './profiles/index.js';
import type { ProfileReference } from './types.js';

/** What a calibration is looked up by. */
export interface ProfileQuery {
  readonly engine: EngineName;
  readonly engineVersion?: string;
  readonly accelerator: Accelerator;
  readonly model: ModelCard;
  /** The user's own layer, applied last whatever its `match` says. */
  readonly profile?: Profile;
}

/** The coefficients that answer, how they came about, and how far they were tested. */
export interface ResolvedProfile {
  readonly coefficients: Coefficients;
  readonly traits: EngineTraits;
  readonly layers: readonly Profile[];
  readonly reference: ProfileReference;
}

const matches = (match: ProfileMatch, query: ProfileQuery, era: string | undefined): boolean =>
  (match.engine === undefined || match.engine === query.engine) &&
  (match.era === undefined || match.era === era) &&
  (match.vendor === undefined || match.vendor === query.accelerator.vendor) &&
  (match.kind === undefined || match.kind === query.accelerator.kind) &&
  (match.architecture === undefined || query.accelerator.architecture.startsWith(match.architecture)) &&
  (match.accelerator === undefined || match.accelerator === (query.accelerator.partOf ?? query.accelerator.name));

const names = Object.keys(bounds) as readonly CoefficientName[];

/** Apply layers in order over the base; a coefficient is clamped once, after the last of them. */
export const layerCoefficients = (layers: readonly Profile[]): Coefficients => {
  const result: Record<CoefficientName, number> = { ...baseCoefficients };
  for (const layer of layers) {
    for (const name of names) {
      result[name] = (layer.set?.[name] ?? result[name]) * (layer.multiply?.[name] ?? 1);
    }
  }
  for (const name of names) result[name] = clampCoefficient(name, result[name]);
  return result;
};

/** Which layers touched each coefficient, for `explain` and for calibration reports. */
export const traceCoefficients = (layers: readonly Profile[]): readonly CoefficientTrace[] => {
  const values = layerCoefficients(layers);
  return names.map((name) => ({
    name,
    value: values[name],
    from: layers
      .filter(
        (layer) => layer.name === 'base' || layer.set?.[name] !== undefined || layer.multiply?.[name] !== undefined,
      )
      .map((layer) => layer.name),
  }));
};

/** Find the calibration of an engine on a device: base → engine and era → device family → the user's own. */
export const resolveProfile = (query: ProfileQuery): ResolvedProfile => {
  // Factors were fitted on the layers of one version: those of another would be other layers.
  const choice = eraOf(query.engine, query.engineVersion ?? query.profile?.tested?.engineVersion);
  const found = builtInProfiles.filter((profile) => matches(profile.match, query, choice.era));
  const layers = query.profile === undefined ? found : [...found, query.profile];
  return {
    coefficients: layerCoefficients(layers),
    traits: Object.assign({}, baseTraits, ...layers.map((layer) => layer.traits)) as EngineTraits,
    layers,
    reference: bandOf(query, layers, choice),
  };
};
