import type { Draw } from '../../kernel/variates.js';
import { extended } from './arrays.js';
import { DepartureHeap } from './departureHeap.js';
import { RequestRing } from './ring.js';
import type { StationStatistics } from './statistics.js';
import type { ArrivalSource, StationEngine, StationSpec } from './types.js';

/** Whether the plain station does all that `spec` asks for. */
export function isPlain(spec: StationSpec): spec is StationSpec & { readonly service: Draw } {
  const { patience, setup, feedback, classes, sharing, batching } = spec;
  const extras = [patience, setup, feedback, classes, sharing, batching];
  return spec.discipline === 'fcfs' && typeof spec.service === 'function' && extras.every((part) => part === undefined);
}

/**
 * The plain station: c servers, first come first served, room for `capacity`, and nothing else. The requirement of every offered request is
 * drawn on arrival (so that rejections do not shift later draws); the only events are the next arrival and the next departure.
 */
export class FcfsStation implements StationEngine {
  readonly statistics: StationStatistics;
  private readonly source: ArrivalSource;
  private readonly service: Draw;
  private readonly servers: number;
  private readonly capacity: number;
  private readonly groupSize: number;
  private readonly atWork: DepartureHeap;
  /** Arrival time and requirement of the waiting, and who they are. */
  private readonly line = new RequestRing();
  /** Arrival, start of service and user by server. */
  private arrivedAt: Float64Array;
  private startedAt: Float64Array;
  private users: Int32Array;
  private readonly idle: number[] = [];
  private slotsMade = 0;

  constructor(spec: StationSpec, source: ArrivalSource, statistics: StationStatistics) {
    if (!isPlain(spec)) throw new RangeError('this station needs more than the plain one');
    this.source = source;
    this.statistics = statistics;
    this.service = spec.service;
    this.servers = spec.servers;
    this.capacity = spec.capacity;
    this.groupSize = spec.groupSize ?? 1;
    const slots = Math.min(spec.servers, 64);
    this.atWork = new DepartureHeap(slots);
    this.arrivedAt = new Float64Array(slots);
    this.startedAt = new Float64Array(slots);
    this.users = new Int32Array(slots);
  }

  isDone(): boolean {
    return this.statistics.inSystem === 0 && this.source.time === Infinity;
  }

  advance(untilTime: number, untilArrived: number): void {
    const { source, atWork, statistics } = this;
    for (;;) {
      const departure = atWork.next();
      const arrival = source.time;
      if (departure <= arrival) {
        if (departure > untilTime || departure === Infinity) break;
        this.depart(departure);
      } else {
        if (arrival > untilTime) break;
        this.arrive(arrival);
        if (statistics.arrived >= untilArrived) return;
      }
    }
    if (untilTime < Infinity) statistics.tick(untilTime);
  }

  private arrive(time: number): void {
    const { statistics, source } = this;
    statistics.tick(time);
    const { user } = source;
    source.advance();
    for (let i = 0; i < this.groupSize; i++) this.admit(time, this.service(), user);
    statistics.gap(source.time - time);
  }

  private admit(time: number, requirement: number, user: number): void {
    const { statistics, servers } = this;
    statistics.offer();
    if (statistics.inSystem >= this.capacity) {
      statistics.reject(0);
      this.source.answered(user, time);
      return;
    }
    statistics.requirement(requirement);
    statistics.enter();
    if (statistics.busy < servers) {
      statistics.busy++;
      const slot = this.idle.length > 0 ? this.idle.pop()! : this.newSlot();
      this.arrivedAt[slot] = time;
      this.startedAt[slot] = time;
      this.users[slot] = user;
      this.atWork.push(time + requirement, slot);
    } else {
      statistics.queue(true);
      this.line.push(time, requirement, user);
    }
  }

  private depart(time: number): void {
    const { statistics, atWork, line } = this;
    statistics.tick(time);
    const slot = atWork.slots[0]!;
    const arrivedAt = this.arrivedAt[slot]!;
    const wait = this.startedAt[slot]! - arrivedAt;
    const user = this.users[slot]!;
    if (line.length > 0) {
      this.arrivedAt[slot] = line.arrivedAt();
      this.startedAt[slot] = time;
      this.users[slot] = line.user();
      atWork.replaceTop(time + line.requirement(), slot);
      line.drop();
      statistics.waiting--;
    } else {
      atWork.dropTop();
      this.idle.push(slot);
      statistics.busy--;
    }
    statistics.complete(arrivedAt, wait, 0);
    this.source.answered(user, time);
  }

  private newSlot(): number {
    const slot = this.slotsMade++;
    if (slot >= this.arrivedAt.length) {
      this.arrivedAt = extended(this.arrivedAt, new Float64Array(slot * 2));
      this.startedAt = extended(this.startedAt, new Float64Array(slot * 2));
      this.users = extended(this.users, new Int32Array(slot * 2));
    }
    return slot;
  }
}
