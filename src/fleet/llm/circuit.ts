/**
 * A circuit breaker between the clients of a service and its gateway (Nygard, "Release It!", 2007; the states and the sliding window by
 * time are those of resilience4j's CircuitBreaker). Closed, it lets every try through and watches how they end; when too large a share of
 * those that ended within the window has failed, it opens, and tries fail at once. After a pause it is half open: a few tries probe the
 * service, and when the last of them has ended, it closes or opens again. All clients share one circuit.
 *
 * A try fails when it times out, is lost to a failure, or is turned away because the service is full; a rate limit says nothing of the
 * service's health. Tries that were sent before the circuit changed its state are not counted after.
 */
import type { Clock } from '../../kernel/clock.js';
import type { LlmMetrics } from './metrics.js';

export interface CircuitSettings {
  /** Share of failed tries from which on it opens. */
  readonly failureShare: number;
  /** Seconds that it looks back, and the tries that must have ended in them before it judges. */
  readonly windowS: number;
  readonly minTries: number;
  /** Seconds that it stays open. */
  readonly openS: number;
  /** Tries let through when it is half open. */
  readonly probes: number;
}

const CLOSED = 0;
const OPEN = 1;
const HALF_OPEN = 2;

export class Circuit {
  /** Changes with the state; each try keeps that of the moment at which it was sent. */
  generation = 0;
  private state = CLOSED;
  private openUntil = 0;
  /** Half open: tries let through, ended, and failed. */
  private sent = 0;
  private ended = 0;
  private failed = 0;
  // Ends of tries within the window, oldest first: a ring.
  private times = new Float64Array(64);
  private failures = new Uint8Array(64);
  private head = 0;
  private length = 0;
  private failedInWindow = 0;

  constructor(
    private readonly settings: CircuitSettings,
    private readonly clock: Clock,
    private readonly metrics: LlmMetrics,
  ) {}

  get isClosed(): boolean {
    return this.state === CLOSED;
  }

  /** Whether a try may be sent now. */
  lets(): boolean {
    if (this.state === CLOSED) return true;
    if (this.state === OPEN) {
      if (this.clock.now < this.openUntil) return false;
      this.enter(HALF_OPEN);
    }
    if (this.sent >= this.settings.probes) return false;
    this.sent++;
    return true;
  }

  /** A try that was let through did not reach the service, for no fault of its own. */
  withdraw(): void {
    if (this.state === HALF_OPEN) this.sent--;
  }

  /** A try of a generation has ended; `failure` is 1 or 0. */
  end(generation: number, failure: number): void {
    if (generation !== this.generation) return;
    if (this.state === CLOSED) this.watch(failure);
    else if (this.state === HALF_OPEN) this.judgeProbe(failure);
  }

  private watch(failure: number): void {
    const { minTries, failureShare } = this.settings;
    this.forget();
    if (this.length === this.times.length) this.grow();
    const at = (this.head + this.length++) & (this.times.length - 1);
    this.times[at] = this.clock.now;
    this.failures[at] = failure;
    this.failedInWindow += failure;
    if (this.length >= minTries && this.failedInWindow >= failureShare * this.length) this.open();
  }

  private judgeProbe(failure: number): void {
    const { probes, failureShare } = this.settings;
    this.ended++;
    this.failed += failure;
    if (this.ended < probes) return;
    if (this.failed >= failureShare * probes) this.open();
    else this.enter(CLOSED);
  }

  private open(): void {
    this.openUntil = this.clock.now + this.settings.openS;
    this.enter(OPEN);
  }

  private enter(state: number): void {
    this.state = state;
    this.metrics.circuit(state === OPEN ? 1 : 0);
    this.generation++;
    this.sent = this.ended = this.failed = this.length = this.failedInWindow = 0;
  }

  /** Drops what has ended before the window. */
  private forget(): void {
    const from = this.clock.now - this.settings.windowS;
    while (this.length > 0 && this.times[this.head]! <= from) {
      this.failedInWindow -= this.failures[this.head]!;
      this.head = (this.head + 1) & (this.times.length - 1);
      this.length--;
    }
  }

  private grow(): void {
    const last = this.times.length - 1;
    const times = new Float64Array(2 * this.times.length);
    const failures = new Uint8Array(2 * this.times.length);
    for (let i = 0; i < this.length; i++) {
      times[i] = this.times[(this.head + i) & last]!;
      failures[i] = this.failures[(this.head + i) & last]!;
    }
    this.times = times;
    this.failures = failures;
    this.head = 0;
  }
}
