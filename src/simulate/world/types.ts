/** What a scenario joined with the catalogs consists of. */
import type { InstancePrices } from '../../billing/instancePrices.js';
import type { Purchase } from '../../billing/purchase.js';
import type { TokenRates } from '../../billing/tokens.js';
import type { GridCarbon } from '../../catalog/carbon.js';
import type { StoragePrice } from '../../catalog/storage.js';
import type { Accelerator, Instance, MigProfile, ModelCard } from '../../catalog/types.js';
import type { StockTimes } from '../../fleet/faults/stockClock.js';
import type { ServingConfig } from '../../latency/config.js';
import type { InferencePlan } from '../../latency/planInference.js';
import type { TrainingPlan } from '../../latency/training/config.js';
import type { ServingPlan } from '../../latency/types.js';
import type { Job } from '../../scenario/types/jobs.js';
import type { InferenceService, LlmService, Pool, QueueService, Scenario } from '../../scenario/types.js';
import type { Trace } from '../../workload/trace.js';
import type { Drivers } from '../drivers.js';
import type { PreparedConsolidation } from './consolidation.js';
import type { PreparedScaling } from './scaling.js';

/** Something about a scenario that only the catalogs can tell, with the path that holds it. */
export interface WorldFinding {
  /** E1302 (an unknown name) unless given. */
  readonly code?: 'E1302' | 'E1303' | 'E1304' | 'E1305' | 'E1306' | 'E1402' | 'E1501';
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly hint?: string;
}

export interface Hardware {
  readonly instance?: Instance;
  readonly accelerator?: Accelerator;
  /** Where each replica has a slice of an accelerator: how it is cut. `accelerator` is then a slice. */
  readonly slice?: MigProfile;
  /** Accelerators that one instance has; 1 for owned hardware priced by the accelerator. */
  readonly acceleratorsPerInstance: number;
  readonly region: string | undefined;
  /** Why this region was chosen, when the scenario names none. */
  readonly why: string;
}

export interface PreparedPool {
  readonly name: string;
  readonly pool: Pool;
  readonly hardware: Hardware;
  /** Absent for owned or unlisted hardware, which the pool's own `price` covers. */
  readonly prices?: InstancePrices;
  readonly purchase: Purchase;
  readonly grid?: GridCarbon;
  /** What leaving the pool's region costs; absent where it is not counted. */
  readonly egress?: StoragePrice | 'unpriced';
  /** Absent where the number of replicas is fixed. */
  readonly scaling?: PreparedScaling;
  /** Where machines are bought on spot: mean seconds until one is taken back, and the notice that it gives. */
  readonly spot?: { readonly share: number; readonly meanS: number; readonly noticeS: number };
  /** How machines that are empty or little used are taken out; by the time for which they are kept unless given. */
  readonly consolidation?: PreparedConsolidation;
  /** Several services run there. */
  readonly isShared?: boolean;
  /** The same pool on the instance types that it falls back to, in order. */
  readonly fallback?: readonly PreparedPool[];
  /** How often its own instance type (not those it falls back to) cannot be had; always, unless given. */
  readonly stock?: StockTimes;
}

/** A pool on each of its instance types, its own first. */
export const typesOfPool = (pool: PreparedPool): readonly PreparedPool[] => [pool, ...(pool.fallback ?? [])];

export interface PreparedData {
  readonly name: string;
  readonly bytes: number;
  readonly replication: number;
  /** A catalog price, or USD per GB and month that the scenario gives. */
  readonly price: StoragePrice | number;
}

/** A service on one of its pools: how it is split there, and how fast one replica is. */
export interface Lane {
  readonly pool: string;
  readonly config: ServingConfig;
  readonly plan: ServingPlan;
  /** Where the service computes prompts in one pool and decodes in another. */
  readonly role?: 'prefill' | 'decode';
  /** The same on the instance types that the pool falls back to, in order. */
  readonly fallback?: readonly Lane[];
}

/** How keys and values get from the pool that computes prompts to the one that decodes. */
export interface KvLink {
  readonly latencyS: number;
  /** Seconds for the keys and values of one token. */
  readonly perTokenS: number;
}

/** Where the users of a service are, by region. */
export interface PreparedOrigin {
  readonly name: string;
  readonly share: number;
  /** Seconds to the replicas of each lane and back. */
  readonly rttS: readonly number[];
  /** Whether each lane may serve these users. */
  readonly allowed: readonly boolean[];
}

export type PreparedService =
  | {
      readonly kind: 'llm';
      readonly name: string;
      readonly service: LlmService;
      /** The first of its pools, and the plan there. */
      readonly pool: string;
      readonly model: ModelCard;
      readonly config: ServingConfig;
      readonly plan: ServingPlan;
      /** All of its pools. */
      readonly lanes: readonly Lane[];
      /** Where the first lane computes prompts and the second decodes. */
      readonly link?: KvLink;
      readonly origins?: readonly PreparedOrigin[];
      readonly trace?: Trace;
    }
  | {
      readonly kind: 'inference';
      readonly name: string;
      readonly service: InferenceService;
      readonly pool: string;
      readonly model: ModelCard;
      readonly plan: InferencePlan;
      /** On the instance types that the pool falls back to, in order. */
      readonly fallbackPlans?: readonly InferencePlan[];
      readonly trace?: Trace;
    }
  | {
      readonly kind: 'queue';
      readonly name: string;
      readonly service: QueueService;
      readonly pool?: string;
      readonly trace?: Trace;
    };

/** A job on what services leave of a pool. */
export interface PreparedJob {
  readonly name: string;
  readonly job: Job;
  readonly pool: string;
  /** A worker of a batch job as a service of its own, and the pool as it has it. */
  readonly worker?: Extract<PreparedService, { kind: 'llm' | 'inference' }>;
  readonly share?: PreparedPool;
  readonly training?: TrainingPlan;
  /** Of a worker (machines, where there are no accelerators); training has one worker. */
  readonly accelerators: number;
  readonly unit: 'requests' | 'steps';
  readonly work: number;
  /** Of a worker; absent where it is found by simulating one that always has requests waiting. */
  readonly ratePerS?: number;
  readonly startupS: number;
  readonly checkpointS: number;
  readonly writeS: number;
}

export interface World {
  readonly scenario: Scenario;
  readonly services: readonly PreparedService[];
  /** The machines; what a service has of them is in `shares` where it has a word of its own (see `poolFor`). */
  readonly pools: Readonly<Record<string, PreparedPool>>;
  /** By service: its pool with the service's own replicas, autoscaler and parallelism. */
  readonly shares: Readonly<Record<string, PreparedPool>>;
  readonly jobs: readonly PreparedJob[];
  readonly data: readonly PreparedData[];
  /** A hash of everything the catalogs say. */
  readonly catalogFingerprint: () => string;
  readonly drivers: Drivers;
  /** Prices of the token API that takes what fleets have no room for. */
  readonly tokenApi?: TokenRates;
  /** Calibrations that speak for no service. Candidates on other hardware may have some; the scenario that names them may not. */
  readonly unusedCalibrations: readonly WorldFinding[];
  readonly warnings: readonly string[];
}

/** Catalog suggestions as a hint; where nothing is close, `list` names the verb that shows what there is. */
export function hintOf(suggestions: readonly string[], list?: string): { hint?: string } {
  if (suggestions.length > 0) return { hint: `did you mean ${suggestions.map((s) => `"${s}"`).join(', ')}?` };
  return list === undefined ? {} : { hint: `known ones: plimsoll catalog ${list}` };
}
