/** What an LLM service's simulation counts: histograms by batch of requests (for intervals), counters and time averages. */
import type { Clock } from '../../kernel/clock.js';
import { Histogram } from '../../kernel/histogram.js';
import { TimeAverage } from '../../kernel/timeAverage.js';
import { REJECTIONS, type Rejection } from './admissionControl.js';
import { Breakdown } from './breakdown.js';
import type { RequestTable } from './requestTable.js';

/** Limits in seconds that a request must meet to count as good; `Infinity` where no objective is stated. */
export interface GoodLimits {
  readonly ttftS: number;
  readonly tpotS: number;
  readonly e2eS: number;
}

/** Receives each finished request when rows are asked for (`simulate --requests`); NaN stands for what a request has not. */
export type RequestSink = (row: {
  readonly arrivedAtS: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly queuedS: number;
  readonly ttftS: number;
  readonly e2eS: number;
  readonly replica: number;
  readonly outcome: 'completed' | 'rejected' | 'failed' | 'abandoned';
}) => void;

const NO_PARTS = { groups: 1, origins: 0, tenants: 0 };

const noRejections = (): Record<Rejection, number> =>
  Object.fromEntries(REJECTIONS.map((reason) => [reason, 0])) as Record<Rejection, number>;

export class LlmMetrics {
  readonly ttft: readonly Histogram[];
  readonly tpot: readonly Histogram[];
  readonly itl: readonly Histogram[];
  readonly queue: readonly Histogram[];
  readonly e2e: readonly Histogram[];
  /** Batch of the request that arrived last: where inter-token latencies are counted. */
  currentBatch = 0;
  arrived = 0;
  completed = 0;
  /** Requests that arrived before measurement began and left after. */
  carriedOut = 0;
  rejected = 0;
  readonly rejectedFor: Record<Rejection, number>;
  /** Requests that a failure lost, whenever they came. */
  failed = 0;
  /** Requests whose client gave up for good, tries that timed out, and tries after the first. */
  abandoned = 0;
  timeouts = 0;
  retries = 0;
  /** Tries that were turned away, of clients. */
  refusals = 0;
  /** Calls of the token API that have ended, and their tokens. */
  apiCalls = 0;
  apiInputTokens = 0;
  apiOutputTokens = 0;
  /** Second copies of slow tries: sent, those that were first, and tokens computed (or found) for those that were not. */
  hedges = 0;
  hedgesWon = 0;
  hedgeTokens = 0;
  good = 0;
  preemptions = 0;
  /** Preemptions that moved the sequence to host memory. */
  swaps = 0;
  /** Requests that started anew elsewhere because their engine was removed. */
  rerouted = 0;
  inputTokens = 0;
  outputTokens = 0;
  /** Prompt tokens found in the prefix cache, and asked for, at admission. */
  hitTokens = 0;
  lookedUpTokens = 0;
  tooLong = 0;
  /** Σ time in system of departed requests since the start of measurement (for Little's law). */
  sojournS = 0;
  readonly inSystem = new TimeAverage();
  readonly waiting = new TimeAverage();
  /** 1 while the clients' circuit breaker is open, and how often it has opened. */
  readonly circuitOpen = new TimeAverage();
  circuitOpened = 0;

  /** By level of priority, most urgent first; empty when all requests are equal. */
  readonly ttftByLevel: readonly Histogram[];
  readonly e2eByLevel: readonly Histogram[];
  /** By origin, and by tenant; empty where there are none. */
  readonly byOrigin: readonly Breakdown[];
  readonly byTenant: readonly Breakdown[];

  constructor(
    private readonly clock: Clock,
    readonly batches: number,
    levels = 1,
    parts: { readonly groups: number; readonly origins: number; readonly tenants: number } = NO_PARTS,
  ) {
    const many = (): Histogram[] => Array.from({ length: batches }, () => new Histogram());
    this.ttft = many();
    this.tpot = many();
    this.itl = many();
    this.queue = many();
    this.e2e = many();
    const byLevel = (): Histogram[] => (levels > 1 ? Array.from({ length: levels }, () => new Histogram()) : []);
    this.ttftByLevel = byLevel();
    this.e2eByLevel = byLevel();
    const breakdowns = (count: number): Breakdown[] => Array.from({ length: count }, () => new Breakdown(parts.groups));
    this.byOrigin = breakdowns(parts.origins);
    this.byTenant = breakdowns(parts.tenants);
    this.rejectedFor = noRejections();
  }

  /** `by` more requests (fewer, if negative) are in the system from now on. */
  enter(by: number): void {
    const { inSystem, clock } = this;
    inSystem.now = clock.now;
    inSystem.change(by);
  }

  /** `by` more requests (fewer, if negative) wait from now on. */
  wait(by: number): void {
    const { waiting, clock } = this;
    waiting.now = clock.now;
    waiting.change(by);
  }

  /** Requests in the system when measurement begins are among those of their origin and tenant. */
  carryIn(table: RequestTable): void {
    if (this.byOrigin.length + this.byTenant.length === 0) return;
    for (let id = 0; id < table.capacity; id++) {
      if (table.active[id] === 0 || table.unseen[id] === 1) continue;
      this.byOrigin[table.origin[id]!]?.arrives();
      this.byTenant[table.tenant[id]!]?.arrives();
    }
  }

  /** The clients' circuit breaker is open (1) or not (0) from now on. */
  circuit(open: number): void {
    const { circuitOpen, clock } = this;
    circuitOpen.set(clock.now, open);
    this.circuitOpened += open;
  }

  /** Measurement begins at `now`: what was counted during the warm-up is forgotten. */
  restart(now: number): void {
    for (const group of [this.ttft, this.tpot, this.itl, this.queue, this.e2e, this.ttftByLevel, this.e2eByLevel])
      for (const histogram of group) histogram.clear();
    this.arrived = this.completed = this.carriedOut = this.rejected = this.failed = this.good = 0;
    this.abandoned = this.timeouts = this.retries = this.refusals = this.circuitOpened = 0;
    for (const part of [...this.byOrigin, ...this.byTenant]) part.restart();
    Object.assign(this.rejectedFor, noRejections());
    this.apiCalls = this.apiInputTokens = this.apiOutputTokens = 0;
    this.hedges = this.hedgesWon = this.hedgeTokens = 0;
    this.preemptions = this.swaps = this.rerouted = 0;
    this.inputTokens = this.outputTokens = this.hitTokens = this.lookedUpTokens = this.tooLong = 0;
    this.sojournS = 0;
    this.inSystem.reset(now);
    this.waiting.reset(now);
    this.circuitOpen.reset(now);
  }
}
