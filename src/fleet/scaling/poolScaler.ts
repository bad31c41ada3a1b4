/**
 * An autoscaler at work on a simulated fleet: it scrapes metrics, looks at them once a sync, decides as the real controller does, and starts
 * or drains replicas. What it wants and what is there differ while nodes boot and weights load; what the quota refuses stays pending.
 */
import { type AutoscalerState, decide, initialState } from '../autoscalers/decide.js';
import { type AutoscalerPolicy, syncPeriodS } from '../autoscalers/policy.js';
import type { Explanation, Observation } from '../autoscalers/types.js';
import type { FleetControl, ReplicaView } from '../llm/control.js';
import type { FleetKeeper } from './keeper.js';
import type { Refusal } from './machines.js';
import type { Nodes } from './nodes.js';
import type { MetricReading } from './readings.js';
import { Scraper, type ScrapeSettings } from './scraper.js';

/** One look of the autoscaler: what it saw and decided, and what was there. */
export interface DecisionRow {
  readonly timeS: number;
  /** The pool that it scales, where the fleet knows its name. */
  readonly pool?: string;
  readonly current: number;
  readonly ready: number;
  readonly starting: number;
  /** Wanted, and not to be had so far, and why. */
  readonly pending: number;
  readonly pendingFor?: Refusal;
  /** Replicas started since the look before, by the instance type under them. */
  readonly startedByType: readonly number[];
  /** Names of the instance types, where the fleet knows them. */
  readonly types?: readonly string[];
  readonly desired: number;
  readonly explanation: Explanation;
}

export interface PoolScalerSettings {
  readonly policy: AutoscalerPolicy;
  readonly readings: readonly MetricReading[];
  readonly scrape: ScrapeSettings;
  readonly enginesPerReplica: number;
  /** Bounds that the pool sets on top of the policy's own. */
  readonly min: number;
  readonly max: number;
  readonly initial: number;
  readonly onDecision?: (row: DecisionRow) => void;
}

export interface ScalingCounts {
  decisions: number;
  scaleUps: number;
  scaleDowns: number;
  /** Replicas started, and of them those that needed a new node. */
  started: number;
  onNewNodes: number;
  /** Syncs at which replicas were wanted that the quota refused. */
  refusedSyncs: number;
  /** Syncs at which replicas were wanted for which no instance type was in stock. */
  outOfStockSyncs: number;
}

export class PoolScaler implements FleetKeeper {
  readonly counts: ScalingCounts = {
    decisions: 0,
    scaleUps: 0,
    scaleDowns: 0,
    started: 0,
    onNewNodes: 0,
    refusedSyncs: 0,
    outOfStockSyncs: 0,
  };
  private startedByType: number[] = [];
  private readonly scraper: Scraper;
  private readonly periodS: number;
  private target: number;
  private state: AutoscalerState | undefined;
  /** Scrapes come between syncs: metrics are on average half an interval old. */
  private nextScrapeAt: number;
  private nextSyncAt: number;

  constructor(
    private readonly settings: PoolScalerSettings,
    readonly nodes: Nodes,
  ) {
    this.scraper = new Scraper(settings.readings, settings.scrape, settings.enginesPerReplica);
    this.periodS = syncPeriodS(settings.policy);
    this.target = settings.initial;
    this.nextScrapeAt = settings.scrape.everyS / 2;
    this.nextSyncAt = this.periodS;
  }

  get nextAt(): number {
    return Math.min(this.nextScrapeAt, this.nextSyncAt);
  }

  act(now: number, fleet: FleetControl): void {
    if (this.nextScrapeAt <= now) {
      this.scraper.scrape(now, fleet);
      this.nextScrapeAt = now + this.settings.scrape.everyS;
    }
    if (this.nextSyncAt <= now) {
      this.sync(now, fleet);
      this.nextSyncAt = now + this.periodS;
    }
  }

  /** A replica is gone, whatever the reason; its node has a place. */
  gone(index: number, now: number): void {
    this.nodes.release(index, now);
  }

  /** The ReplicaSet misses replicas: it starts others at once, without a look at any metric. */
  replace(now: number, fleet: FleetControl): void {
    this.reconcile(now, fleet, fleet.replicas);
  }

  private sync(now: number, fleet: FleetControl): void {
    const { policy, min, max, onDecision } = this.settings;
    const { replicas } = fleet;
    const ready = replicas.filter(({ state }) => state === 'ready').length;
    const starting = replicas.filter(({ state }) => state === 'starting').length;
    const observation: Observation = {
      timeS: now,
      currentReplicas: this.target,
      readyReplicas: ready,
      unreadyReplicas: Math.max(0, this.target - ready),
      metrics: this.scraper.observed(),
    };
    this.state ??= initialState(policy, observation);
    const decision = decide(policy, this.state, observation);
    this.state = decision.state;
    const desired = Math.min(max, Math.max(min, decision.desired));
    const { counts } = this;
    counts.decisions++;
    if (desired > this.target) counts.scaleUps++;
    if (desired < this.target) counts.scaleDowns++;
    const row = { timeS: now, current: this.target, ready, starting, desired, explanation: decision.explanation };
    this.target = desired;
    const pendingFor = this.reconcile(now, fleet, replicas);
    const pending = Math.max(0, this.target - this.present(fleet.replicas));
    if (pendingFor === 'stock') counts.outOfStockSyncs++;
    else if (pending > 0) counts.refusedSyncs++;
    onDecision?.({ ...row, pending, ...(pendingFor && { pendingFor }), startedByType: this.startedByType });
    this.startedByType = [];
  }

  private present(replicas: readonly ReplicaView[]): number {
    return replicas.filter(({ state }) => state === 'starting' || state === 'ready').length;
  }

  /** Starts or drains replicas until as many are there as are wanted; returns why no more can be started, where they cannot. */
  private reconcile(now: number, fleet: FleetControl, replicas: readonly ReplicaView[]): Refusal | undefined {
    let present = this.present(replicas);
    while (present < this.target) {
      const place = this.nodes.place(now);
      if (!place.ok) return place.why;
      place.take(fleet.add(place.readyAtS, place.type));
      this.startedByType[place.type] = (this.startedByType[place.type] ?? 0) + 1;
      this.counts.started++;
      if (place.onNewNode) this.counts.onNewNodes++;
      present++;
    }
    if (present === this.target) return undefined;
    for (const index of victims(replicas).slice(0, present - this.target)) fleet.drain(index);
    return undefined;
  }
}

/** Who goes first when a Deployment shrinks: replicas that are not ready, then those that are, the newest first. */
function victims(replicas: readonly ReplicaView[]): number[] {
  const order = { starting: 0, ready: 1, draining: 2, gone: 2 };
  return replicas
    .filter(({ state }) => state === 'starting' || state === 'ready')
    .sort((a, b) => order[a.state] - order[b.state] || b.addedAtS - a.addedAtS || b.index - a.index)
    .map(({ index }) => index);
}
