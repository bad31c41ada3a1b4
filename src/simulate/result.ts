/** The answer of one simulation, exactly as `simulate --json` prints it. */
import type { JobResult } from './jobs/jobResultTypes.js';

export interface Fingerprint {
  readonly scenario: string;
  readonly catalogs: string;
  readonly seed: number;
  readonly version: string;
}

/** Statistics of one quantity in milliseconds. `null` where no sample exists. */
export interface Summary {
  readonly count: number;
  readonly mean: number | null;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly p999: number | null;
  readonly max: number | null;
  /** 95 % intervals; `null` where too few samples resolve the figure. */
  readonly ci95: { readonly mean: Interval; readonly p50: Interval; readonly p95: Interval; readonly p99: Interval };
}

export type Interval = readonly [number, number] | null;

export interface RequestCounts {
  /** With those that were in the system when the window began, so that the counts add up. */
  readonly arrived: number;
  readonly completed: number;
  readonly rejected: number;
  readonly abandoned: number;
  readonly failed: number;
  readonly in_flight: number;
}

export interface ServiceResult {
  readonly kind: 'llm' | 'inference' | 'queue';
  /** How times were predicted: the layers of calibration, the factor that holds 80 % of measurements, where it is stretched. */
  readonly latency_profile?: LatencyProfile;
  readonly requests: RequestCounts;
  readonly ttft_ms?: Summary;
  readonly tpot_ms?: Summary;
  readonly itl_ms?: Summary;
  readonly queue_ms?: Summary;
  readonly wait_ms?: Summary;
  readonly service_ms?: Summary;
  readonly e2e_ms: Summary;
  readonly throughput: {
    readonly requests_per_s: number;
    readonly input_tokens_per_s?: number;
    readonly output_tokens_per_s?: number;
  };
  /** Requests per second that met every stated SLO (all completed ones where none is stated). */
  readonly goodput_per_s: number;
  readonly availability: Availability;
  /** kind: llm with clients that do not wait for ever. */
  readonly client?: {
    /** Tries that took too long, and tries after the first; those of requests and of their retries alike. */
    readonly timeouts: number;
    readonly retries: number;
    /** Tries that the gateway turned away. */
    readonly rejected_tries: number;
    /** What the fleet was asked over what was wanted. */
    readonly tries_per_request: number;
    /** With `circuit_breaker`: how often it opened, and the share of time that it was open; over all replications. */
    readonly circuit_breaker?: { readonly opened: number; readonly open_share: number };
    /** With `hedge`: second copies sent, those that were first, and tokens of prompts and answers computed for those that were not. */
    readonly hedges?: { readonly sent: number; readonly won: number; readonly extra_tokens: number };
  };
  /** kind: llm with `routing.overflow_to`; a mean over replications. */
  readonly token_api?: {
    readonly name: string;
    /** Requests that it answered, of all that were answered. */
    readonly requests: number;
    readonly share: number;
    readonly usd: number;
    /** What a mean request would cost there, and an hour of all of them; and what the service's own pools cost in one. */
    readonly usd_per_request: number;
    readonly all_by_api_per_hour_usd: number;
    readonly own_per_hour_usd: number;
    /** Requests per second at which both cost the same; above, own pools are cheaper as far as they have room. */
    readonly break_even_per_s: number | null;
  };
  /** By objective (`ttft.p95`): the limit, the share of requests within it, and whether the stated quantile holds. */
  readonly slo_attainment: Readonly<Record<string, SloAttainment>>;
  /** kind: queue with several stations: what each did. */
  readonly stations?: Readonly<Record<string, StationResult>>;
  readonly queue_length: { readonly mean: number; readonly max: number };
  readonly in_system: { readonly mean: number; readonly max: number };
  readonly probability_wait?: number;
  readonly preemptions?: number;
  /** Preemptions that moved the sequence to host memory; with `preemption: swap`. The others are computed again. */
  readonly swaps?: number;
  readonly prefix_hit_rate?: number;
  /** kind: llm with images or audio in prompts: what they add to a request on average (a new message, in a conversation). */
  readonly media?: MediaResult;
  /** kind: llm with adapters. */
  readonly adapters?: AdapterResult;
  /** kind: queue with priority classes. */
  readonly classes?: Readonly<Record<string, { readonly wait_ms: Summary; readonly e2e_ms: Summary }>>;
  /** kind: llm with levels of priority. */
  readonly priority?: Readonly<Record<string, { readonly ttft_ms: Summary; readonly e2e_ms: Summary }>>;
  /** kind: llm, where any request was rejected: how many for which reason. */
  readonly rejections?: Readonly<Record<string, number>>;
  /** kind: llm with regions: by where requests come from, and how many each pool answered. */
  readonly regions?: Readonly<Record<string, PartResult & { readonly answered_by: Readonly<Record<string, number>> }>>;
  /** kind: llm with tenants. */
  readonly tenants?: Readonly<Record<string, PartResult>>;
}

