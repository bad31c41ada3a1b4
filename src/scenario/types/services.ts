/** What is asked: models behind engines and servers, stations of a queue; and what is wanted of them. */
import type { AutoscalerSource, Pool } from './pools.js';
import type { Admission, Distribution, Traffic } from './traffic.js';

export type QuantileLimits = Readonly<Partial<Record<'mean' | 'p50' | 'p90' | 'p95' | 'p99', number>>>;

export interface Slo {
  readonly ttft?: QuantileLimits;
  readonly tpot?: QuantileLimits;
  readonly e2e?: QuantileLimits;
  readonly availability?: number;
}

export interface Batching {
  readonly max_num_seqs: number;
  readonly max_num_batched_tokens: number;
  readonly prefix_caching: boolean;
  readonly gpu_memory_utilization: number;
  readonly max_model_len?: number;
  /** What happens to a sequence that loses its KV blocks. */
  readonly preemption: 'recompute' | 'swap';
  /** Bytes of host memory for each accelerator; with preemption `swap` only. */
  readonly swap_space?: number;
}

export type Precision = 'fp32' | 'bf16' | 'fp16' | 'fp8' | 'int8' | 'int4' | 'fp4';

export type EngineName =
  | 'vllm'
  | 'tensorrt-llm'
  | 'sglang'
  | 'tgi'
  | 'deepspeed-mii'
  | 'jetstream'
  | 'llama.cpp'
  | 'generic';

/** One pool, several whose replicas serve the same requests, or one that computes prompts and one that decodes. */
export type RunsOn = string | readonly string[] | { readonly prefill: string; readonly decode: string };

/** What a service says of its own replicas on its pool, as a Deployment does on a node pool; what it leaves out is the pool's. */
export interface Deployment {
  /** Higher takes accelerators from lower where they contend; 0 unless given. */
  readonly priority?: number;
  readonly replicas?: Pool['replicas'];
  readonly autoscaler?: AutoscalerSource;
  readonly parallelism?: Pool['parallelism'];
}

export interface LlmService extends Deployment {
  readonly kind: 'llm';
  /** Name or alias of a card, or an inline architecture (resolved against the catalog by `simulate`). */
  readonly model: string | Readonly<Record<string, unknown>>;
  readonly weights: Precision;
  readonly kv_cache: Precision;
  readonly engine: EngineName;
  readonly engine_version?: string;
  readonly batching: Batching;
  readonly speculative?: { readonly tokens: number; readonly acceptance: number; readonly draft_model?: string };
  /** Low-rank adapters that requests ask for; by Zipf's law of exponent `popularity`. */
  readonly adapters?: {
    readonly count: number;
    readonly rank: number;
    readonly target: 'attention' | 'all';
    readonly max_loaded: number;
    readonly popularity: number;
  };
  readonly traffic: Traffic;
  readonly slo: Slo;
  readonly admission?: Admission;
  readonly runs_on: RunsOn;
}

export interface InferenceService extends Deployment {
  readonly kind: 'inference';
  readonly model: string | Readonly<Record<string, unknown>>;
  readonly weights: Precision;
  readonly engine: EngineName;
  readonly batching: { readonly max_batch: number; readonly max_delay: number; readonly instances: number };
  /** Items a request carries (images, documents…). */
  readonly items_per_request: number;
  /** How often an image of a diffusion model goes through it, where the scenario says so. */
  readonly denoising?: { readonly steps?: number; readonly guidance?: boolean };
  /** A measured batch-time curve in seconds instead of the model's roofline. */
  readonly batch_time?: readonly { readonly batch: number; readonly time: number }[];
  readonly traffic: Traffic;
  readonly slo: Slo;
  readonly runs_on: string;
}

export type Discipline = 'fcfs' | 'lcfs' | 'preemptive-lcfs' | 'ps' | 'priority' | 'preemptive-priority';

/** Servers with a line before them. */
export interface Station {
  /** `Infinity` for an infinite-server station. */
  readonly servers: number;
  readonly service_time: Distribution;
  readonly discipline: Discipline;
  /** Places in the system, `Infinity` when unlimited. */
  readonly capacity: number;
  readonly patience?: Distribution;
  readonly setup_time?: Distribution;
  /** Requests that share at most (discipline ps). */
  readonly sharing_limit?: number;
  /** Speed of the whole station with 1, 2, 3, … requests in service (discipline ps); the last holds beyond. */
  readonly load_dependent_rate?: readonly number[];
  readonly batching?: { readonly max_batch: number; readonly per_item: number; readonly joinable: boolean };
}

/** Probability by station. */
export type Towards = Readonly<Record<string, number>>;

/** A station among several: who goes to none of `next` leaves. */
export interface ChainStation extends Station {
  readonly next: Towards;
}

interface QueueCommon {
  readonly kind: 'queue';
  /** Share of arrivals by class, highest priority first (discipline priority or preemptive-priority). */
  readonly classes?: readonly { readonly name: string; readonly share: number }[];
  readonly traffic: Traffic;
  readonly slo: Slo;
  /** Optional: the pool that prices the servers. */
  readonly runs_on?: string;
}

/** One station. */
export interface StationService extends QueueCommon, Station {
  /** Probability that a served request joins the tail again. */
  readonly feedback: number;
  readonly stations?: never;
}

/** Several stations by name, with requests going from one to another; `entry` sums to one. */
export interface ChainService extends QueueCommon {
  readonly stations: Readonly<Record<string, ChainStation>>;
  readonly entry: Towards;
}

export type QueueService = StationService | ChainService;

export type Service = LlmService | InferenceService | QueueService;
