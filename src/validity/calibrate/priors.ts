/** How far each coefficient may wander from its parent: one standard deviation of the logarithm. */
import type { CoefficientName } from '../../latency/coefficients.js';

/**
 * Fractions of a datasheet vary little between set-ups, times of hosts and requests a lot (study of step-time models §8: σ 0.15–0.4 for
 * efficiencies, 0.7–1 for times).
 */
export const priorSigma: Readonly<Partial<Record<CoefficientName, number>>> = {
  gemmCompute: 0.2,
  gemmMemory: 0.15,
  decodeAttention: 0.15,
  attentionCompute: 0.2,
  launchPerLayerS: 0.3,
  allReduceFloorS: 0.7,
  allReduceLink: 0.2,
  hostPerStepS: 0.8,
  hostPerSequenceS: 0.8,
  requestS: 1,
  requestPerPromptTokenS: 0.8,
  prefillPerLayerS: 0.6,
  moeFloorS: 0.4,
  moeCompute: 0.3,
  moeMemory: 0.15,
};

/** What `calibrate` moves unless told. */
export const calibrated = Object.keys(priorSigma) as readonly CoefficientName[];
