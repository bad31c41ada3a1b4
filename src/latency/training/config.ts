/** What is asked about training a model, and what is answered. */
import type { Accelerator, ModelCard } from '../../catalog/types.js';
import type { ProfileReference, Term } from '../types.js';

/** What is split over the data-parallel ranks (ZeRO, Rajbhandari et al. 2020); `weights` is FSDP or ZeRO-3. */
export type Sharding = 'none' | 'optimizer' | 'gradients' | 'weights';

/** Which activations are computed again in the backward pass: none, the cheap ones of each layer, or whole layers. */
export type Recompute = 'none' | 'selective' | 'full';

/** The arithmetic of matrix products; everything else runs in 16 bits (32 for `fp32` and `tf32`). */
export type TrainingPrecision = 'bf16' | 'fp16' | 'fp8' | 'int8' | 'tf32' | 'fp32';

/** All weights, low-rank adapters beside frozen 16-bit weights, or beside frozen 4-bit weights. */
export type Method = 'full' | 'lora' | 'qlora';

export type Optimizer = 'adamw' | 'adamw-8bit' | 'lion' | 'sgd-momentum' | 'adafactor';

/** One training job's steady state. Degrees multiply to `accelerators`; the data-parallel degree is what is left over. */
export interface TrainingConfig {
  readonly model: ModelCard;
  readonly accelerator: Accelerator;
  readonly accelerators: number;
  /** Network between scale-up domains, GB/s per accelerator and direction. */
  readonly networkGBps?: number;
  readonly tensor?: number;
  readonly pipeline?: number;
  readonly context?: number;
  /** Ranks that experts are spread over, inside the data-parallel ones. */
  readonly expert?: number;
  /** Layer groups of a pipeline rank (interleaved 1F1B); 1 is plain 1F1B. */
  readonly virtualStages?: number;
  readonly sharding?: Sharding;
  readonly precision?: TrainingPrecision;
  readonly sequenceTokens: number;
  /** Sequences of one optimiser step, over all ranks. */
  readonly globalBatch: number;
  /** Sequences that a rank computes at once. */
  readonly microBatch?: number;
  readonly recompute?: Recompute;
  readonly optimizer?: Optimizer;
  readonly method?: Method;
  /** Rank of the adapters. */
  readonly loraRank?: number;
  /** Attention looks both ways (encoders): twice the pairs of a causal mask. */
  readonly bidirectional?: boolean;
  /** A run was measured with these settings: answer although our memory model says that it does not fit. */
  readonly assumeFits?: boolean;
}

/** Degrees in full, checked against the device count and the model. */
export interface TrainingLayout {
  readonly tensor: number;
  readonly pipeline: number;
  readonly context: number;
  readonly expert: number;
  readonly data: number;
  readonly virtualStages: number;
  readonly sharding: Sharding;
  readonly microBatch: number;
  /** Micro-batches that a rank computes in a step. */
  readonly microBatches: number;
}

/** Bytes on the fullest accelerator. */
export interface TrainingMemory {
  readonly weightBytes: number;
  readonly gradientBytes: number;
  readonly optimizerBytes: number;
  readonly activationBytes: number;
  readonly reserveBytes: number;
  readonly totalBytes: number;
}

/** One optimiser step in numbers. FLOPs are useful ones: recomputed work does not count. */
export interface TrainingPlan {
  readonly kind: 'training-plan';
  readonly layout: TrainingLayout;
  readonly recompute: Recompute;
  readonly precision: TrainingPrecision;
  readonly stepSeconds: number;
  readonly tokensPerStep: number;
  readonly tokensPerSecond: number;
  readonly tokensPerSecondPerAccelerator: number;
  readonly modelFlopsPerToken: number;
  /** Useful FLOP/s of one accelerator, ×10¹². */
  readonly modelTflopsPerAccelerator: number;
  /** Share of the dense 16-bit peak (for `tf32` and `fp32`: their own) that is useful, 0–1; above 1 is possible in 8 bits. */
  readonly mfu: number;
  readonly memory: TrainingMemory;
  readonly terms: Term;
  readonly profile: ProfileReference;
}
