import type { Coefficients } from '../coefficients.js';
import type { EngineTraits, Profile } from '../profile.js';

/** Global means of the study of step-time models over 4,055 serving rows and 117,000 operations (A100, H100, L40S, B200, MI250X). */
export const baseCoefficients: Coefficients = {
  gemmCompute: 0.65,
  gemmMemory: 0.73,
  gemmLoopS: 1.5e-10,
  quantisedLoopS: 5e-10,
  decodeAttention: 0.77,
  quantisedKv: 0.88,
  attentionCompute: 0.64,
  elementwiseMemory: 0.7,
  launchPerLayerS: 31e-6,
  allReduceFloorS: 18e-6,
  allReduceLink: 0.63,
  pcieLink: 0.55,
  hostPerStepS: 1.5e-3,
  hostPerSequenceS: 27e-6,
  hostPerLayerS: 0,
  requestS: 20e-3,
  requestPerPromptTokenS: 7e-6,
  prefillPerLayerS: 40e-6,
  moeFloorS: 33e-6,
  moeCompute: 0.39,
  moeHalfWidth: 190,
  moeMemory: 0.88,
  moePaddingRows: 26,
  expertImbalance: 1.15,
  expansion: 0.85,
  fp8PeakFraction: 0.72,
  fp4PeakFraction: 0.6,
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
  source:
    'study of step-time models, §4; moe*: robust fit over 9,900 grouped-GEMM timings on A100, H100, L40S and B200 (collected 2026-08), median error 19 %; ' +
    'pcieLink: L40S time to first token at tensor 4 and 8 (TensorRT-LLM 0.8–0.9); expertImbalance and expansion: assumed',
  asOf: '2026-08',
  grade: 'measured',
  errors: 'one global set of parameters: 20 % in-sample, 27 % with a device left out (mean of table medians)',
};
