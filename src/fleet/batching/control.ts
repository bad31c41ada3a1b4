/** What a controller of batch servers sees and does, carried out on the replicas, the calendar and the requests that a failure loses. */
import type { Calendar } from '../../kernel/calendar.js';
import type { TimeAverage } from '../../kernel/timeAverage.js';
import type { FleetControl, ReplicaView } from '../llm/control.js';
import type { WaitingLine } from '../llm/waitingLine.js';
import type { BatchReplicas } from './replicas.js';

/** What becomes of requests. */
export interface BatchMoves {
  /** Gives those that are held to replicas, where there are any now. */
  placeHeld(): void;
  /** Gives a request that waits to a replica, or holds it. */
  place(id: number): void;
  /** A request that waits is lost to a failure. */
  lost(id: number): void;
}

export class BatchControl implements FleetControl {
  now = 0;
  /** Requests that have arrived, and that replicas were given, since the run began. */
  arrived = 0;
  given = 0;

  /** @param calendar of the ends of batches and delays, `slots` to a replica */
  constructor(
    private readonly replicasOf: BatchReplicas,
    private readonly calendar: Calendar,
    private readonly slots: number,
    private readonly heldLine: WaitingLine,
    private readonly level: { readonly inSystem: TimeAverage; readonly waiting: TimeAverage },
    private readonly moves: BatchMoves,
  ) {}

  get replicas(): readonly ReplicaView[] {
    return this.replicasOf.views(this.now);
  }

  get held(): number {
    return this.heldLine.length;
  }

  get waiting(): number {
    return this.level.waiting.value;
  }

  get inSystem(): number {
    return this.level.inSystem.value;
  }

  placed(): number {
    return this.given;
  }

  add(readyAtS: number, group = 0): number {
    const place = this.replicasOf.add(this.now, readyAtS, group);
    this.moves.placeHeld();
    return place;
  }

  drain(index: number): void {
    this.replicasOf.drain(this.now, index);
  }

  remove(index: number): void {
    for (const id of this.takeAll(index)) this.moves.place(id);
  }

  fail(index: number): number {
    const lost = this.takeAll(index);
    for (const id of lost) this.moves.lost(id);
    return lost.length;
  }

  /** Takes a replica out; returns the requests that it had, which wait again: those of its batches first. */
  private takeAll(index: number): readonly number[] {
    const replica = this.replicasOf.remove(this.now, index);
    if (replica === undefined) return [];
    for (let i = 0; i < this.slots; i++) this.calendar.cancel(index * this.slots + i);
    const { running, waiting } = replica.requests();
    this.level.waiting.add(this.now, running.length);
    return [...running, ...waiting];
  }
}
