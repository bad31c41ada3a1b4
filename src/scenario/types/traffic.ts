/** What a service is asked, and by whom. */

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

export type RetryCause = 'timeout' | 'failure' | 'rejection';

export interface Client {
  /** Seconds that a try may take. */
  readonly timeout: number;
  /** Tries after the first. */
  readonly retries: number;
  /** What is tried again: a try that took too long, one that a failure lost, one that the gateway turned away. */
  readonly retry_on: readonly RetryCause[];
  /** The pause before retry n is min(initial · factor^(n−1), max) seconds, less a random share of at most `jitter`. */
  readonly backoff: {
    readonly initial: number;
    readonly factor: number;
    readonly max: number;
    readonly jitter: number;
  };
  /** Whether the server stops what its client has given up. */
  readonly server_cancels: boolean;
  readonly circuit_breaker?: CircuitBreaker;
  readonly hedge?: Hedge;
}

/** Shared by the clients of a service: open while too large a share of the tries of the last seconds has failed. */
export interface CircuitBreaker {
  readonly failures: number;
  /** Seconds. */
  readonly window: number;
  readonly min_requests: number;
  /** Seconds. */
  readonly open: number;
  readonly half_open: number;
}

/** A second copy of a try that has no first token after so many seconds, or after a quantile of what others took. */
export interface Hedge {
  readonly after: number | 'p50' | 'p90' | 'p95' | 'p99';
  /** Most copies as a share of tries. */
  readonly budget: number;
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
  /** Share of the service where tenants compete; with `admission.fairness` only. */
  readonly weight?: number;
}

/** Who is turned away before a replica is asked. */
export interface Admission {
  /** Arrivals that find so many requests waiting, or in the system, are rejected. */
  readonly max_queue?: number;
  readonly max_in_flight?: number;
  readonly rate_limit?: RateLimit;
  /** Waiting lines are fair between tenants; first come, first served unless given. */
  readonly fairness?: 'tenants';
}

/** A token API that takes what a fleet has no room for; of `api` and `price` one is there. */
export interface OverflowTo {
  readonly api?: string;
  /** USD per 10⁶ tokens. */
  readonly price?: { readonly input: number; readonly output: number };
  /** Seconds, as clients see them. */
  readonly ttft: number;
  readonly tpot: number;
  /** It is asked when so many wait, or admission would reject because the fleet is full. */
  readonly when: { readonly waiting: number };
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
