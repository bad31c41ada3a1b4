import { trainingCoefficients } from '../profiles/training.js';
import { trainingBandOf } from '../profiles/trainingBands.js';
import type { DoesNotFit, Term } from '../types.js';
import type { TrainingCoefficients } from './coefficients.js';
import { networkOf } from './communication.js';
import type {
  Recompute,
  TrainingConfig,
  TrainingLayout,
  TrainingMemory,
  TrainingPlan,
  TrainingPrecision,
} from './config.js';
import { trainingLayout } from './layout.js';
import { trainingMemory } from './memory.js';
import { stepTerms } from './stepTerms.js';
import { modelFlopsPerToken, tokenWork } from './work.js';

const refuse = (message: string, hint: string): DoesNotFit => ({ kind: 'does-not-fit', message, hint });

export interface Peak {
  readonly precision: TrainingPrecision;
  readonly peakFlops: number;
  readonly peak16Flops: number;
  readonly note?: string;
}

/** The peak of a precision on a device; one that it lacks falls back to 16 bits, which is said. */
export const trainingPeak = (config: TrainingConfig): Peak | undefined => {
  const { tflops, name } = config.accelerator;
  const wanted = config.precision ?? 'bf16';
  const wide = tflops.bf16 ?? tflops.fp16 ?? tflops.tf32 ?? tflops.fp32;
  if (wide === undefined) return undefined;
  const peak16Flops = wide * 1e12;
  const own =
    wanted === 'bf16' || wanted === 'fp16' ? wide : wanted === 'tf32' ? (tflops.tf32 ?? tflops.fp32) : tflops[wanted];
  if (own === undefined)
    return { precision: 'bf16', peakFlops: peak16Flops, peak16Flops, note: `${name} has no ${wanted}: 16 bits` };
  return { precision: wanted, peakFlops: own * 1e12, peak16Flops };
};

const gemmOf = (precision: TrainingPrecision, coefficients: TrainingCoefficients): number =>
  precision === 'fp8' || precision === 'int8'
    ? coefficients.gemm8
    : precision === 'fp32' || precision === 'tf32'
      ? coefficients.gemm32
      : coefficients.gemm16;

const memoryOf = (config: TrainingConfig, layout: TrainingLayout, recompute: Recompute): TrainingMemory =>
  trainingMemory({
    card: config.model,
    work: tokenWork(config.model, config.sequenceTokens, config.bidirectional),
    layout,
    sequenceTokens: config.sequenceTokens,
    recompute,
    optimizer: config.optimizer ?? 'adamw',
    method: config.method ?? 'full',
    loraRank: config.loraRank ?? 16,
    precision: config.precision ?? 'bf16',
  });

/** Usable bytes of a device, as sold ×2³⁰ less ECC and firmware. */
const usableBytes = ({ accelerator }: TrainingConfig): number =>
  (accelerator.memoryGiB ?? Number.POSITIVE_INFINITY) * 2 ** 30 * 0.97;

/** The least recomputation that fits, or the given one. */
const recomputeFor = (config: TrainingConfig, layout: TrainingLayout): Recompute => {
  if (config.recompute !== undefined) return config.recompute;
  const fitting = (['none', 'selective'] as const).find(
    (recompute) => memoryOf(config, layout, recompute).totalBytes <= usableBytes(config),
  );
  return fitting ?? 'full';
};

const gib = (bytes: number): string => (bytes / 2 ** 30).toFixed(1);

/** Changes that are tried, in order, to say what would fit. */
const remedies: readonly (readonly [string, (config: TrainingConfig) => TrainingConfig])[] = [
  ['recompute: full', (config) => ({ ...config, recompute: 'full' })],
  ['micro-batch 1 with recompute: full', (config) => ({ ...config, microBatch: 1, recompute: 'full' })],
  [
    'sharding: weights (FSDP, ZeRO-3) with micro-batch 1 and recompute: full',
    (config) => ({ ...config, sharding: 'weights', microBatch: 1, recompute: 'full' }),
  ],
  [
    'tensor 8 with sharding: weights, micro-batch 1 and recompute: full',
    (config) => ({ ...config, tensor: 8, pipeline: 1, sharding: 'weights', microBatch: 1, recompute: 'full' }),
  ],
  [
    'method: lora with sharding: weights, micro-batch 1 and recompute: full',
    (config) => ({ ...config, method: 'lora', sharding: 'weights', microBatch: 1, recompute: 'full' }),
  ],
];