/** Adapters in the service's first pool: expectations by their popularity. */
export interface AdapterResult {
  readonly count: number;
  /** In the memory of each accelerator at once, and the bytes that they take there. */
  readonly loaded: number;
  readonly memory_bytes: number;
  /** Share of requests whose adapter is loaded already; the others wait for a load of this length. */
  readonly hit_rate: number;
  readonly load_ms: number;
  /** Different ones in a batch of mean size. */
  readonly distinct_in_batch: number;
}

/** Tokens of images and audio, and the time that their encoders take in the service's first pool. */
export interface MediaResult {
  readonly tokens_per_request: number;
  readonly encode_ms_per_request: number;
  readonly image?: { readonly tokens: number; readonly encode_ms: number };
  /** Audio is encoded in windows, the last filled up. */
  readonly audio?: {
    readonly tokens_per_s: number;
    readonly window_s: number;
    readonly encode_ms_per_window: number;
  };
}

/** Requests of one region or tenant. Those completed may have arrived before the window. */
export interface PartResult {
  readonly requests: { readonly arrived: number; readonly completed: number; readonly rejected: number };
  readonly ttft_ms: Summary;
  readonly e2e_ms: Summary;
}

export interface Availability {
  /**
   * Requests answered as a share of those that were to be: answered, rejected, abandoned, lost to failures, or overdue; `null` where there
   * are none.
   */
  readonly requests: number | null;
  /** Requests that wait when the window ends and have waited longer than any answer took: they were to be answered. Absent where none do. */
  readonly overdue?: number;
  /** Share of time with at least one replica that takes requests. */
  readonly time: number;
  readonly ci95: { readonly requests: Interval };
}

/** One station of a chain. A request may visit it several times; times are of one visit. */
export interface StationResult {
  readonly visits: {
    /** Those that came in the window, and the services that ended in it. */
    readonly arrived: number;
    readonly completed: number;
    readonly rejected: number;
    readonly abandoned: number;
    readonly per_request: number;
    readonly per_s: number;
  };
  readonly wait_ms: Summary;
  readonly e2e_ms: Summary;
  readonly queue_length: { readonly mean: number; readonly max: number };
  readonly in_system: { readonly mean: number; readonly max: number };
  /** Share of visits that had to wait. */
  readonly probability_wait: number;
  readonly busy_servers: number;
  /** Share of time that servers are busy; `null` for infinite servers. */
  readonly utilization: number | null;
  /** Visits that came as a share of the most that it could serve, on full batches and at its best speed; `null` for infinite servers. */
  readonly load: number | null;
}

export interface LatencyProfile {
  readonly name: string;
  readonly grade: 'measured' | 'inherited' | 'assumed';
  /** The scenario's own calibration, where it speaks for this service. */
  readonly calibration: string | null;
  readonly band80: { readonly ttft: number; readonly tpot: number; readonly e2e: number };
  readonly stretched: readonly string[];
}

export interface SloAttainment {
  /** Limit and value of an objective on latency; `null` for an objective on availability. */
  readonly limit_ms: number | null;
  readonly value_ms: number | null;
  /** Least share of requests that an objective on availability asks to be answered. */
  readonly limit_share?: number;
  /** Of an objective on availability: the share of requests answered. */
  readonly share_within: number;
  readonly met: boolean;
  /** Probability over replications (and model error) that the objective holds. */
  readonly probability: number;
}

