import { DepartureHeap } from './departureHeap.js';
import { Line, RequestTable } from './requestTable.js';
import type { StationStatistics } from './statistics.js';
import type { Departures, Station, StationSpec } from './types.js';

/**
 * Processor sharing: the requests in service advance together, each at `speed(how many share)`. Work is kept on a common clock of attained
 * service, so an event costs one heap step whatever the number that share. Beyond the limit requests wait in order of arrival.
 */
export class SharingStation implements Station {
  private readonly table = new RequestTable();
  private readonly line = new Line();
  /** Ends of service on the attained-service clock. */
  private readonly ends = new DepartureHeap(256);
  private readonly limit: number;
  private readonly speedOf: (sharing: number) => number;
  private attained = 0;
  private speed = 0;
  private since = 0;

  constructor(
    private readonly spec: StationSpec,
    readonly statistics: StationStatistics,
    private readonly departures: Departures,
  ) {
    if (spec.setup !== undefined) throw new RangeError('setup times are not supported yet under processor sharing');
    const { servers } = spec;
    this.limit = spec.sharing?.limit ?? Infinity;
    this.speedOf = spec.sharing?.speed ?? ((sharing) => Math.min(1, servers / sharing));
    if (spec.patience !== undefined && this.limit < Infinity) {
      throw new RangeError('patience is not supported yet under limited processor sharing');
    }
  }

  nextTime(): number {
    const end = this.ends.next();
    return end === Infinity ? Infinity : this.since + Math.max(0, end - this.attained) / this.speed;
  }

  fire(): void {
    const time = this.nextTime();
    const end = this.ends.next();
    const id = this.ends.slots[0]!;
    this.statistics.tick(time);
    this.attained = end;
    this.since = time;
    this.ends.dropTop();
    this.finish(time, id);
  }

  arrive(time: number, user: number, cls: number): void {
    const { spec, statistics, table } = this;
    statistics.tick(time);
    statistics.offer();
    const requirement = (typeof spec.service === 'function' ? spec.service : spec.service[cls]!)();
    if (statistics.inSystem >= spec.capacity) {
      statistics.reject(cls);
      this.departures(user, time, 'rejected', 0);
      return;
    }
    statistics.requirement(requirement);
    statistics.enter();
    const id = table.add(time, requirement, cls, user);
    this.advanceTo(time);
    this.comeIn(time, id, true);
    this.setSpeed();
  }

  private comeIn(time: number, id: number, first: boolean): void {
    if (this.ends.length < this.limit) {
      this.begin(time, id);
      return;
    }
    this.statistics.queue(first);
    this.line.pushBack(this.table, id);
  }

  private begin(time: number, id: number): void {
    this.table.startedAt[id] = time;
    this.ends.push(this.attained + this.table.remaining[id]!, id);
  }

  private finish(time: number, id: number): void {
    const { table, statistics, spec, line } = this;
    statistics.visit();
    table.served[id]! += time - table.startedAt[id]!;
    const { feedback } = spec;
    const again = feedback !== undefined && feedback.uniform() < feedback.probability;
    if (again) table.remaining[id] = feedback.service();
    const next = line.first();
    if (next >= 0) {
      line.remove(table, next);
      statistics.waiting--;
      this.begin(time, next);
    }
    if (again) this.comeIn(time, id, false);
    this.setSpeed();
    if (again) return;
    const arrivedAt = table.arrivedAt[id]!;
    const user = table.user[id]!;
    statistics.slowdown(time - arrivedAt, table.requirement[id]!);
    const wait = Math.max(0, time - arrivedAt - table.served[id]!);
    statistics.complete(arrivedAt, wait, table.cls[id]!);
    table.remove(id);
    this.departures(user, time, 'completed', wait);
  }

  private advanceTo(time: number): void {
    this.attained += (time - this.since) * this.speed;
    this.since = time;
  }

  private setSpeed(): void {
    const sharing = this.ends.length;
    // The clock starts again whenever the station empties, so that rounding cannot pile up.
    if (sharing === 0) this.attained = 0;
    this.speed = sharing === 0 ? 0 : this.speedOf(sharing);
    this.statistics.busy = Math.min(sharing, this.spec.servers);
  }
}
