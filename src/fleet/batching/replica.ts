/** One replica of a batch server: its line, and what its model instances have in hand. */
import { WaitingLine } from '../llm/waitingLine.js';

export class BatchReplica {
  readonly line = new WaitingLine();
  /** Requests that wait or run here. */
  outstanding = 0;
  /** Instances without a batch; the last is the next to get one. */
  private readonly idle: number[];
  /** By instance: the requests of its batch (`maxBatch` places each), their number, when it began, and as the how-manieth. */
  private readonly ids: Int32Array;
  private readonly sizes: Int32Array;
  private readonly startedAt: Float64Array;
  private readonly turns: Float64Array;
  private begun = 0;
  /** Instance-seconds of batches that have ended, since `countsFrom`. */
  private busyS = 0;
  private countsFrom = 0;

  constructor(
    readonly index: number,
    /** The group of replicas that it belongs to. */
    readonly group: number,
    readonly instances: number,
    private readonly maxBatch: number,
  ) {
    this.idle = Array.from({ length: instances }, (_, i) => instances - 1 - i);
    this.ids = new Int32Array(instances * maxBatch);
    this.sizes = new Int32Array(instances);
    this.startedAt = new Float64Array(instances);
    this.turns = new Float64Array(instances);
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
    for (let i = 0; i < size; i++) this.ids[instance * this.maxBatch + i] = this.line.popFront();
    this.sizes[instance] = size;
    this.startedAt[instance] = now;
    this.turns[instance] = this.begun++;
    return instance;
  }

  /** The request at a place of an instance's batch, until the instance gets another batch. */
  requestAt(instance: number, place: number): number {
    return this.ids[instance * this.maxBatch + place]!;
  }

  /** An instance's batch ends; returns the number of its requests. */
  finish(instance: number, now: number): number {
    const size = this.sizes[instance]!;
    this.busyS += now - Math.max(this.startedAt[instance]!, this.countsFrom);
    this.outstanding -= size;
    this.sizes[instance] = 0;
    this.idle.push(instance);
    return size;
  }

  /** All that it has: batches in the order in which they began, then the line. */
  requests(): { readonly running: readonly number[]; readonly waiting: readonly number[] } {
    const waiting: number[] = [];
    for (let left = this.line.length; left > 0; left--) {
      const id = this.line.popFront();
      waiting.push(id);
      this.line.pushBack(id);
    }
    return { running: this.working().flatMap((instance) => this.requestsOf(instance)), waiting };
  }

  /** Instance-seconds of work up to `now`, since it was added or measurement began. */
  busyUntil(now: number): number {
    const seconds = this.working().map((instance) => now - Math.max(this.startedAt[instance]!, this.countsFrom));
    return seconds.reduce((sum, each) => sum + each, this.busyS);
  }

  private requestsOf(instance: number): number[] {
    return Array.from({ length: this.sizes[instance]! }, (_, place) => this.requestAt(instance, place));
  }

  /** Instances with a batch, in the order in which these began. */
  private working(): number[] {
    const { sizes, turns } = this;
    return [...sizes.keys()].filter((instance) => sizes[instance]! > 0).sort((a, b) => turns[a]! - turns[b]!);
  }

  /** Measurement begins. */
  restart(now: number): void {
    this.busyS = 0;
    this.countsFrom = now;
  }
}
