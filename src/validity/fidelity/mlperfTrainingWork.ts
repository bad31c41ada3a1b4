/**
 * MLPerf Training benchmarks as work: samples until the quality target by global batch, and what a sample costs.
 * Samples are the means of the reference convergence points of mlcommons/logging (rcp_checker, training_1.0.0 to 6.0.0, read 2026-11).
 * Costs of samples that are not tokens are fitted over the devices of rounds 4.0 and 4.1 (2024); hardware left out, median error in %:
 * bert 29, resnet 4, ssd 8, unet3d 4, stable_diffusion 13, dlrm_dcnv2 27, gnn 7. The devices' sustained rates stay as they are in that
 * test, and some of those were pinned on the same rounds.
 */

/** Samples to the target at reference batches, ascending in batch. */
export type Convergence = readonly (readonly [batch: number, samples: number])[];

export interface LanguageBenchmark {
  readonly kind: 'language';
  readonly model: string;
  readonly sequenceTokens: number;
  readonly method: 'full' | 'lora';
  readonly convergence: Convergence;
}

export interface OtherBenchmark {
  readonly kind: 'other';
  readonly convergence: Convergence;
  /** FLOPs and bytes of device memory of one sample, forward and backward, at the rates that training holds: fitted over devices. */
  readonly flops: number;
  readonly bytes: number;
  /** Gradients that all ranks sum each step, in 16 bits, and bytes of a sample that cross to other ranks (embedding rows). */
  readonly gradients: number;
  readonly exchanged: number;
  /** Submissions train it in 8 bits where the device can. */
  readonly eightBits?: true;
  /** Seconds of a step that do not shrink with devices, and their growth with every doubling. */
  readonly stepS: number;
  readonly doublingS: number;
  /** Time that runs beside the steps: evaluation, start of the epoch; seconds. */
  readonly fixedS: number;
}

const imagenet = 1_281_167;
const openImages = 1_170_301;
const criteo = 4_195_197_692;
/** Training nodes of IGBH-Full (60 % of 227 M labelled paper nodes; the share cancels against the fitted cost of a sample). */
const igbh = 157_000_000;
const times = (unit: number, points: Convergence): Convergence =>
  points.map(([batch, epochs]) => [batch, epochs * unit]);

const ssd = times(openImages, [
  [256, 4],
  [512, 5],
  [1024, 6],
  [2048, 7.8],
  [2560, 8.5],
  [4096, 15],
]);

