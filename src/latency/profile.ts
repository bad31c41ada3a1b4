import type { AcceleratorKind } from '../catalog/types.js';
import type { EngineName, Precision } from '../scenario/types.js';
import type { CoefficientName, Coefficients } from './coefficients.js';

/** How a prediction is known: measured here, vendor's word, or assumed by analogy. */
export type Grade = 'measured' | 'vendor' | 'assumed';

/** How an engine sets KV memory aside, and whether it keeps pipeline stages full with one scheduler a stage. */
export interface EngineTraits {
  /**
   * `share-of-device`: utilisation·memory − weights − activations − reserve (vLLM). `share-of-free`: utilisation·(0.985·memory −
   * weights − activations − reserve) (TensorRT-LLM, SGLang).
   */
  readonly kvMemory: 'share-of-device' | 'share-of-free';
  /** CUDA context, graphs and workspaces; bytes. */
  readonly reserveBytes: number;
  readonly pipelineLanes: boolean;
  /** The host schedules the next step while the accelerator computes this one. */
  readonly overlapsHost?: boolean;
  /** A request is admitted only when its whole answer has room (TensorRT-LLM's guaranteed-no-evict scheduler, JetStream's fixed slots). */
  readonly reservesAnswers?: boolean;
}

/** What a profile applies to; absent fields match anything. */
export interface ProfileMatch {
  readonly engine?: EngineName;
  readonly era?: string;
  readonly vendor?: string;
  readonly kind?: AcceleratorKind;
  /** Prefix of the catalog's architecture: `Blackwell` matches `Blackwell Ultra`. */
  readonly architecture?: string;
  readonly accelerator?: string;
}

/** Architectures that stress different terms: dense attention and MLP, experts, experts behind a latent cache, windows or linear layers. */
export type ModelClass = 'dense' | 'experts' | 'latent-experts' | 'hybrid';

/** What was measured to make a profile: predictions outside it carry a wider band. */
export interface Tested {
  readonly hardware: readonly string[];
  readonly models: readonly ModelClass[];
  /** Engines and weight precisions that were measured, and the version of the engine; absent: any (built-in layers say it by `match`). */
  readonly engines?: readonly EngineName[];
  readonly engineVersion?: string;
  readonly weights?: readonly Precision[];
  /** Factors that contain 80 % of measured/predicted on groups left out of the fit; absent: the room's own by scope. */
  readonly band80?: { readonly ttft: number; readonly tpot: number; readonly e2e: number };
}

/**
 * One layer of calibration. Layers are applied from the general to the particular; each sets coefficients or multiplies what it
 * inherits, and every result is clamped to its bounds.
 */
export interface Profile {
  readonly name: string;
  readonly match: ProfileMatch;
  readonly set?: Partial<Coefficients>;
  readonly multiply?: Partial<Coefficients>;
  readonly traits?: Partial<EngineTraits>;
  readonly tested?: Tested;
  readonly source: string;
  readonly asOf: string;
  readonly grade: Grade;
  /** Errors of the tables that it came from, in words. */
  readonly errors: string;
}

/** Where one coefficient's value came from, layer by layer. */
export interface CoefficientTrace {
  readonly name: CoefficientName;
  readonly value: number;
  readonly from: readonly string[];
}
