import { BatchStation } from './batchStation.js';
import { FcfsStation, isPlain } from './fcfsStation.js';
import { ServerStation } from './serverStation.js';
import { SharingStation } from './sharingStation.js';
import { type Kept, StationStatistics } from './statistics.js';
import type { ArrivalSource, Departures, Station, StationEngine, StationSpec } from './types.js';

/**
 * The engine that runs `spec` against `source`: the plain loop where it suffices, otherwise a station stepped event by event.
 *
 * @throws RangeError for combinations that are not supported yet (setup or limited sharing with patience under `ps`; patience, setup or
 *   feedback with batching).
 */
export function stationEngine(spec: StationSpec, source: ArrivalSource, kept: Kept): StationEngine {
  const statistics = new StationStatistics(kept, spec.classes?.count ?? 0);
  if (isPlain(spec)) return new FcfsStation(spec, source, statistics);
  const station = stationOf(spec, statistics, (user, time) => source.answered(user, time));
  return new SteppedEngine(station, source, spec);
}

/** The station of `spec` as a machine to be stepped, for networks and for everything that the plain loop does not do. */
export function stationOf(spec: StationSpec, statistics: StationStatistics, departures: Departures): Station {
  if (spec.batching !== undefined) return new BatchStation(spec, statistics, departures);
  if (spec.discipline === 'ps' || spec.sharing !== undefined) return new SharingStation(spec, statistics, departures);
  return new ServerStation(spec, statistics, departures);
}

/** Feeds a station from a source. At equal times departures go before arrivals. */
class SteppedEngine implements StationEngine {
  constructor(
    private readonly station: Station,
    private readonly source: ArrivalSource,
    private readonly spec: StationSpec,
  ) {}

  get statistics(): StationStatistics {
    return this.station.statistics;
  }

  isDone(): boolean {
    return this.statistics.inSystem === 0 && this.source.time === Infinity;
  }

  advance(untilTime: number, untilArrived: number): void {
    const { station, source, spec } = this;
    const { statistics } = station;
    const groupSize = spec.groupSize ?? 1;
    for (;;) {
      const internal = station.nextTime();
      const arrival = source.time;
      if (internal <= arrival) {
        if (internal > untilTime || internal === Infinity) break;
        station.fire();
      } else {
        if (arrival > untilTime) break;
        const { user } = source;
        source.advance();
        for (let i = 0; i < groupSize; i++) station.arrive(arrival, user, spec.classes?.pick() ?? 0);
        statistics.gap(source.time - arrival);
        if (statistics.arrived >= untilArrived) return;
      }
    }
    if (untilTime < Infinity) statistics.tick(untilTime);
  }
}
