/**
 * The engines of one LLM service behind a router, driven by one source of requests and, if there is one, by a controller that adds and
 * removes replicas (see `FleetRun` for the way of an event, and of a request).
 *
 * INV-conservation: arrived = completed + rejected + abandoned + failed + in flight.
 * INV-progress: an engine with requests is never idle.
 * INV-little: ∫ requests in system dt = Σ time in system, both over the measured time.
 */
import type { Histogram } from '../../kernel/histogram.js';
import type { RequestSource } from '../../workload/source.js';
import type { AdmissionRules } from './admissionControl.js';
import type { ClientSettings } from './clients.js';
import type { FleetController, ReplicaSeconds } from './control.js';
import type { EngineMeter } from './engineMeter.js';
import { FleetRun } from './fleetRun.js';
import type { GoodLimits, LlmMetrics, RequestSink } from './metrics.js';
import type { Origins } from './origins.js';
import type { ReplicaGroup } from './replicaGroup.js';
import type { Retired } from './replicas.js';
import type { Router } from './routing.js';
import type { Shares } from './shares.js';
import type { TokenApiSettings } from './tokenApi.js';
import type { HandOver } from './transfers.js';
import type { VerifySteps } from './verifySteps.js';

export interface LlmFleetConfig {
  /** The replicas, by hardware; at least one group. */
  readonly groups: readonly ReplicaGroup[];
  /** Longest prompt + answer that the model's context holds; longer requests run with a count, or are rejected. */
  readonly maxModelTokens: number;
  readonly rejectTooLong: boolean;
  readonly router: Router;
  readonly good: GoodLimits;
  /** Speculative decoding; `limits.draftTokens` and `step` of every group must be made for the same number of drafts. */
  readonly speculative?: VerifySteps;
  /** Priorities; `limits.priorityLevels` must be their number. */
  readonly priority?: Shares;
  /** Whether the adapter of a request is loaded (0) or not (1): drawn, by the shares of the two. Who needs it loaded holds up the step that lets it in. */
  readonly adapters?: Shares;
  /** Clients of an open loop that do not wait for ever, and try again. */
  readonly client?: ClientSettings;
  /** How requests go from groups that compute prompts to those that decode; where there are such. */
  readonly handOver?: HandOver;
  /** Who is turned away before any engine is asked; nobody unless given. */
  readonly admission?: AdmissionRules;
  /** A token API that takes what the fleet has no room for; none unless given. */
  readonly tokenApi?: TokenApiSettings;
  /** Where requests come from; from next to the replicas unless given. */
  readonly origins?: Origins;
  /** Whose requests they are. */
  readonly tenants?: Shares;
}

export interface GroupRun {
  /** What the engines that are there at the end have done, by index. */
  readonly engines: readonly EngineMeter[];
  /** What engines that went before the end have done. */
  readonly retired: Retired;
  readonly replicaSeconds: ReplicaSeconds;
  /** Requests given to its engines since the run began, those that started anew each time. */
  readonly placed: number;
}

export interface LlmRun {
  readonly metrics: LlmMetrics;
  /** Measured seconds with at least one replica that takes requests. */
  readonly servingS: number;
  /** By group of replicas. */
  readonly groups: readonly GroupRun[];
  /** When measurement started and ended, seconds. */
  readonly fromS: number;
  readonly untilS: number;
  readonly inFlight: number;
  /** How long requests have waited that wait for their first token, and for their last, when the run ends; seconds. */
  readonly pending: { readonly ttft: Histogram; readonly e2e: Histogram };
  /** Requests that were in the system when measurement began. */
  readonly carriedIn: number;
  /** Events processed: arrivals, ends of steps or stretches, acts of control. */
  readonly events: number;
}

export interface LlmRunOptions {
  /** Time at which measurement starts; what happens before is warm-up. */
  readonly warmupS: number;
  /** End of the run; `Infinity` runs until every request of the source is answered. */
  readonly untilS: number;
  /** Requests expected in the measured time, to spread them over batches; 0 puts all in one batch. */
  readonly batchSize: number;
  readonly batches: number;
  readonly sink?: RequestSink;
  /** Called with the number in system at each multiple of `probe.everyS` (for warm-up detection). */
  readonly probe?: { readonly everyS: number; readonly observe: (inSystem: number) => void };
  /** Adds and removes replicas as the run goes. */
  readonly controller?: FleetController;
}

/** @throws an `INV-…` error where the simulator contradicts itself */
export function runLlmFleet(config: LlmFleetConfig, source: RequestSource, options: LlmRunOptions): LlmRun {
  const run = new FleetRun(config, source, options);
  while (run.step());
  return run.end();
}
