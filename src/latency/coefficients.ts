/** The numbers that calibration may move. Fractions are of a datasheet peak or bandwidth; times are seconds. */
export interface Coefficients {
  /** Fraction of the (attainable) peak that large GEMMs reach. */
  readonly gemmCompute: number;
  /** Fraction of bandwidth that weight reads reach. */
  readonly gemmMemory: number;
  /** Latency of a GEMM's inner loop per element of its inner dimension, 16-bit and 8-bit or 4-bit units (with the quantising of activations). */
  readonly gemmLoopS: number;
  readonly quantisedLoopS: number;
  /** Fraction of bandwidth that decode attention reaches. */
  readonly decodeAttention: number;
  /** Multiplies `decodeAttention` when the KV cache is stored in 8 bits or fewer. */
  readonly quantisedKv: number;
  /** Fraction of the 16-bit peak that attention reaches. */
  readonly attentionCompute: number;
  /** Fraction of bandwidth of norms, rotary embedding, residuals and activations. */
  readonly elementwiseMemory: number;
  /** Launch-bound time of a layer. */
  readonly launchPerLayerS: number;
  /** All-reduce of nothing over two ranks; grows with log₂ of the ranks. */
  readonly allReduceFloorS: number;
  /** Fraction of link bandwidth that collectives reach. */
  readonly allReduceLink: number;
  /** The same over PCIe, whose switches and host bridges are shared. */
  readonly pcieLink: number;
  /** Scheduler, launch and sampling per step, and per sequence in it. */
  readonly hostPerStepS: number;
  readonly hostPerSequenceS: number;
  /** Host time of a layer that runs eagerly, added to every step (llama.cpp). */
  readonly hostPerLayerS: number;
  /** Outside the engine: HTTP, tokenisation; per request and per prompt token. */
  readonly requestS: number;
  readonly requestPerPromptTokenS: number;
  /** Extra time of a layer in a step that holds prefill (no graph replay). */
  readonly prefillPerLayerS: number;
  /** Routing and permutation of a mixture-of-experts layer. */
  readonly moeFloorS: number;
  /** Fraction of the peak that grouped GEMMs reach on wide experts; narrow slices reach width/(width + `moeHalfWidth`) of that. */
  readonly moeCompute: number;
  readonly moeHalfWidth: number;
  readonly moeMemory: number;
  /** Rows of padding of each touched expert in a grouped GEMM. */
  readonly moePaddingRows: number;
  /** Load of the busiest rank over the mean when ranks hold whole experts. */
  readonly expertImbalance: number;
  /** Multiplies `gemmCompute` when weights are expanded to 16 bits before use. */
  readonly expansion: number;
  readonly fp8PeakFraction: number;
  readonly fp4PeakFraction: number;
}

export type CoefficientName = keyof Coefficients;

/** Least and greatest value a coefficient may take. No fraction of a datasheet exceeds 0.95, so that no prediction beats physics. */
export const bounds: Readonly<Record<CoefficientName, readonly [number, number]>> = {
  gemmCompute: [0.1, 0.9],
  gemmMemory: [0.2, 0.92],
  gemmLoopS: [0, 2e-9],
  quantisedLoopS: [0, 4e-9],
  decodeAttention: [0.2, 0.95],
  quantisedKv: [0.5, 1],
  attentionCompute: [0.1, 0.85],
  elementwiseMemory: [0.1, 0.95],
  launchPerLayerS: [0, 300e-6],
  allReduceFloorS: [1e-6, 300e-6],
  allReduceLink: [0.05, 0.95],
  pcieLink: [0.05, 0.95],
  hostPerStepS: [0, 50e-3],
  hostPerSequenceS: [0, 300e-6],
  hostPerLayerS: [0, 300e-6],
  requestS: [0, 2],
  requestPerPromptTokenS: [0, 100e-6],
  prefillPerLayerS: [0, 2e-3],
  moeFloorS: [0, 300e-6],
  moeCompute: [0.05, 0.7],
  moeHalfWidth: [0, 2000],
  moeMemory: [0.2, 0.95],
  moePaddingRows: [0, 256],
  expertImbalance: [1, 4],
  expansion: [0.2, 1],
  fp8PeakFraction: [0.3, 0.95],
  fp4PeakFraction: [0.3, 0.95],
};

/** Keep a coefficient within its bounds. */
export const clampCoefficient = (name: CoefficientName, value: number): number => {
  const [low, high] = bounds[name];
  return Math.min(high, Math.max(low, value));
};
