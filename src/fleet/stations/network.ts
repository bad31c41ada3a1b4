import type { Uniform } from '../../kernel/random.js';
import { stationOf } from './engine.js';
import { type Kept, StationStatistics } from './statistics.js';
import type { ArrivalSource, Departures, Station, StationEngine, StationSpec } from './types.js';

/** Stations and where a request goes after each: `routing[i][j]` to station j, the rest of row i leaves the network. */
export interface NetworkSpec {
  readonly stations: readonly StationSpec[];
  /** Probability that a new request starts at station i; sums to one. */
  readonly entry: readonly number[];
  readonly routing: readonly (readonly number[])[];
  readonly uniform: Uniform;
}

/**
 * Stations with routing between them (chains, feedback, any loop), run as one: a request's stay is counted from entry to exit. Requests that a
 * station turns away, or that lose patience there, leave the network and count as abandoned.
 */
export class NetworkEngine implements StationEngine {
  /** Of the network as a whole. */
  readonly statistics: StationStatistics;
  readonly stations: readonly Station[];
  private readonly enteredAt: number[] = [];
  private readonly users: number[] = [];
  private readonly free: number[] = [];

  constructor(
    private readonly spec: NetworkSpec,
    private readonly source: ArrivalSource,
    kept: Kept,
  ) {
    this.statistics = new StationStatistics(kept);
    this.stations = spec.stations.map((station, at) => {
      const onward: Departures = (id, time, exit) => {
        if (exit === 'completed') this.move(id, time, spec.routing[at]!);
        else this.leave(id, time, false);
      };
      return stationOf(station, new StationStatistics({ wait: false, sojourn: false, service: false }), onward);
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
        stations[next]!.fire();
      } else {
        if (arrival > untilTime) break;
        this.enter(arrival);
        if (statistics.arrived >= untilArrived) break;
      }
    }
    const end = untilTime < Infinity && statistics.arrived < untilArrived ? untilTime : statistics.now;
    statistics.tick(end);
    for (const station of stations) station.statistics.tick(end);
  }

  private enter(time: number): void {
    const { source, statistics } = this;
    const { user } = source;
    source.advance();
    statistics.tick(time);
    statistics.offer();
    statistics.enter();
    statistics.gap(source.time - time);
    const id = this.free.pop() ?? this.enteredAt.length;
    this.enteredAt[id] = time;
    this.users[id] = user;
    this.move(id, time, this.spec.entry);
  }

  /** Sends a request on by the probabilities of `row`, or out. */
  private move(id: number, time: number, row: readonly number[]): void {
    let left = this.spec.uniform();
    for (let to = 0; to < row.length; to++) {
      left -= row[to]!;
      if (left < 0) {
        this.stations[to]!.arrive(time, id);
        return;
      }
    }
    this.leave(id, time, true);
  }

  private leave(id: number, time: number, served: boolean): void {
    const user = this.users[id]!;
    this.free.push(id);
    this.statistics.tick(time);
    if (served) this.statistics.complete(this.enteredAt[id]!, 0, 0);
    else this.statistics.abandon(this.enteredAt[id]!, 0);
    this.source.answered(user, time);
  }
}
