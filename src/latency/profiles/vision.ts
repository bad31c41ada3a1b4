/** How image networks use a device, by their structure: fitted over pytorch-image-models' results. */

/** Structures that differ in how much memory traffic a FLOP brings along. */
export type VisionStructure = 'depthwise' | 'hybrid' | 'large-kernel' | 'attention' | 'grouped' | 'dense';

/** Families by name, most particular first (pytorch-image-models 1.0, 2024). */
const patterns: readonly (readonly [VisionStructure, RegExp])[] = [
  [
    'depthwise',
    /efficientnet|mobilenet|mnasnet|fbnet|hardcorenas|tinynet|lcnet|mixnet|ghost|rexnet|semnas|spnas|mobileone|xception|convmixer|repvit|starnet/,
  ],
  [
    'hybrid',
    /swin|twins|\bnest_|maxvit|maxxvit|coatnet|coat_|pvt|mvit|gcvit|davit|focalnet|poolformer|caformer|convformer|efficientformer|nextvit|fastvit|visformer|edgenext|mobilevit|efficientvit|xcit|rmlp|vitamin|hiera|levit|halo|lambda|botnet|bat_|botnext|rdnet|tiny_vit|swiftformer|mambaout/,
  ],
  ['large-kernel', /convnext|inception_?next/],
  ['attention', /vit|deit|beit|eva|mixer|resmlp|gmlp|cait|volo|tnt|pit_|sequencer|siglip|clip/],
  ['grouped', /regnet|next|nfnet|res2net|resnest|dpn|skresnet|senet|wide|_32x|gernet/],
];

export const visionStructure = (name: string): VisionStructure => {
  const lower = name.toLowerCase();
  return patterns.find(([, pattern]) => pattern.test(lower))?.[0] ?? 'dense';
};

export interface VisionCoefficients {
  /** Share of the peak at which the arithmetic alone would run. */
  readonly compute: Readonly<Record<VisionStructure, number>>;
  /** Millions of elements that an image of 224² with 1 GMAC and 1 M parameters moves through memory. */
  readonly traffic: Readonly<Record<VisionStructure, number>>;
  /** Exponents of that traffic: GMACs, millions of parameters, side/224. */
  readonly perGmac: number;
  readonly perParameter: number;
  readonly perSide: number;
  /** Seconds of launches of a batch for 1 M parameters, and its growth with them (larger networks have more layers). */
  readonly launchS: number;
  readonly perLaunch: number;
}

/** CPUs relative to GPUs on their own datasheets, and training relative to inference. */
export interface VisionScales {
  readonly cpu: { readonly compute: number; readonly traffic: number; readonly launchS: number };
  readonly training: { readonly compute: number; readonly traffic: number; readonly launches: number };
}

/**
 * pytorch-image-models results (2022–2024, 11,632 rows: RTX 3090 in eager PyTorch 1.12–2.4 with amp, i9-10940X compiled at batch 1 in
 * fp32). Median error of throughput 18–20 % in-sample, 19–21 % with families left out, 23 % with the CPU left out, and with the GPU left
 * out 20 % for inference and 28 % for training (`npm run accuracy`).
 * Launches are held to what eager PyTorch takes (4 ms for 1 M parameters, 12 ms for 86 M), though the fit alone would take more.
 */
export const visionCoefficients: VisionCoefficients = {
  compute: { depthwise: 0.92, hybrid: 0.519, 'large-kernel': 0.83, attention: 0.805, grouped: 0.712, dense: 0.576 },
  traffic: { depthwise: 108, hybrid: 87.2, 'large-kernel': 70.6, attention: 46.5, grouped: 78.1, dense: 34.2 },
  perGmac: 0.599,
  perParameter: -0.061,
  perSide: 1.171,
  launchS: 4e-3,
  perLaunch: 0.25,
};

export const visionScales: VisionScales = {
  cpu: { compute: 1.27, traffic: 1.0, launchS: 3.6e-3 },
  training: { compute: 3.2, traffic: 4.12, launches: 3 },
};

/** Everything about image networks that a fit may move. */
export interface VisionFit {
  readonly coefficients: VisionCoefficients;
  readonly scales: VisionScales;
}

export const visionFit: VisionFit = { coefficients: visionCoefficients, scales: visionScales };

/** Factors that contain 80 % of measured/predicted, families left out and a kind of device left out. */
export const visionBand80 = { family: 1.45, device: 1.6 } as const;
