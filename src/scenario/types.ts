/**
 * The scenario after parsing: YAML's own key names, canonical units (seconds, 1/s, tokens, bytes, USD, fractions of one),
 * every default filled in. Immutable.
 */

import type { Job } from './jobTypes.js';

export type Distribution =
  | { readonly distribution: 'deterministic'; readonly mean: number }
  | { readonly distribution: 'exponential'; readonly mean: number }
  | {
      readonly distribution: 'lognormal' | 'gamma' | 'hyperexponential' | 'weibull';
      readonly mean: number;
      readonly cv: number;
    }
  | { readonly distribution: 'erlang'; readonly mean: number; readonly k: number }
  | { readonly distribution: 'empirical'; readonly values: readonly number[] };

/** Token lengths: a constant, a lognormal by mean and cv or by two quantiles, or a histogram (values with weights). */
export type Lengths =
  | { readonly kind: 'constant'; readonly tokens: number }
  | { readonly kind: 'lognormal'; readonly mean: number; readonly cv: number }
  | { readonly kind: 'quantiles'; readonly p50: number; readonly p99: number }
  | { readonly kind: 'uniform'; readonly min: number; readonly max: number }
  | { readonly kind: 'histogram'; readonly values: readonly number[]; readonly weights: readonly number[] };

export type Arrivals =
  | { readonly process: 'poisson' | 'constant' }
  | { readonly process: 'gamma' | 'weibull'; readonly cv: number };

export interface Traffic {
  /** Exactly one of rate, users and trace is present. */
  readonly rate?: number;
  readonly users?: { readonly concurrent: number; readonly think_time: Distribution; readonly turns: number };
  /** Absolute path of the trace file. */
  readonly trace?: string;
  readonly arrivals: Arrivals;
  /** Stop after this many requests. */
  readonly requests?: number;
  /** 168 hourly weights, Monday 00:00 UTC first, with mean 1 over the week (all ones when flat). */
  readonly shape: { readonly name: string; readonly weights: readonly number[] };
  readonly prompt_tokens: Lengths;
  readonly output_tokens: Lengths;
  /** Images in prompts (kind: llm): share of requests that have some, how many, and what one is. Their tokens come on top of `prompt_tokens`. */
  readonly images?: {
    readonly share: number;
    readonly per_request: Lengths;
    readonly image: { readonly width: number; readonly height: number } | { readonly tokens: number };
  };
  /** Audio in prompts (kind: llm): share of requests that have some, and its length in seconds. */
  readonly audio?: { readonly share: number; readonly duration: Distribution };
  readonly shared_prefix_tokens: number;
  /** Distinct prompts repeated in turn; absent when every prompt is new. */
  readonly unique_prompts?: number;
  /** Levels of priority, most urgent first, with their shares of arrivals (kind: llm); absent when all requests are equal. */
  readonly priority?: readonly { readonly name: string; readonly share: number }[];
  /** What the clients of an open loop do when an answer does not come (kind: llm); absent: they wait for ever. */
  readonly client?: Client;
  /** Whose requests they are, with their shares (kind: llm); absent when nobody is told apart. */
  readonly tenants?: readonly Tenant[];
  /** Bytes of a streamed token, for egress; only where the scenario has regions (kind: llm). */
  readonly response_bytes_per_token?: number;
  /** Weekly shape of each region, in the order of the scenario's regions; `shape` is their sum. Absent for users and traces. */
  readonly origins?: readonly (readonly number[])[];
  /** Arrivals come in groups of this many (kind: queue). */
  readonly batch_size: number;
}

export interface Client {
  /** Seconds that a try may take. */
  readonly timeout: number;
  /** Tries after the first. */
  readonly retries: number;
  /** The pause before retry n is min(initial · factor^(n−1), max) seconds, less a random share of at most `jitter`. */
  readonly backoff: {
    readonly initial: number;
    readonly factor: number;
    readonly max: number;
    readonly jitter: number;
  };
  /** Whether the server stops what its client has given up. */
  readonly server_cancels: boolean;
}

/** A token bucket: `rate` per second of what is counted, up to `burst` at once. */
export interface RateLimit {
  readonly rate: number;
  readonly burst: number;
  readonly of: 'requests' | 'tokens';
}

