/** What measurement adds to the physics of training; each in a range that physics allows. */
export interface TrainingCoefficients {
  /** Share of the dense 16-bit peak that large matrix products hold over minutes (clocks under power included). */
  readonly gemm16: number;
  /** The same in 8 bits, of the 8-bit peak. */
  readonly gemm8: number;
  /** The same for tf32 and fp32. */
  readonly gemm32: number;
  /** Share of the 16-bit peak of attention kernels with heads of 128. */
  readonly attention: number;
  /** Loss of attention kernels on heads narrower than 128: share is (width/128) to this power. */
  readonly narrowHead: number;
  /** Time of a recomputed forward over the forward's own: what a stage already holds is not computed again. */
  readonly recompute: number;
  /** Share of memory bandwidth. */
  readonly bandwidth: number;
  /** Elementwise traffic relative to the count of unfused reads and writes: fusion lowers it, casts and copies raise it. */
  readonly elementwise: number;
  /** Host and launch seconds of a layer in a micro-batch, forward and backward. */
  readonly layerHostS: number;
  /** Seconds of a step that nothing overlaps: logging, clipping, data. */
  readonly stepHostS: number;
  /** Share of hidden communication that still shows (kernels contend). */
  readonly exposed: number;
  /** Share of tensor- and expert-parallel communication that shows: it stands between products that need it. */
  readonly innerExposed: number;
  /** Shares of link and network bandwidth that large collectives reach. */
  readonly link: number;
  readonly network: number;
  /** Growth of a step with every doubling of scale-up domains: stragglers, jitter. */
  readonly jitter: number;
  /** Load of the fullest expert rank over the mean. */
  readonly expertImbalance: number;
}

export type TrainingCoefficientName = keyof TrainingCoefficients;

/** Ranges that a fit may not leave. */
export const trainingBounds: Readonly<Record<TrainingCoefficientName, readonly [number, number]>> = {
  gemm16: [0.1, 0.95],
  gemm8: [0.1, 0.95],
  gemm32: [0.1, 0.95],
  attention: [0.05, 0.9],
  narrowHead: [0, 1],
  recompute: [0.4, 1],
  bandwidth: [0.3, 0.95],
  elementwise: [0.2, 4],
  layerHostS: [0, 2e-3],
  stepHostS: [0, 0.5],
  exposed: [0, 1],
  innerExposed: [0, 1],
  link: [0.2, 0.95],
  network: [0.2, 0.95],
  jitter: [0, 0.05],
  expertImbalance: [1, 2],
};

/** Coefficients over coefficients, clamped to their bounds. */
export const withCoefficients = (
  base: TrainingCoefficients,
  change: Partial<TrainingCoefficients>,
): TrainingCoefficients => {
  const names = Object.keys(trainingBounds) as TrainingCoefficientName[];
  const entries = names.map((name) => {
    const [low, high] = trainingBounds[name];
    return [name, Math.min(high, Math.max(low, change[name] ?? base[name]))] as const;
  });
  return Object.fromEntries(entries) as unknown as TrainingCoefficients;
};
