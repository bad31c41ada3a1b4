/** What a joint fit may move, and where it starts: the shape of the built-in profiles, without their values. */
import type { CoefficientName, Coefficients } from '../../latency/coefficients.js';
import { base, baseCoefficients } from '../../latency/profiles/base.js';
import { builtInProfiles } from '../../latency/profiles/index.js';
import type { FittedRun } from './runs.js';

/**
 * Where the fit starts, seen by no serving table: round numbers for what single kernels reach (large GEMMs, attention, collectives and
 * grouped GEMMs measured alone) and orders of magnitude for hosts and requests (study of step-time models §2).
 */
export const origin: Coefficients = {
  gemmCompute: 0.65,
  gemmMemory: 0.85,
  gemmLoopS: 1.5e-10,
  quantisedLoopS: 5e-10,
  decodeAttention: 0.85,
  quantisedKv: 0.94,
  attentionCompute: 0.65,
  elementwiseMemory: 0.7,
  launchPerLayerS: 30e-6,
  allReduceFloorS: 20e-6,
  allReduceLink: 0.6,
  pcieLink: 0.55,
  hostPerStepS: 1.5e-3,
  hostPerSequenceS: 30e-6,
  hostPerLayerS: 0,
  requestS: 20e-3,
  requestPerPromptTokenS: 2e-6,
  prefillPerLayerS: 40e-6,
  moeFloorS: 30e-6,
  moeCompute: 0.3,
  moeHalfWidth: 200,
  moeMemory: 0.9,
  moePaddingRows: 30,
  expertImbalance: 1.15,
  expansion: 0.85,
  fp8PeakFraction: 0.8,
  fp4PeakFraction: 0.6,
};

type Sigmas = Readonly<Partial<Record<CoefficientName, number>>>;

/** σ of a logarithm at the base: efficiencies 0.2, times 0.7 to 1, constants of kernels 0.3. */
const baseSigma: Sigmas = {
  gemmCompute: 0.2,
  gemmMemory: 0.15,
  gemmLoopS: 0.3,
  quantisedLoopS: 0.3,
  decodeAttention: 0.15,
  quantisedKv: 0.1,
  attentionCompute: 0.2,
  launchPerLayerS: 0.3,
  allReduceFloorS: 0.7,
  allReduceLink: 0.2,
  pcieLink: 0.3,
  hostPerStepS: 0.7,
  hostPerSequenceS: 0.7,
  requestS: 0.7,
  requestPerPromptTokenS: 0.7,
  prefillPerLayerS: 0.5,
  moeFloorS: 0.4,
  moeCompute: 0.3,
  moeHalfWidth: 0.3,
  moeMemory: 0.1,
  moePaddingRows: 0.3,
  fp8PeakFraction: 0.15,
  fp4PeakFraction: 0.15,
};

/** Between an engine's era and the base: software moves times by factors, efficiencies by little. */
const eraSigma: Sigmas = {
  gemmCompute: 0.15,
  gemmMemory: 0.08,
  decodeAttention: 0.08,
  attentionCompute: 0.15,
  launchPerLayerS: 0.15,
  allReduceFloorS: 0.8,
  hostPerStepS: 0.8,
  hostPerSequenceS: 0.9,
  requestS: 1,
  requestPerPromptTokenS: 0.5,
  prefillPerLayerS: 0.4,
  moeFloorS: 0.3,
  moeCompute: 0.3,
};

/** Between devices of one vendor: small, so that it cannot absorb the era. */
const familySigma: Sigmas = { gemmCompute: 0.1, gemmMemory: 0.08, decodeAttention: 0.05, allReduceLink: 0.1 };

/** Another vendor's software reaches other shares of the datasheet, of arithmetic and of bandwidth as a whole. */
const vendorSigma = 0.3;
const arithmetic = ['gemmCompute', 'attentionCompute', 'moeCompute'] as const;
const traffic = ['gemmMemory', 'decodeAttention', 'moeMemory'] as const;

