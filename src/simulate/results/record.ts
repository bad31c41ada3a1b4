/** One replication of one service as plain data: it can cross threads, and results are put together from it in a fixed order. */
import type { Rejection } from '../../fleet/llm/admissionControl.js';
import { Histogram } from '../../kernel/histogram.js';
import type { FleetRecord } from '../services/scaledFleet.js';

export type Quantity = 'ttft' | 'tpot' | 'itl' | 'queue' | 'wait' | 'service' | 'e2e';

export interface RunCounts {
  /** Arrivals in the measured time; requests in the system when it began; of those, the ones that left in it. */
  readonly arrived: number;
  readonly carriedIn: number;
  readonly carriedOut: number;
  readonly completed: number;
  readonly rejected: number;
  readonly abandoned: number;
  /** Lost to a failure. */
  readonly failed: number;
  /** Tries that timed out, and tries after the first (kind: llm with clients that try again). */
  readonly timeouts: number;
  readonly retries: number;
  /** Tries of clients that the gateway turned away. */
  readonly refusals: number;
  /** Second copies of tries: sent, first, and tokens computed for those that were not. */
  readonly hedges: number;
  readonly hedgesWon: number;
  readonly hedgeTokens: number;
  /** How often the clients' circuit breaker opened. */
  readonly circuitOpened: number;
  readonly inFlight: number;
  /** Completed requests that met every stated objective. */
  readonly good: number;
  readonly preemptions: number;
  /** Preemptions that moved the sequence to host memory. */
  readonly swaps: number;
  /** Requests longer than the model's context. */
  readonly tooLong: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly hitTokens: number;
  readonly lookedUpTokens: number;
}

export interface Level {
  /** ∫ level dt over the measured time. */
  readonly integral: number;
  readonly max: number;
}

/** Visits to one station of a chain: those that began in the measured time, and the services that ended in it. */
export interface StationRecord {
  readonly arrived: number;
  readonly completed: number;
  readonly rejected: number;
  readonly abandoned: number;
  /** Visits that had to wait. */
  readonly delayed: number;
  /** Seconds out of service and seconds at the station, by batch of the run. */
  readonly wait: readonly Histogram[];
  readonly e2e: readonly Histogram[];
  readonly waiting: Level;
  readonly inSystem: Level;
  readonly busyS: number;
}

/** What one pool of a language model's service did. */
export interface LaneRecord extends Pick<RunRecord, 'busyS' | 'servers' | 'batch' | 'fleet'> {
  /** Requests given to its replicas since the run began. */
  readonly placed: number;
  /** By instance type of the pool, its own first. */
  readonly types: readonly GroupRecord[];
}

/** What a pool's replicas on one instance type did. */
export interface GroupRecord {
  readonly busyS: number;
  /** ∫ replicas dt: those that take requests, and those that finish what they have. */
  readonly workingS: number;
  readonly batch: { readonly weight: number; readonly max: number };
  /** Tokens held in KV memory: ∫ over its engines, and the most on one. */
  readonly kv: { readonly tokenSeconds: number; readonly maxTokens: number };
}

/** Requests of one origin or tenant (see `Breakdown`). */
export interface PartRecord {
  readonly ttft: Histogram;
  readonly e2e: Histogram;
  readonly arrived: number;
  readonly completed: number;
  readonly rejected: number;
  /** By lane. */
  readonly answeredBy: readonly number[];
  readonly tokensFrom: readonly number[];
}

export interface RunRecord {
  readonly fromS: number;
  readonly untilS: number;
  readonly counts: RunCounts;
  /** Seconds, by batch of the run (one batch when replications give the intervals). */
  readonly histograms: Readonly<Partial<Record<Quantity, readonly Histogram[]>>>;
  /** How long those have waited, in seconds, that wait for their first token (kind: llm), and for the whole answer, when the run ends. */
  readonly pending?: { readonly ttft?: Histogram; readonly e2e: Histogram };
  readonly classes?: readonly { readonly wait: Histogram; readonly e2e: Histogram }[];
  /** Levels of priority of an LLM service, most urgent first. */
  readonly priorities?: readonly { readonly ttft: Histogram; readonly e2e: Histogram }[];
  /** Stations of a queue that has several, in the order of the scenario. */
  readonly stations?: readonly StationRecord[];
  readonly waiting: Level;
  readonly inSystem: Level;
  /** Server- (or engine-) seconds busy, and servers (or engines) there are. */
  readonly busyS: number;
  readonly servers: number;
  readonly probabilityWait?: number;
  /** Requests processed together: Σ batch·time (or Σ batch) over what it is a mean of, and the largest batch. */
  readonly batch?: { readonly weight: number; readonly over: number; readonly max: number };
  /** By pool, in the order in which the service names them (kind: llm). */
  readonly lanes?: readonly LaneRecord[];
  /** Requests turned away, by reason (kind: llm). */
  readonly rejections?: Readonly<Record<Rejection, number>>;
  /** By origin and tenant, in the order of the scenario; empty where there are none (kind: llm). */
  readonly origins?: readonly PartRecord[];
  readonly tenants?: readonly PartRecord[];
  /** Calls of the token API that ended, where there is one (kind: llm). */
  readonly api?: { readonly calls: number; readonly inputTokens: number; readonly outputTokens: number };
  /** Seconds for which the clients' circuit breaker was open (kind: llm). */
  readonly circuitOpenS?: number;
  /** Where replicas come and go. */
  readonly fleet?: FleetRecord;
  /** Seconds in which somebody was there to answer; all of them unless given. */
  readonly servingS?: number;
  /** Number in system at regular times, where it was asked for. */
  readonly levels?: readonly number[];
  /** Events processed. */
  readonly events: number;
}

export const NO_COUNTS: RunCounts = {
  arrived: 0,
  carriedIn: 0,
  carriedOut: 0,
  completed: 0,
  rejected: 0,
  abandoned: 0,
  failed: 0,
  timeouts: 0,
  retries: 0,
  refusals: 0,
  hedges: 0,
  hedgesWon: 0,
  hedgeTokens: 0,
  circuitOpened: 0,
  inFlight: 0,
  good: 0,
  preemptions: 0,
  swaps: 0,
  tooLong: 0,
  inputTokens: 0,
  outputTokens: 0,
  hitTokens: 0,
  lookedUpTokens: 0,
};

/** Gives the histograms of a record that came through a thread boundary their methods back. */
export function revive(record: RunRecord): RunRecord {
  const all = [
    ...Object.values(record.histograms).flat(),
    ...(record.pending ? [record.pending.ttft ?? [], record.pending.e2e].flat() : []),
    ...(record.classes ?? []).flatMap(({ wait, e2e }) => [wait, e2e]),
    ...(record.stations ?? []).flatMap(({ wait, e2e }) => [...wait, ...e2e]),
    ...(record.priorities ?? []).flatMap(({ ttft, e2e }) => [ttft, e2e]),
    ...[...(record.origins ?? []), ...(record.tenants ?? [])].flatMap(({ ttft, e2e }) => [ttft, e2e]),
  ];
  for (const histogram of all) Object.setPrototypeOf(histogram, Histogram.prototype);
  return record;
}