export interface PoolResult {
  readonly instance: string;
  readonly accelerator: string;
  /** Below one where replicas have slices of accelerators. */
  readonly accelerators_per_replica: number;
  /** Where replicas have slices: the MIG profile, and how many share an accelerator. */
  readonly slice?: { readonly profile: string; readonly per_accelerator: number };
  /** Share of time that engines (or servers) are busy, and demand as a share of the most that the pool could serve. */
  readonly utilization: { readonly mean: number; readonly of_capacity: number };
  readonly replicas: { readonly mean: number; readonly max: number };
  readonly kv_utilization?: { readonly mean: number; readonly max: number };
  readonly batch_size?: { readonly mean: number; readonly max: number };
  /** Machines held, as a mean over the window: those that boot and those kept empty included. */
  readonly instances_billed: number;
  /** By instance type, the pool's own first, where it may be out of stock or others may stand in for it. */
  readonly machines?: readonly {
    readonly instance: string;
    /** Over the window; `started` in it, per replication. */
    readonly mean: number;
    readonly max: number;
    readonly started: number;
    /** Share of time in which no machine of this type could be had. */
    readonly out_of_stock: number;
  }[];
  /** Where replicas follow a load that changes over the week: of its load levels, by their hours. Transitions between levels are left out. */
  readonly week?: FleetOfWeek;
  /** Where the number of replicas varies: per replication, on average, the warm-up included. */
  readonly autoscaling?: {
    /** The kind of policy: `hpa`, `keda`, … */
    readonly policy: string;
    /** Of a replica on a new node, in order. */
    readonly cold_start: readonly { readonly part: string; readonly seconds: number; readonly why: string }[];
    readonly decisions: number;
    readonly scale_ups: number;
    readonly scale_downs: number;
    readonly replicas_started: number;
    readonly on_new_nodes: number;
    readonly syncs_refused_by_quota: number;
    /** Looks at which replicas were wanted and no instance type of the pool was in stock. */
    readonly syncs_out_of_stock?: number;
  };
  /** Where machines are consolidated: per replication, on average, the warm-up included. */
  readonly consolidation?: {
    /** `WhenEmpty`, `WhenEmptyOrUnderutilized`, `Balanced` or `cluster-autoscaler`. */
    readonly policy: string;
    /** Machines taken out because they were empty, and because others had room for what was on them. */
    readonly removed_empty: number;
    readonly removed_underutilized: number;
    /** Cheaper machines started in their place. */
    readonly replacements: number;
    /** Replicas that were drained to start elsewhere. */
    readonly replicas_moved: number;
    readonly looks_held_by_budget: number;
  };
  /** Where machines can fail: what struck the pool, over all replications. */
  readonly failures?: {
    /** `node`: machines that failed; `spot`: spot machines taken back; `zone`: zones lost. */
    readonly by_kind: Readonly<Record<string, number>>;
    readonly replicas_lost: number;
    readonly requests_lost: number;
  };
  /** What came of the drills that the pool went through. */
  readonly drills?: readonly DrillResult[];
  readonly quota_used: number | null;
  /** Where several services share the pool: each of them. The figures above are of all together (a mean, where each has its own). */
  readonly services?: Readonly<Record<string, PoolTenant>>;
  /** Where the scenario asks for headroom: what a run without it said. */
  readonly headroom?: HeadroomResult;
}

/** The window simulated once more, with replicas away (without objectives where what is left could not keep up anyway); of an autoscaled pool, without the spare ones and with so many fewer at most. */
export interface HeadroomResult {
  readonly asked: string;
  readonly replicas_away: number;
  readonly replicas_left: number;
  /** Every objective holds in that run, and no backlog grows. */
  readonly holds: boolean;
  readonly services: Readonly<
    Record<
      string,
      { readonly slo_attainment: Readonly<Record<string, SloAttainment>>; readonly backlog_grows: boolean }
    >
  >;
}