/** ROCm counts each of the two dies of an MI200 as a device; the datasheet counts the package (AMD, CDNA 2 whitepaper, 2021). */
const dies: Readonly<Record<string, number>> = { cdna2: 2 };

/** One number of the fit: it multiplies coefficients of all runs that rest on its layer. */
export interface Parameter {
  readonly layer: string;
  readonly moves: readonly CoefficientName[];
  readonly sigma: number;
}

const single = (layer: string, sigmas: Sigmas, wider: (name: CoefficientName) => number): readonly Parameter[] =>
  (Object.entries(sigmas) as [CoefficientName, number][]).map(([name, sigma]) => ({
    layer,
    moves: [name],
    sigma: sigma * wider(name),
  }));

/** llama.cpp runs kernels of its own: its share of the peak is as free as the base's. */
const ownKernels = (layer: string) => (name: CoefficientName) => (layer === 'llama.cpp' && /^gemm/.test(name) ? 2 : 1);

/** The parameters that a set of runs can say anything about: the base's, and those of the layers that they rest on. */
export const parametersOf = (runs: readonly FittedRun[]): readonly Parameter[] => {
  const engines = [...new Set(runs.map(({ engineLayer }) => engineLayer))];
  const families = new Map(
    runs.flatMap(({ familyLayer, vendor }) => (familyLayer === undefined ? [] : [[familyLayer, vendor] as const])),
  );
  return [
    ...single('base', baseSigma, () => 1),
    ...engines.flatMap((layer) => single(layer, eraSigma, ownKernels(layer))),
    ...[...families].flatMap(([layer, vendor]) =>
      vendor === 'nvidia'
        ? single(layer, familySigma, () => 1)
        : [arithmetic, traffic].map((moves): Parameter => ({ layer, moves, sigma: vendorSigma })),
    ),
  ];
};

/** Coefficients of one run before any fit: the origin, an engine's structure where it is another, and dies counted as devices. */
export const originOf = ({ current, familyLayer }: FittedRun): Coefficients => {
  const eager = current.hostPerLayerS > 0;
  const share = 1 / (dies[familyLayer ?? ''] ?? 1);
  const scaled = Object.fromEntries([...arithmetic, ...traffic].map((name) => [name, origin[name] * share]));
  const engine = eager
    ? { launchPerLayerS: 0, prefillPerLayerS: 0, hostPerLayerS: current.hostPerLayerS, expansion: current.expansion }
    : {};
  return { ...origin, ...scaled, ...engine };
};

/** Eras of the same engine around one without runs: the nearest older and the nearest newer of those that `seen` holds. */
export const standIns = (engineLayer: string, seen: ReadonlySet<string>): readonly string[] => {
  const own = builtInProfiles.find(({ name }) => name === engineLayer);
  const eras = builtInProfiles
    .filter(({ match }) => match.engine !== undefined && match.engine === own?.match.engine)
    .map(({ name }) => name);
  const at = eras.indexOf(engineLayer);
  const older = eras.slice(0, Math.max(0, at)).findLast((name) => seen.has(name));
  const newer = eras.slice(at + 1).find((name) => seen.has(name));
  return [older, newer].filter((name) => name !== undefined);
};

/**
 * The built-in profiles in terms of a fit's parameters: near the optimum over the tables that they were fitted on, so a good place to
 * start from when all of those are seen.
 */
export const builtInValues = (parameters: readonly Parameter[]): readonly number[] =>
  parameters.map(({ layer, moves }) => {
    const [name] = moves as readonly [CoefficientName, ...CoefficientName[]];
    const profile = builtInProfiles.find((each) => each.name === layer);
    if (profile === undefined) return 0;
    const factor =
      layer === base.name
        ? baseCoefficients[name] / origin[name]
        : profile.match.engine !== undefined
          ? (profile.set?.[name] ?? baseCoefficients[name]) / baseCoefficients[name]
          : (profile.multiply?.[name] ?? 1) * (dies[layer] ?? 1);
    return Number.isFinite(Math.log(factor)) ? Math.log(factor) : 0;
  });
