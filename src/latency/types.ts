/** What the fleet needs to know about time. Everything is per engine (one scheduler and its accelerators); seconds and tokens. */

/**
 * The time of one engine step, prepared for the hot loop. For a step with T tokens in all (decode and prefill), n sequences that
 * sample, S = Σ context of decoding sequences, W = Σ min(context, windowTokens), prefill pairs A = Σ chunk·(past + chunk/2)
 * and the same capped by the window AW:
 *
 *     gpu  = tokens[T] + head[n] + perContextToken·S + perWindowToken·W + perPair·A + perWindowPair·AW + (A > 0 ? prefillStep : 0)
 *     t    = max(gpu, gpuFloor) + host[n]
 *
 * A step with prompts takes `encode` times the seconds of encoding that their chunks bring along as well (part of gpu).
 */
export interface StepModel {
  /** Seconds by tokens in the step; index 0..maxBatchedTokens. Not linear: roofline knees, experts touched, collectives. */
  readonly tokens: Float64Array;
  /** Seconds of the LM head by sampling sequences; index 0..maxSequences. */
  readonly head: Float64Array;
  /** Seconds of host time, and of reading adapters, by sequences in the step; index 0..maxSequences. */
  readonly host: Float64Array;
  readonly perContextToken: number;
  readonly perWindowToken: number;
  /** 0 when no layer has a window. */
  readonly windowTokens: number;
  readonly perPair: number;
  readonly perWindowPair: number;
  readonly prefillStep: number;
  /** Launch-bound floor on the accelerator part. */
  readonly gpuFloor: number;
  /**
   * With speculative decoding: seconds of making drafts for the next step, by sequences that have sampled; index 0..maxSequences. Then T
   * counts the drafts that a step verifies, and n every position whose logits it needs (the table of the head is that much longer).
   */
  readonly draft?: Float64Array;
  /** How long encoding images and audio takes here, over how long it takes in the first pool of the service; 1 unless given. */
  readonly encode?: number;
}

/** Time that a request spends outside the engine: HTTP, tokenisation, detokenisation. Not a resource; added to TTFT. */
export interface RequestOverhead {
  readonly fixedS: number;
  readonly perPromptTokenS: number;
}

/** Everything about one replica of an LLM service: its step model, its KV memory, and the story behind both. */
export interface ServingPlan {
  readonly step: StepModel;
  readonly overhead: RequestOverhead;
  /** Independent schedulers in one replica that split its sequences and KV (pipeline stages kept full, attention data parallelism). */
  readonly engines: number;
  readonly blockTokens: number;
  /** KV blocks of one engine. */
  readonly kvBlocks: number;
  readonly maxSequences: number;
  readonly maxBatchedTokens: number;
  readonly maxModelTokens: number;
  /** A request is admitted only when its whole answer has room. */
  readonly reservesAnswers?: boolean;
  readonly speculative?: Speculation & { readonly drafter: Drafter };
  /** Host memory that preempted sequences are moved to: blocks of one engine, and the time of a block one way. */
  readonly swap?: { readonly hostBlocks: number; readonly secondsPerBlock: number };
  /** Where prompts hold images or audio: tokens and seconds of what is encoded. */
  readonly encoder?: EncoderPlan;
  readonly adapters?: AdapterPlan;
  readonly acceleratorsPerReplica: number;
  readonly memory: MemoryBreakdown;
  readonly profile: ProfileReference;
}

/** Speculative decoding: drafts of a step, and the probability that each is accepted, given that those before it were. */
export interface Speculation {
  readonly tokens: number;
  readonly acceptance: number;
}

/** What makes the drafts: a name to show, and the time of its passes (tables as long as the target's). */
export interface Drafter {
  readonly what: string;
  readonly step: StepModel;
}

/** Adapters on one replica: what they hold on an accelerator, and what is expected of requests that ask for them. */
export interface AdapterPlan {
  readonly loaded: number;
  /** Of one adapter on one accelerator. */
  readonly bytesEach: number;
  /** Share of requests whose adapter is loaded already, and seconds to load one that is not. */
  readonly hitRate: number;
  readonly loadS: number;
  /** Sequences whose adapters are expected to be no more than are loaded. */
  readonly maxSequences: number;
}

/** How images and audio become tokens, and how long that takes. */
export interface EncoderPlan {
  readonly image?: { readonly tokens: number; readonly seconds: number };
  /** Audio is encoded window by window; the last is filled up. */
  readonly audio?: { readonly tokensPerS: number; readonly windowS: number; readonly secondsPerWindow: number };
}

/** Bytes on one accelerator. */
export interface MemoryBreakdown {
  readonly totalBytes: number;
  readonly weightBytes: number;
  readonly activationBytes: number;
  readonly reserveBytes: number;
  /** Of the adapters that are loaded; absent without. */
  readonly adapterBytes?: number;
  readonly kvBytes: number;
}

/** Which calibration answered, how far it was tested, and whether it was stretched. */
export interface ProfileReference {
  readonly name: string;
  readonly grade: 'measured' | 'inherited' | 'assumed';
  /** Factor that contains 80 % of measured/predicted, by metric (1.26 means −21 %…+26 %). */
  readonly band80: { readonly ttft: number; readonly tpot: number; readonly e2e: number };
  readonly extrapolates: readonly string[];
  /** The user's own layer among them, with the errors that it states. */
  readonly calibration?: { readonly name: string; readonly errors: string };
}

/** A named part of a step's time, for `explain` and the report. Children sum to seconds. */
export interface Term {
  readonly name: string;
  readonly seconds: number;
  readonly why: string;
  readonly children?: readonly Term[];
}

/** A batch, in full, for the pure (slow, explained) form of the model. */
export interface StepShape {
  readonly decodeSequences: number;
  /** Drafts that each decoding sequence verifies; none unless given. */
  readonly draftTokens?: number;
  readonly decodeContextTokens: number;
  readonly prefill: readonly {
    readonly chunkTokens: number;
    readonly pastTokens: number;
    readonly completes: boolean;
  }[];
}

/** Why a configuration cannot run, and what would. */
export interface DoesNotFit {
  readonly kind: 'does-not-fit';
  readonly message: string;
  readonly hint: string;
  /** The key of the service that is to blame; the model unless given. */
  readonly at?: readonly string[];
}