export const mlperfTraining: Readonly<Record<string, LanguageBenchmark | OtherBenchmark>> = {
  gpt3: {
    kind: 'language',
    model: 'megatron-lm-175b',
    sequenceTokens: 2048,
    method: 'full',
    convergence: times(1 / 2048, [
      [1536, 1.1995e9],
      [2048, 1.1828e9],
      [3072, 1.2163e9],
      [4096, 1.2667e9],
      [6144, 1.4093e9],
      [8192, 1.6274e9],
    ]),
  },
  llama2_70b_lora: {
    kind: 'language',
    model: 'meta-llama/Llama-2-70b-hf',
    sequenceTokens: 8192,
    method: 'lora',
    convergence: [
      [8, 3984],
      [16, 6112],
      [32, 9200],
    ],
  },
  llama31_405b: {
    kind: 'language',
    model: 'meta-llama/Meta-Llama-3.1-405B',
    sequenceTokens: 8192,
    method: 'full',
    convergence: [
      [1152, 313_344],
      [2304, 368_640],
      [4608, 488_448],
    ],
  },
  llama31_8b: {
    kind: 'language',
    model: 'meta-llama/Meta-Llama-3.1-8B',
    sequenceTokens: 8192,
    method: 'full',
    convergence: [
      [32, 178_800],
      [64, 225_500],
      [96, 277_400],
      [128, 345_300],
    ],
  },
  bert: {
    kind: 'other',
    convergence: [
      [256, 2.57e6],
      [448, 2.4e6],
      [1536, 2.77e6],
      [3072, 2.75e6],
      [4608, 2.78e6],
      [6144, 3.3e6],
      [6912, 3.59e6],
      [8192, 4.18e6],
      [12_288, 4.45e6],
      [16_384, 5.45e6],
    ],
    eightBits: true,
    gradients: 336e6,
    exchanged: 0,
    flops: 1190000000000.0,
    bytes: 553000000.0,
    stepS: 0.001,
    doublingS: 0.00022,
    fixedS: 2.7,
  },
  resnet: {
    kind: 'other',
    convergence: times(imagenet, [
      [1632, 34.9],
      [3264, 35.2],
      [8192, 42],
      [13_056, 45.5],
      [32_768, 56],
      [49_152, 68],
      [58_880, 80],
      [67_840, 86],
    ]),
    gradients: 25.6e6,
    exchanged: 0,
    flops: 82400000000.0,
    bytes: 177000000.0,
    stepS: 0.00244,
    doublingS: 0.000118,
    fixedS: 1.29,
  },
  ssd: {
    kind: 'other',
    convergence: ssd,
    gradients: 38e6,
    exchanged: 0,
    flops: 2010000000000.0,
    bytes: 3710000000.0,
    stepS: 0.00545,
    doublingS: 0.000206,
    fixedS: 3.03,
  },
  unet3d: {
    kind: 'other',
    convergence: [
      [28, 343_000],
      [56, 358_000],
      [64, 396_000],
      [84, 435_000],
    ],
    gradients: 31e6,
    exchanged: 0,
    flops: 9740000000000.0,
    bytes: 8240000000.0,
    stepS: 0.00191,
    doublingS: 0.000429,
    fixedS: 3.52,
  },
  stable_diffusion: {
    kind: 'other',
    convergence: [
      [384, 2.53e6],
      [512, 2.6e6],
      [1024, 2.83e6],
      [2048, 3.98e6],
    ],
    gradients: 866e6,
    exchanged: 0,
    flops: 2680000000000.0,
    bytes: 19400000000.0,
    stepS: 0.00108,
    doublingS: 0.00244,
    fixedS: 3.3,
  },
  dlrm_dcnv2: {
    kind: 'other',
    convergence: times(criteo, [
      [32_768, 0.708],
      [55_296, 0.765],
      [65_536, 0.8],
      [102_400, 0.89],
      [135_168, 0.925],
    ]),
    gradients: 20e6,
    exchanged: 13_312,
    flops: 260000000.0,
    bytes: 854000.0,
    stepS: 0.000304,
    doublingS: 8.78e-5,
    fixedS: 2.62,
  },
  gnn: {
    kind: 'other',
    convergence: times(igbh, [
      [4096, 0.79],
      [16_384, 0.86],
      [32_768, 0.94],
      [65_536, 1.19],
      [262_144, 2.46],
    ]),
    gradients: 10e6,
    exchanged: 0,
    flops: 3780000000.0,
    bytes: 124000000.0,
    stepS: 0.000943,
    doublingS: 0.000231,
    fixedS: 27.7,
  },
};

/** Other names of the same benchmark in later rounds. */
const aliases: Readonly<Record<string, string>> = { retinanet: 'ssd', rgat: 'gnn', llama2: 'llama2_70b_lora' };

export const benchmarkOf = (model: string): LanguageBenchmark | OtherBenchmark | undefined =>
  mlperfTraining[aliases[model.toLowerCase()] ?? model.toLowerCase()];

/** Samples to the target at a batch: straight in logarithms between reference points and beyond the last, level below the first. */
export const samplesToTarget = (convergence: Convergence, batch: number): number => {
  const first = convergence[0]!;
  if (batch <= first[0]) return first[1];
  const at = Math.min(
    convergence.length - 1,
    Math.max(
      1,
      convergence.findIndex(([reference]) => reference >= batch) === -1
        ? convergence.length - 1
        : convergence.findIndex(([reference]) => reference >= batch),
    ),
  );
  const [low, high] = [convergence[at - 1]!, convergence[at]!];
  const slope = Math.log(high[1] / low[1]) / Math.log(high[0] / low[0]);
  return low[1] * (batch / low[0]) ** slope;
};