export interface Tenant {
  readonly name: string;
  readonly share: number;
  readonly rate_limit?: RateLimit;
}

/** Who is turned away before a replica is asked. */
export interface Admission {
  /** Arrivals that find so many requests waiting, or in the system, are rejected. */
  readonly max_queue?: number;
  readonly max_in_flight?: number;
  readonly rate_limit?: RateLimit;
}

/** Users of one region. */
export interface Region {
  readonly name: string;
  readonly share: number;
  /** Local time minus UTC, seconds. */
  readonly utc_offset: number;
  /** Regions whose pools may serve these users; all unless given. */
  readonly residency?: readonly string[];
  /** Seconds to the pools of a region and back, where the catalog has none or another. */
  readonly rtt?: Readonly<Record<string, number>>;
}

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

/** A manifest as it was read, or an inline policy as it was written. */
export type AutoscalerSource =
  | { readonly manifest: string; readonly text: string }
  | { readonly inline: Readonly<Record<string, unknown>> };

/** Seconds of the parts of a cold start, or what they follow from. */
export interface Startup {
  readonly provision: number;
  readonly pull: number;
  readonly load: number | 'auto';
  readonly init: number | 'auto';
  readonly storage: 'nvme' | 'block-volume' | 'object-store' | 'memory';
  readonly loader: 'page-cache' | 'streaming';
  readonly warm_nodes: number;
  readonly keep_nodes: number;
}

/** Failures of machines. */
export interface Failures {
  /** Mean seconds that a machine serves until it fails, exponential; absent where none fails by itself. */
  readonly mtbf?: number;
  /** Seconds until a machine of a fixed pool is back; constant. A pool with an autoscaler or spot starts another at once. */
  readonly repair?: number;
  /** Interruptions of spot machines: share of them in a month, and seconds of notice; what is published, unless given. */
  readonly spot?: { readonly interrupted?: number; readonly notice?: number };
}

export interface Pool {
  /** `provider/type`, or absent when `accelerator` and `price` describe owned or unlisted hardware. */
  readonly instance?: string;
  readonly accelerator?: string;
  /** USD per accelerator-hour. */
  readonly price?: number;
  readonly region?: string;
  readonly parallelism: {
    readonly tensor: number;
    readonly pipeline: number;
    readonly expert: number;
    readonly data: number;
  };
  readonly replicas: { readonly min: number; readonly max: number; readonly initial: number };
  readonly autoscaler?: AutoscalerSource;
  /** How the autoscaler gets its metrics, where the scenario says so. */
  readonly metrics?: { readonly scrape?: number; readonly window?: number };
  readonly purchase: Readonly<Record<string, unknown>>;
  /** Cold start of replicas that come later; absent where none can come: without an autoscaler, failures and spot. */
  readonly startup?: Startup;
  readonly failures?: Failures;
  /** Instance types that are started, in this order, where `instance` cannot be had. */
  readonly fallback?: readonly string[];
  /** How often an instance type cannot be had, by its name: seconds from the end of a stock-out to the next, and of its length; means. */
  readonly stock_outs?: Readonly<Record<string, StockOuts>>;
  /** Zones over which machines are spread evenly. */
  readonly zones: number;
  /** Accelerators that may be held at once. */
  readonly quota?: number;
}

export interface StockOuts {
  readonly mean_time_between: number;
  readonly mean_duration: number;
}

/** A driver's growth. `rate` is per month; `factor` multiplies from its date on. */
export type GrowthCurve =
  | { readonly model: 'exponential'; readonly rate: number }
  | { readonly model: 'linear'; readonly add: number }
  | { readonly model: 'step'; readonly steps: readonly { readonly at: string; readonly factor: number }[] }
  /** Exponential at first (`rate`), towards `capacity` times the start value. */
  | { readonly model: 'logistic'; readonly rate: number; readonly capacity: number }
  /** A recorded series to fit: months before its last observation (≤ 0) and values. */
  | { readonly model: 'history'; readonly months: readonly number[]; readonly values: readonly number[] };

