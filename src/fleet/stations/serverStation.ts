import { Calendar } from '../../kernel/calendar.js';
import type { Draw } from '../../kernel/variates.js';
import { RequestTable } from './requestTable.js';
import { ColdServers } from './setup.js';
import type { StationStatistics } from './statistics.js';
import type { Departures, Station, StationSpec } from './types.js';
import { ORDER_POLICIES, type OrderPolicy, WaitingRoom } from './waitingRoom.js';

/** Calendar slots: two for each request (its service, its patience), then one for each waking server. */
const SLOTS_PER_REQUEST = 3;
const SERVICE = 0;
const PATIENCE = 1;
const WAKING = 2;

/**
 * Servers that each work on one request at a time, in the order of a policy, with everything that may happen to a request on the way:
 * rejection, impatience, interruption, cold servers, and another round. Requirement, patience and class of every offered request are drawn
 * on arrival, so that two runs that differ in one lever see the same requests.
 */
export class ServerStation implements Station {
  private readonly policy: OrderPolicy;
  private readonly table = new RequestTable();
  private readonly room: WaitingRoom;
  private readonly calendar = new Calendar(256);
  private readonly cold: ColdServers | undefined;
  private readonly services: readonly Draw[];
  /** Requests in service; kept only where they may be interrupted. */
  private readonly atWork: number[] = [];

  constructor(
    private readonly spec: StationSpec,
    readonly statistics: StationStatistics,
    private readonly departures: Departures,
  ) {
    if (spec.discipline === 'ps') throw new RangeError('processor sharing has a station of its own');
    this.policy = ORDER_POLICIES[spec.discipline];
    this.room = new WaitingRoom(this.policy, this.table, spec.classes?.count ?? 1);
    this.services = typeof spec.service === 'function' ? [spec.service] : spec.service;
    if (spec.setup !== undefined) {
      this.cold = new ColdServers(spec.setup, statistics, (server, time) =>
        time === Infinity ? this.calendar.cancel(wakingSlot(server)) : this.calendar.schedule(wakingSlot(server), time),
      );
    }
  }

  nextTime(): number {
    return this.calendar.peekTime();
  }

  fire(): void {
    const time = this.calendar.peekTime();
    const slot = this.calendar.pop();
    this.statistics.tick(time);
    const id = Math.trunc(slot / SLOTS_PER_REQUEST);
    switch (slot % SLOTS_PER_REQUEST) {
      case SERVICE:
        this.finish(time, id);
        break;
      case PATIENCE:
        this.abandon(time, id);
        break;
      default:
        this.cold!.woken(id);
        this.startNext(time);
    }
  }

  arrive(time: number, user: number, cls: number): void {
    const { spec, statistics, table } = this;
    statistics.tick(time);
    statistics.offer();
    const requirement = this.services[this.services.length === 1 ? 0 : cls]!();
    const patience = spec.patience === undefined ? Infinity : spec.patience();
    if (statistics.inSystem >= spec.capacity) {
      statistics.reject(cls);
      this.departures(user, time, 'rejected', 0);
      return;
    }
    statistics.requirement(requirement);
    statistics.enter();
    const id = table.add(time, requirement, cls, user);
    if (this.cold === undefined && statistics.busy < spec.servers) {
      statistics.busy++;
      this.start(time, id);
      return;
    }
    const victim = this.victimFor(cls);
    if (victim >= 0) {
      this.interrupt(time, victim);
      this.start(time, id);
      this.cold?.match(time, statistics.waiting, spec.servers - statistics.busy);
      return;
    }
    statistics.queue(true);
    this.room.join(id);
    if (patience < Infinity) this.calendar.schedule(id * SLOTS_PER_REQUEST + PATIENCE, time + patience, 1);
    this.cold?.match(time, statistics.waiting, spec.servers - statistics.busy);
  }

  /** Puts a request on a server that is already counted as busy. */
  private start(time: number, id: number): void {
    this.table.startedAt[id] = time;
    this.calendar.schedule(id * SLOTS_PER_REQUEST + SERVICE, time + this.table.remaining[id]!);
    if (this.policy.interrupts) this.atWork.push(id);
  }

  private startNext(time: number): void {
    const id = this.room.take();
    if (id < 0) return;
    const { statistics } = this;
    statistics.waiting--;
    statistics.busy++;
    this.calendar.cancel(id * SLOTS_PER_REQUEST + PATIENCE);
    this.start(time, id);
  }

  private finish(time: number, id: number): void {
    const { table, statistics, spec } = this;
    table.served[id]! += time - table.startedAt[id]!;
    statistics.visit();
    statistics.busy--;
    if (this.policy.interrupts) this.atWork.splice(this.atWork.indexOf(id), 1);
    const { feedback } = spec;
    if (feedback !== undefined && feedback.uniform() < feedback.probability) {
      table.remaining[id] = feedback.service();
      if (this.room.length === 0) {
        statistics.busy++;
        this.start(time, id);
        return;
      }
      statistics.queue(false);
      this.room.join(id);
      this.startNext(time);
      return;
    }
    // The server goes on before the leaver is reported, so that whoever comes in answer finds the line already moved.
    this.startNext(time);
    this.cold?.match(time, statistics.waiting, spec.servers - statistics.busy);
    const arrivedAt = table.arrivedAt[id]!;
    const user = table.user[id]!;
    const wait = Math.max(0, time - arrivedAt - table.served[id]!);
    statistics.complete(arrivedAt, wait, table.cls[id]!);
    table.remove(id);
    this.departures(user, time, 'completed', wait);
  }

  private abandon(time: number, id: number): void {
    const { table, statistics, spec } = this;
    this.room.leave(id);
    statistics.waiting--;
    this.cold?.match(time, statistics.waiting, spec.servers - statistics.busy);
    const user = table.user[id]!;
    const arrivedAt = table.arrivedAt[id]!;
    statistics.abandon(arrivedAt, table.cls[id]!);
    table.remove(id);
    this.departures(user, time, 'abandoned', time - arrivedAt);
  }

  /** The request in service that a newcomer of `cls` interrupts, −1 for none. */
  private victimFor(cls: number): number {
    if (!this.policy.interrupts) return -1;
    return this.policy.byClass ? this.lowestBelow(cls) : this.oldestAtWork();
  }

  /** Of the lowest class in service, the one that began last; −1 where none is lower than `cls`. */
  private lowestBelow(cls: number): number {
    const { atWork, table } = this;
    let victim = -1;
    let lowest = cls;
    for (const id of atWork) {
      const other = table.cls[id]!;
      if (other > lowest || (other === lowest && victim >= 0)) {
        victim = id;
        lowest = other;
      }
    }
    return victim;
  }

  /** Whoever came first of those in service: the newest are served, as many as there are servers. */
  private oldestAtWork(): number {
    const { atWork, table } = this;
    let oldest = -1;
    for (const id of atWork) if (oldest < 0 || table.arrivedAt[id]! < table.arrivedAt[oldest]!) oldest = id;
    return oldest;
  }

  private interrupt(time: number, id: number): void {
    const { table, statistics } = this;
    const given = time - table.startedAt[id]!;
    table.served[id]! += given;
    table.remaining[id] = Math.max(0, table.remaining[id]! - given);
    this.calendar.cancel(id * SLOTS_PER_REQUEST + SERVICE);
    this.atWork.splice(this.atWork.indexOf(id), 1);
    statistics.queue(false);
    this.room.rejoin(id);
  }
}

function wakingSlot(server: number): number {
  return server * SLOTS_PER_REQUEST + WAKING;
}