/** One of several services on a pool. */
export type PoolTenant = Pick<
  PoolResult,
  'accelerators_per_replica' | 'utilization' | 'replicas' | 'kv_utilization' | 'batch_size' | 'week' | 'autoscaling'
> & {
  /** Where services contend for the quota: replicas that those of higher priority took, the mean of a replication. */
  readonly replicas_preempted?: number;
};

export interface FleetOfWeek {
  readonly replicas: { readonly mean: number; readonly max: number };
  /** Machines held, on average. */
  readonly instances: number;
}

export interface DrillResult {
  /** As it was asked for. */
  readonly drill: string;
  /** Means over replications of what was lost to it; requests that were tried again with success included. */
  readonly replicas_lost: number;
  readonly requests_lost: number;
  /** Replications in which the fleet was as before by the end of the run: as many replicas ready, no more requests waiting. */
  readonly recovered_in: number;
  /** Seconds until then, from the start of the drill (of a traffic spike: from its end), over those replications. */
  readonly recovered_after_s: { readonly mean: number; readonly max: number } | null;
}

export interface CostItem {
  readonly item: string;
  readonly quantity: number;
  readonly unit: string;
  readonly unit_price_usd: number;
  readonly usd: number;
  readonly source: string;
  readonly as_of: string;
}

export interface CostShare {
  readonly total_usd: number;
  readonly per_month_usd: number;
}

export interface Cost {
  /** Over the simulated window. */
  readonly total_usd: number;
  readonly per_hour_usd: number;
  /** 730 hours. */
  readonly per_month_usd: number;
  /** Tokens in and out. Unit costs spread the bill over the mean demand of the week, not over the busiest hour's. */
  readonly per_million_tokens_usd: number | null;
  readonly per_request_usd: number | null;
  readonly by_item: readonly CostItem[];
  /** Where services share pools: what each holds of the machines, by accelerator-hours; the bill of its pools in full. */
  readonly by_service?: Readonly<Record<string, CostShare>>;
  /**
   * Where replicas vary: what a month is made of. `week`: a normal week by its load levels; `window`: every hour taken to be like the
   * window's (the load does not change, or there is no week: a trace, a capped run, a window of a week or more).
   */
  readonly month?: { readonly basis: 'week' | 'window'; readonly by_item: readonly CostItem[] };
  /** What is used but has no known price; never silently zero. */
  readonly unpriced: readonly string[];
}

/** A normal week of one service: every request of it, or a weighted sample of its load levels. */
export interface WeekResult {
  readonly method: 'strata' | 'exhaustive';
  /** What was simulated: multiple of the mean demand, hours of the week that it stands for, and where it is an overload: its hours. */
  readonly strata: readonly {
    readonly level: number;
    readonly hours: number;
    readonly episode?: { readonly startHour: number; readonly length: number };
  }[];
  readonly ttft_ms?: Summary;
  readonly tpot_ms?: Summary;
  readonly e2e_ms: Summary;
  readonly slo_attainment: Readonly<Record<string, SloAttainment>>;
  /** Where replicas vary. */
  readonly fleet?: FleetOfWeek & { readonly usd_per_month: number; readonly by_item: readonly CostItem[] };
}

export type { JobResult, Spread } from './jobs/jobResultTypes.js';

export interface SimulationResult {
  readonly schema_version: '1';
  readonly fingerprint: Fingerprint;
  readonly name: string;
  readonly window_s: number;
  readonly warmup_s: number;
  readonly replications: number;
  readonly services: Readonly<Record<string, ServiceResult>>;
  readonly pools: Readonly<Record<string, PoolResult>>;
  /** Batch and training jobs, where the scenario has any. */
  readonly jobs?: Readonly<Record<string, JobResult>>;
  readonly cost: Cost;
  readonly energy: {
    readonly kwh: number | null;
    readonly per_month_kwh: number | null;
    readonly carbon_kg_per_month: number | null;
  };
  readonly bottleneck: { readonly resource: string; readonly utilization: number; readonly why: string } | null;
  readonly warnings: readonly string[];
}
