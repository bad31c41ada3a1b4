/**
 * The scenario after parsing: YAML's own key names, canonical units (seconds, 1/s, tokens, bytes, USD, fractions of one),
 * every default filled in. Immutable.
 */

import type { Job } from './types/jobs.js';
import type { Pool } from './types/pools.js';
import type { Service } from './types/services.js';
import type { OverflowTo, Region } from './types/traffic.js';

export type * from './types/pools.js';
export type * from './types/services.js';
export type * from './types/traffic.js';

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
    readonly overflow_to?: OverflowTo;
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
