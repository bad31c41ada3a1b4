/** Jobs after parsing: canonical units, every default filled in. */
import type { InferenceService, LlmService } from '../types.js';

interface JobCommon {
  readonly runs_on: string;
  /** Higher goes first. */
  readonly priority: number;
  /** Seconds from Monday 00:00 UTC. */
  readonly start: number;
  /** Seconds from the start. */
  readonly deadline?: number;
  /** Seconds of work between two checkpoints. */
  readonly checkpoint: number;
}

interface BatchCommon extends JobCommon {
  readonly requests: number;
  /** Workers at most; absent: as many as the leftover holds. */
  readonly workers?: number;
  readonly startup: number | 'auto';
}

/** The worker is a replica of a service that always has requests waiting. */
export interface LlmJob extends BatchCommon {
  readonly kind: 'llm';
  readonly worker: LlmService;
}

export interface InferenceJob extends BatchCommon {
  readonly kind: 'inference';
  readonly worker: InferenceService;
}

export interface TrainingJob extends JobCommon {
  readonly kind: 'training';
  readonly model: string | Readonly<Record<string, unknown>>;
  readonly method: 'full' | 'lora' | 'qlora';
  readonly lora_rank: number;
  readonly precision: 'bf16' | 'fp16' | 'fp8' | 'int8' | 'tf32' | 'fp32';
  readonly optimizer: 'adamw' | 'adamw-8bit' | 'lion' | 'sgd-momentum' | 'adafactor';
  readonly accelerators: number;
  readonly parallelism: {
    readonly tensor?: number;
    readonly pipeline?: number;
    readonly expert?: number;
    readonly context?: number;
  };
  readonly sequence_tokens: number;
  readonly global_batch: number;
  /** One of them. */
  readonly tokens?: number;
  readonly steps?: number;
  readonly startup: number;
}

export type Job = LlmJob | InferenceJob | TrainingJob;
