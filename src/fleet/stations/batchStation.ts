import { DepartureHeap } from './departureHeap.js';
import { Line, RequestTable } from './requestTable.js';
import type { StationStatistics } from './statistics.js';
import type { Departures, Station, StationSpec } from './types.js';

/**
 * Dynamic batching: a free server takes whoever waits, up to `maxBatch`, and all leave together after one service time plus `perItem` for
 * each request taken. It never delays a batch to fill it. Joinable batches take in arrivals while they have room.
 */
export class BatchStation implements Station {
  private readonly table = new RequestTable();
  private readonly line = new Line();
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
    const extras = { patience: spec.patience, setup: spec.setup, feedback: spec.feedback };
    for (const [name, value] of Object.entries(extras)) {
      if (value !== undefined) throw new RangeError(`${name} is not supported yet with batching`);
    }
    this.batching = batching;
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
    if (this.line.length > 0) this.begin(time, []);
    for (const id of done) {
      const arrivedAt = table.arrivedAt[id]!;
      const user = table.user[id]!;
      statistics.complete(arrivedAt, table.startedAt[id]! - arrivedAt, table.cls[id]!);
      table.remove(id);
      this.departures(user, time, 'completed');
    }
  }

  arrive(time: number, user: number): void {
    const { spec, statistics, table, line } = this;
    statistics.tick(time);
    statistics.offer();
    const cls = spec.classes === undefined ? 0 : spec.classes.pick();
    if (statistics.inSystem >= spec.capacity) {
      statistics.reject(cls);
      this.departures(user, time, 'rejected');
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
    line.pushBack(table, id);
  }

  /** Starts a batch of those given and as many of the waiting as fit. */
  private begin(time: number, batch: number[]): void {
    const { statistics, line, table, batching } = this;
    const server = this.idle.pop() ?? this.batches.length;
    this.batches[server] = batch;
    while (line.length > 0 && batch.length < batching.maxBatch) {
      const id = line.first();
      line.remove(table, id);
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
