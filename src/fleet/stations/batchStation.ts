import { DepartureHeap } from './departureHeap.js';
import { RequestTable } from './requestTable.js';
import type { StationStatistics } from './statistics.js';
import type { Departures, Station, StationSpec } from './types.js';
import { ORDER_POLICIES, WaitingRoom } from './waitingRoom.js';

/**
 * Dynamic batching: a free server takes whoever waits, up to `maxBatch`, and all leave together after one service time plus `perItem` for
 * each request taken, in the order of the discipline. It never delays a batch to fill it and never interrupts one. Joinable batches take in
 * arrivals while they have room.
 */
export class BatchStation implements Station {
  private readonly table = new RequestTable();
  private readonly room: WaitingRoom;
  private readonly ends: DepartureHeap;
  private readonly service: () => number;
  private readonly batching: NonNullable<StationSpec['batching']>;
  /** Requests of each server's batch, in order of joining. */
  private readonly batches: number[][] = [];
  private readonly idle: number[] = [];

  constructor(
    private readonly spec: StationSpec,
    readonly statistics: StationStatistics,
    private readonly departures: Departures,
  ) {
    const { batching, service } = spec;
    if (batching === undefined) throw new RangeError('a batch station needs batching');
    if (typeof service !== 'function') throw new RangeError('a batch station has one service draw');
    if (spec.discipline === 'ps') throw new RangeError('processor sharing takes no batches');
    const policy = ORDER_POLICIES[spec.discipline];
    if (policy.interrupts) throw new RangeError('a batch is never interrupted');
    const extras = { patience: spec.patience, setup: spec.setup, feedback: spec.feedback };
    for (const [name, value] of Object.entries(extras)) {
      if (value !== undefined) throw new RangeError(`${name} is not supported yet with batching`);
    }
    this.batching = batching;
    this.room = new WaitingRoom(policy, this.table, spec.classes?.count ?? 1);
    this.service = service;
    this.ends = new DepartureHeap(16);
  }

  nextTime(): number {
    return this.ends.next();
  }

  fire(): void {
    const time = this.ends.next();
    const server = this.ends.slots[0]!;
    const { statistics, table } = this;
    statistics.tick(time);
    this.ends.dropTop();
    statistics.busy--;
    statistics.visit();
    const done = this.batches[server]!;
    this.batches[server] = [];
    this.idle.push(server);
    if (this.room.length > 0) this.begin(time, []);
    for (const id of done) {
      const arrivedAt = table.arrivedAt[id]!;
      const user = table.user[id]!;
      const wait = table.startedAt[id]! - arrivedAt;
      statistics.complete(arrivedAt, wait, table.cls[id]!);
      table.remove(id);
      this.departures(user, time, 'completed', wait);
    }
  }

  arrive(time: number, user: number, cls: number): void {
    const { spec, statistics, table } = this;
    statistics.tick(time);
    statistics.offer();
    if (statistics.inSystem >= spec.capacity) {
      statistics.reject(cls);
      this.departures(user, time, 'rejected', 0);
      return;
    }
    statistics.enter();
    const id = table.add(time, 0, cls, user);
    if (this.batching.joinable === true && this.joinBatch(id)) return;
    if (statistics.busy < spec.servers) {
      this.begin(time, [id]);
      return;
    }
    statistics.queue(true);
    this.room.join(id);
  }

  /** Starts a batch of those given and as many of the waiting as fit. */
  private begin(time: number, batch: number[]): void {
    const { statistics, room, table, batching } = this;
    const server = this.idle.pop() ?? this.batches.length;
    this.batches[server] = batch;
    while (room.length > 0 && batch.length < batching.maxBatch) {
      const id = room.take();
      statistics.waiting--;
      table.startedAt[id] = time;
      batch.push(id);
    }
    const length = this.service();
    statistics.requirement(length);
    statistics.busy++;
    statistics.batch(batch.length);
    this.ends.push(time + length + batching.perItem * batch.length, server);
  }

  /** Puts a newcomer into the first batch in service that has room. */
  private joinBatch(id: number): boolean {
    for (const batch of this.batches) {
      if (batch.length === 0 || batch.length >= this.batching.maxBatch) continue;
      batch.push(id);
      this.statistics.join();
      return true;
    }
    return false;
  }
}