export interface Growth {
  /** Multiplies rates, concurrent users and trace intensity. `linear.add` is a fraction of the start value per month. */
  readonly users?: GrowthCurve;
  /** Multiplies stored data. */
  readonly data?: GrowthCurve;
  /** Multiplies model depth (parameters, KV and FLOPs per token alike). */
  readonly model?: GrowthCurve;
  readonly prompt_tokens?: GrowthCurve;
  readonly output_tokens?: GrowthCurve;
}

export interface DataStore {
  readonly stored: number;
  /** `provider/service/item` of the storage catalog, or absent when `price` is given. */
  readonly storage?: string;
  readonly region?: string;
  /** USD per GB (10⁹ bytes) and month. */
  readonly price?: number;
  readonly replication: number;
}

export interface GateRule {
  readonly metric: string;
  readonly max?: number;
  readonly min?: number;
  readonly level: 'error' | 'warn' | 'info';
  readonly decide: 'point' | 'upper95' | 'lower95';
  readonly ignore_below?: number;
  /** `file:line` where the rule stands. */
  readonly location: string;
}

export type RoutingPolicy =
  | 'least-outstanding'
  | 'join-shortest-queue'
  | 'round-robin'
  | 'random'
  | 'power-of-two'
  | 'prefix-aware'
  | 'session-affinity'
  | 'weighted'
  | 'nearest';

export interface Scenario {
  readonly version: 1;
  readonly name: string;
  readonly seed: number;
  /** ISO date. */
  readonly start: string;
  /** Whole months. */
  readonly horizon: number;
  /** Seconds; absent when the run covers exactly the requests of a trace or a cap. */
  readonly window?: number;
  /** Seconds dropped at the start; absent: detected (or none for a trace or a cap). */
  readonly warmup?: number;
  readonly replications?: number;
  /** The user's own latency profiles: the name of each file and its text. Which services they speak for is found with the catalogs. */
  readonly calibration?: readonly { readonly file: string; readonly text: string }[];
  readonly services: Readonly<Record<string, Service>>;
  readonly pools: Readonly<Record<string, Pool>>;
  readonly routing: {
    readonly policy: RoutingPolicy;
    /** Of the replicas, in order, or by pool (policy `weighted`); 1 for those that it does not name. */
    readonly weights?: readonly number[] | Readonly<Record<string, number>>;
    /** Requests that wait at a replica before the next region is tried (policy `nearest`); no limit unless given. */
    readonly overflow?: number;
  };
  /** Where users are; absent when they are next to the pools. */
  readonly regions?: readonly Region[];
  /** Jobs on what services leave of their pools. */
  readonly jobs?: Readonly<Record<string, Job>>;
  readonly growth: Growth;
  readonly data: Readonly<Record<string, DataStore>>;
  readonly budget?: { readonly monthly: number };
  readonly rules: readonly GateRule[];
  /** Disasters that a run is put through (`simulate --drill`). */
  readonly drills?: readonly Drill[];
}

/** A disaster by appointment. */
export interface Drill {
  /** As it was typed. */
  readonly text: string;
  readonly kind: 'zone-loss' | 'spot-drought' | 'stock-out' | 'traffic-spike';
  /** Seconds from the start of the window; how long it lasts, to the end of the run unless given. */
  readonly at: number;
  readonly lasts?: number;
  /** By which a traffic spike multiplies the rate; 1 otherwise. */
  readonly factor: number;
  /** The pool (of a traffic spike: the service) that it strikes; all, unless given. */
  readonly target?: string;
}

/** A change to a scenario, as data: what every surface shows and `--apply` writes. Values are as a user would type them. */
export interface Edit {
  readonly path: string;
  readonly from: unknown;
  readonly to: unknown;
}

/** A located problem. Lines and columns count from 1. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly path: string;
  readonly hint?: string;
  readonly severity: 'error' | 'warning';
}

/** How much a default can be trusted, as everywhere: read off a system, stated by its maker, or chosen by us. */
export type Grade = 'measured' | 'vendor' | 'assumed';

/** A value that the scenario did not give. `validate` lists them all. */
export interface Assumption {
  readonly path: string;
  /** As a user would type it. */
  readonly value: string | number | boolean;
  readonly grade: Grade;
  /** Why this value, in a few words. */
  readonly why: string;
  readonly source: string;
}
