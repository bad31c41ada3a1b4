import type { Coefficients } from '../coefficients.js';
import type { EngineTraits, Profile } from '../profile.js';
import { fit } from './provenance.js';

/** Global level of the joint fit over 3,000 serving runs (A100, H100, L40S, B200, MI250X, A6000, A40), with priors from 117,000 single operations. */
export const baseCoefficients: Coefficients = {
  gemmCompute: 0.643,
  gemmMemory: 0.84,
  gemmLoopS: 1.47e-10,
  quantisedLoopS: 5.66e-10,
  decodeAttention: 0.851,
  quantisedKv: 0.938,
  attentionCompute: 0.675,
  elementwiseMemory: 0.7,
  launchPerLayerS: 30.4e-6,
  allReduceFloorS: 17.5e-6,
  allReduceLink: 0.606,
  pcieLink: 0.55,
  hostPerStepS: 1.48e-3,
  hostPerSequenceS: 28.7e-6,
  hostPerLayerS: 0,
  requestS: 20.5e-3,
  requestPerPromptTokenS: 2.25e-6,
  prefillPerLayerS: 32.1e-6,
  moeFloorS: 31.2e-6,
  moeCompute: 0.27,
  moeHalfWidth: 190,
  moeMemory: 0.88,
  moePaddingRows: 26,
  expertImbalance: 1.14,
  expansion: 0.85,
  fp8PeakFraction: 0.832,
  fp4PeakFraction: 0.628,
};

/** vLLM's rule with 1.5 GB set aside in all, of which about 0.4 GB are activations and logits, counted apart. */
export const baseTraits: EngineTraits = {
  kvMemory: 'share-of-device',
  reserveBytes: 1.05e9,
  pipelineLanes: true,
};

export const base: Profile = {
  name: 'base',
  match: {},
  source: `${fit}; priors: large GEMMs, attention, grouped GEMMs and collectives on A100, H100, L40S and B200 (collected 2026-08); expansion: assumed`,
  asOf: '2026-08',
  grade: 'measured',
  errors: 'see the engine profiles: the base alone answers engines that were never measured',
};
