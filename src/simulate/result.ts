/** The answer of one simulation, exactly as `simulate --json` prints it. */

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

/** Requests of one region or tenant. Those completed may have arrived before the window. */
export interface PartResult {
  readonly requests: { readonly arrived: number; readonly completed: number; readonly rejected: number };
  readonly ttft_ms: Summary;
  readonly e2e_ms: Summary;
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

export interface SloAttainment {
  readonly limit_ms: number;
  readonly value_ms: number | null;
  readonly share_within: number;
  readonly met: boolean;
  /** Probability over replications (and model error) that the objective holds. */
  readonly probability: number;
}

export interface PoolResult {
  readonly instance: string;
  readonly accelerator: string;
  readonly accelerators_per_replica: number;
  /** Share of time that engines (or servers) are busy, and demand as a share of the most that the pool could serve. */
  readonly utilization: { readonly mean: number; readonly of_capacity: number };
  readonly replicas: { readonly mean: number; readonly max: number };
  readonly kv_utilization?: { readonly mean: number; readonly max: number };
  readonly batch_size?: { readonly mean: number; readonly max: number };
  /** Machines held, as a mean over the window: those that boot and those kept empty included. */
  readonly instances_billed: number;
  /** Where the number of replicas varies: per replication, on average, the warm-up included. */
  readonly autoscaling?: {
    readonly decisions: number;
    readonly scale_ups: number;
    readonly scale_downs: number;
    readonly replicas_started: number;
    readonly on_new_nodes: number;
    readonly syncs_refused_by_quota: number;
  };
  readonly quota_used: number | null;
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
}

export interface SimulationResult {
  readonly schema_version: '1';
  readonly fingerprint: Fingerprint;
  readonly name: string;
  readonly window_s: number;
  readonly warmup_s: number;
  readonly replications: number;
  readonly services: Readonly<Record<string, ServiceResult>>;
  readonly pools: Readonly<Record<string, PoolResult>>;
  readonly cost: Cost;
  readonly energy: {
    readonly kwh: number | null;
    readonly per_month_kwh: number | null;
    readonly carbon_kg_per_month: number | null;
  };
  readonly bottleneck: { readonly resource: string; readonly utilization: number; readonly why: string } | null;
  readonly warnings: readonly string[];
}