const whatFits = (config: TrainingConfig): string => {
  for (const [words, change] of remedies) {
    const changed = change(config);
    const layout = trainingLayout(changed);
    if (typeof layout === 'string') continue;
    if (memoryOf(changed, layout, changed.recompute ?? 'full').totalBytes <= usableBytes(changed))
      return `what would fit: ${words}`;
  }
  const most = [2, 4, 8, 16, 32, 64, 128, 256, 512].find((factor) => {
    const changed: TrainingConfig = {
      ...config,
      accelerators: config.accelerators * factor,
      globalBatch: config.globalBatch * factor,
      sharding: 'weights',
      microBatch: 1,
      recompute: 'full',
    };
    const layout = trainingLayout(changed);
    return typeof layout !== 'string' && memoryOf(changed, layout, 'full').totalBytes <= usableBytes(changed);
  });
  return most === undefined
    ? 'nothing that was tried fits: a device with more memory, or more tensor parallelism'
    : `what would fit: ${config.accelerators * most} accelerators with sharding: weights, micro-batch 1 and recompute: full`;
};

/**
 * Plan one training step: its time as a tree of terms, its memory, its throughput. Pure.
 *
 * Never above the peak: useful FLOPs are at most the executed ones, and those run at fractions below 1 of the datasheet.
 *
 * @param coefficients replaces the built-in calibration of the device
 * @returns the plan, or why the job cannot run and what would fit
 */
export const planTraining = (
  config: TrainingConfig,
  coefficients?: TrainingCoefficients,
): TrainingPlan | DoesNotFit => {
  const layout = trainingLayout(config);
  if (typeof layout === 'string')
    return refuse(layout, 'degrees must multiply to the accelerators and divide heads and experts');
  const peak = trainingPeak(config);
  const { model, accelerator, sequenceTokens, globalBatch } = config;
  if (peak === undefined || accelerator.bandwidthGBps === undefined) {
    return refuse(`${accelerator.name} has no published peak or bandwidth in the catalog`, 'choose another device');
  }
  if (!(model.layers > 0 && model.hidden > 0))
    return refuse(`${model.name} has no architecture`, 'a card with layers and hidden is needed');
  const method = config.method ?? 'full';
  const recompute = recomputeFor(config, layout);
  const memory = memoryOf(config, layout, recompute);
  if (memory.totalBytes > usableBytes(config) && config.assumeFits !== true) {
    return refuse(
      `${model.name} needs ${gib(memory.totalBytes)} GiB on an accelerator (weights ${gib(memory.weightBytes)}, gradients ${gib(memory.gradientBytes)}, optimiser ${gib(memory.optimizerBytes)}, activations ${gib(memory.activationBytes)}), ${accelerator.name} has ${accelerator.memoryGiB}`,
      whatFits(config),
    );
  }
  const calibrated = trainingCoefficients(accelerator);
  const used = coefficients ?? calibrated.coefficients;
  const work = tokenWork(model, sequenceTokens, config.bidirectional);
  const terms = stepTerms({
    card: model,
    accelerator,
    networkGBps: config.networkGBps ?? networkOf(accelerator),
    layout,
    work,
    sequenceTokens,
    recompute,
    precision: peak.precision,
    method,
    loraRank: config.loraRank ?? 16,
    coefficients: used,
    peakFlops: peak.peakFlops,
    peak16Flops: peak.peak16Flops,
    gemm: gemmOf(peak.precision, used),
    bandwidth: accelerator.bandwidthGBps * 1e9,
  });
  const tokensPerStep = globalBatch * sequenceTokens;
  const tokensPerSecond = tokensPerStep / terms.seconds;
  const tokensPerSecondPerAccelerator = tokensPerSecond / config.accelerators;
  const flops = modelFlopsPerToken(work, method);
  const usefulFlops = flops * tokensPerSecondPerAccelerator;
  const reference = peak.precision === 'tf32' || peak.precision === 'fp32' ? peak.peakFlops : peak.peak16Flops;
  const overfull = memory.totalBytes > usableBytes(config) ? ['our memory model says that it does not fit'] : [];
  return {
    kind: 'training-plan',
    layout,
    recompute,
    precision: peak.precision,
    stepSeconds: terms.seconds,
    tokensPerStep,
    tokensPerSecond,
    tokensPerSecondPerAccelerator,
    modelFlopsPerToken: flops,
    modelTflopsPerAccelerator: usefulFlops / 1e12,
    mfu: usefulFlops / reference,
    memory,
    terms,
    profile: trainingBandOf(config, calibrated.layers, [...(peak.note === undefined ? [] : [peak.note]), ...overfull]),
  };
};

/** The tree of terms behind a training step. */
export const trainingTerms = (config: TrainingConfig): Term | DoesNotFit => {
  const plan = planTraining(config);
  return plan.kind === 'training-plan' ? plan.terms : plan;
};
