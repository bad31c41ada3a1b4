import type { Uniform } from '../../kernel/random.js';
import { stationOf } from './engine.js';
import { type Kept, StationStatistics } from './statistics.js';
import type { ArrivalSource, Departures, Station, StationEngine, StationExit, StationSpec } from './types.js';

/** Stations and where a request goes after each: `routing[i][j]` to station j, the rest of row i leaves the network. */
export interface NetworkSpec {
  readonly stations: readonly StationSpec[];
  /** Probability that a new request starts at station i; sums to one. */
  readonly entry: readonly number[];
  readonly routing: readonly (readonly number[])[];
  readonly uniform: Uniform;
  /** Requests that come together at each arrival time; 1 unless given. */
  readonly groupSize?: number;
  /** Classes of requests, drawn on entry and kept on the way; each station's own `classes` has the same count. */
  readonly classes?: StationSpec['classes'];
}

const NOTHING_KEPT: Kept = { wait: false, sojourn: false, service: false };

/**
 * Stations with routing between them (chains, feedback, any loop), run as one: a request's stay is counted from entry to exit, its wait is
 * the time that it spent at stations without being served. Requests that a station turns away, or that lose patience there, leave the network.
 */
export class NetworkEngine implements StationEngine {
  /** Of the network as a whole. */
  readonly statistics: StationStatistics;
  readonly stations: readonly Station[];
  private readonly enteredAt: number[] = [];
  private readonly users: number[] = [];
  private readonly classes: number[] = [];
  /** Seconds that each request has waited so far. */
  private readonly waited: number[] = [];
  private readonly free: number[] = [];

  constructor(
    private readonly spec: NetworkSpec,
    private readonly source: ArrivalSource,
    kept: Kept,
    keptOfStations: Kept = NOTHING_KEPT,
  ) {
    this.statistics = new StationStatistics(kept, spec.classes?.count ?? 0);
    this.stations = spec.stations.map((station, at) => {
      const onward: Departures = (id, time, exit, waitS) => {
        this.waited[id]! += waitS;
        if (exit === 'completed') this.move(id, time, spec.routing[at]!);
        else this.leave(id, time, exit);
      };
      return stationOf(station, new StationStatistics(keptOfStations, station.classes?.count ?? 0), onward);
    });
  }

  isDone(): boolean {
    return this.statistics.inSystem === 0 && this.source.time === Infinity;
  }

  advance(untilTime: number, untilArrived: number): void {
    const { source, statistics, stations } = this;
    for (;;) {
      let internal = Infinity;
      let next = 0;
      for (let i = 0; i < stations.length; i++) {
        const time = stations[i]!.nextTime();
        if (time < internal) {
          internal = time;
          next = i;
        }
      }
      const arrival = source.time;
      if (internal <= arrival) {
        if (internal > untilTime || internal === Infinity) break;
        statistics.tick(internal);
        stations[next]!.fire();
        this.addLevels();
      } else {
        if (arrival > untilTime) break;
        this.arrive(arrival);
        this.addLevels();
        if (statistics.arrived >= untilArrived) break;
      }
    }
    const end = untilTime < Infinity && statistics.arrived < untilArrived ? untilTime : statistics.now;
    statistics.tick(end);
    for (const station of stations) station.statistics.tick(end);
  }

  private arrive(time: number): void {
    const { source, statistics, spec } = this;
    const { user } = source;
    source.advance();
    statistics.tick(time);
    for (let i = 0; i < (spec.groupSize ?? 1); i++) this.enter(time, user);
    statistics.gap(source.time - time);
  }

  private enter(time: number, user: number): void {
    const { statistics, spec } = this;
    statistics.offer();
    statistics.enter();
    const id = this.free.pop() ?? this.enteredAt.length;
    this.enteredAt[id] = time;
    this.users[id] = user;
    this.classes[id] = spec.classes?.pick() ?? 0;
    this.waited[id] = 0;
    this.move(id, time, spec.entry);
  }

  /** Sends a request on by the probabilities of `row`, or out. */
  private move(id: number, time: number, row: readonly number[]): void {
    let left = this.spec.uniform();
    for (let to = 0; to < row.length; to++) {
      left -= row[to]!;
      if (left < 0) {
        this.stations[to]!.arrive(time, id, this.classes[id]!);
        return;
      }
    }
    this.leave(id, time, 'completed');
  }

  private leave(id: number, time: number, exit: StationExit): void {
    const { statistics } = this;
    const user = this.users[id]!;
    const cls = this.classes[id]!;
    const enteredAt = this.enteredAt[id]!;
    this.free.push(id);
    if (exit === 'completed') statistics.complete(enteredAt, this.waited[id]!, cls);
    else if (exit === 'rejected') statistics.turnAway(enteredAt, cls);
    else statistics.abandon(enteredAt, cls);
    this.source.answered(user, time);
  }

  private addLevels(): void {
    let [waiting, busy, settingUp] = [0, 0, 0];
    for (const { statistics } of this.stations) {
      waiting += statistics.waiting;
      busy += statistics.busy;
      settingUp += statistics.settingUp;
    }
    this.statistics.setLevels(waiting, busy, settingUp);
  }
}
