/** Machines: what they are, how they come, go and fail. */

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
  /** A slice of an accelerator for each replica: a MIG profile (`3g.40gb`) or its share of the compute (`3/7`). */
  readonly fraction?: string;
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
  readonly consolidation?: Consolidation;
  /** Zones over which machines are spread evenly. */
  readonly zones: number;
  /** Accelerators that may be held at once. */
  readonly quota?: number;
  /** What may be away while objectives hold. */
  readonly headroom?: Headroom;
}

/** Machines, one of the pool's zones, or a share of its machines; with the text that asked for it. */
export type Headroom =
  | { readonly text: string; readonly kind: 'machines'; readonly machines: number }
  | { readonly text: string; readonly kind: 'zone' }
  | { readonly text: string; readonly kind: 'share'; readonly share: number };

/** How machines that are empty or little used are taken out, where the scenario says so; otherwise `startup.keep_nodes` says. */
export type Consolidation =
  | { readonly manifest: string; readonly text: string }
  | {
      readonly kind: 'karpenter';
      readonly policy: 'WhenEmpty' | 'WhenEmptyOrUnderutilized' | 'Balanced';
      /** Seconds without a replica coming or going. */
      readonly after: number;
      readonly budgets: readonly DisruptionBudget[];
    }
  | {
      readonly kind: 'cluster-autoscaler';
      /** 0–1. */
      readonly utilization_threshold: number;
      readonly unneeded: number;
      readonly delay_after_add: number;
    };

export interface DisruptionBudget {
  /** A count, or a percentage of the machines: `3`, `20%`. */
  readonly nodes: string;
  /** Cron, UTC, and seconds from each hit; always active without. */
  readonly schedule?: string;
  readonly duration?: number;
  readonly reasons?: readonly ('Empty' | 'Underutilized')[];
}

export interface StockOuts {
  readonly mean_time_between: number;
  readonly mean_duration: number;
}
