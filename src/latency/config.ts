import type { Accelerator, ModelCard } from '../catalog/types.js';
import type { Batching, EngineName, Precision } from '../scenario/types.js';
import type { Adapters } from './adapters.js';
import type { ImageSize } from './imageTokens.js';
import type { Profile } from './profile.js';

/** Degrees of parallelism as a pool states them. */
export interface Degrees {
  readonly tensor: number;
  readonly pipeline: number;
  readonly expert: number;
  readonly data: number;
}

/** What decides the step time and the memory of one replica of an LLM service. */
export interface ServingConfig extends Degrees {
  readonly model: ModelCard;
  readonly accelerator: Accelerator;
  readonly engine: EngineName;
  readonly engineVersion?: string;
  readonly weights: Precision;
  readonly kvCache: Precision;
  readonly batching: Batching;
  /** Overrides `batching.max_model_len`; tokens. */
  readonly maxModelLen?: number;
  /** A calibration of the user's own, laid over the built-in ones. */
  readonly profile?: Profile;
  /**
   * Accelerators of the replica when they are not the product of the degrees: expert parallelism inside the tensor ranks
   * (tensor 8, expert 8 on 8 devices) or attention data parallelism inside them (tensor 8, data 8 on 8 devices).
   */
  readonly accelerators?: number;
  /** Device memory in GiB where the accelerator has none of its own (CPUs). */
  readonly memoryGiB?: number;
  /** Network per accelerator and direction, GB/s, for traffic that leaves the host. */
  readonly networkGBps?: number;
  /** Context (prompt and half the output) that sequences typically hold: sizes the share of windowed layers in the KV cache. */
  readonly typicalContextTokens?: number;
  /** What prompts hold beside text: images of a size, and audio. */
  readonly media?: { readonly image?: ImageSize; readonly audio?: true };
  /** Adapters that requests ask for. */
  readonly adapters?: Adapters;
  /** Every sequence is the same text, so that all tokens go to the same experts. */
  readonly identicalPrompts?: boolean;
  /** The run is known to have worked: answer even where the memory model says that it does not fit. */
  readonly assumeFits?: boolean;
}
