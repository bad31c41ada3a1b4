/** One replica of a batch server: its line, and what its model instances have in hand. */
import { WaitingLine } from '../llm/waitingLine.js';

interface Batch {
  readonly ids: readonly number[];
  readonly startedAt: number;
}

export class BatchReplica {
  readonly line = new WaitingLine();
  /** Requests that wait or run here. */
  outstanding = 0;
  /** Instances without a batch; the last is the next to get one. */
  private readonly idle: number[];
  private readonly batches: (Batch | undefined)[];
  /** Instances with a batch, in the order in which these began. */
  private readonly order: number[] = [];
  /** Instance-seconds of batches that have ended, since `countsFrom`. */
  private busyS = 0;
  private countsFrom = 0;

  constructor(
    readonly index: number,
    readonly instances: number,
  ) {
    this.idle = Array.from({ length: instances }, (_, i) => instances - 1 - i);
    this.batches = this.idle.map(() => undefined);
  }

  get waitingRequests(): number {
    return this.line.length;
  }

  get hasIdle(): boolean {
    return this.idle.length > 0;
  }

  /** An idle instance takes the next `size` requests of the line; returns it. */
  start(now: number, size: number): number {
    const instance = this.idle.pop()!;
    this.batches[instance] = { ids: Array.from({ length: size }, () => this.line.popFront()), startedAt: now };
    this.order.push(instance);
    return instance;
  }

  /** Requests of an instance's batch. */
  batchOf(instance: number): readonly number[] {
    return this.batches[instance]!.ids;
  }

  /** An instance's batch ends; returns its requests. */
  finish(instance: number, now: number): readonly number[] {
    const { ids, startedAt } = this.batches[instance]!;
    this.busyS += now - Math.max(startedAt, this.countsFrom);
    this.outstanding -= ids.length;
    this.batches[instance] = undefined;
    this.idle.push(instance);
    this.order.splice(this.order.indexOf(instance), 1);
    return ids;
  }

  /** All that it has: batches in the order in which they began, then the line. */
  requests(): { readonly running: readonly number[]; readonly waiting: readonly number[] } {
    const waiting: number[] = [];
    for (let left = this.line.length; left > 0; left--) {
      const id = this.line.popFront();
      waiting.push(id);
      this.line.pushBack(id);
    }
    return { running: this.order.flatMap((instance) => this.batchOf(instance)), waiting };
  }

  /** Instance-seconds of work up to `now`, since it was added or measurement began. */
  busyUntil(now: number): number {
    const begun = this.order.map((instance) => now - Math.max(this.batches[instance]!.startedAt, this.countsFrom));
    return begun.reduce((sum, seconds) => sum + seconds, this.busyS);
  }

  /** Measurement begins. */
  restart(now: number): void {
    this.busyS = 0;
    this.countsFrom = now;
  }
}
