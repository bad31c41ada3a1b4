/** What each station of a chain did, out of the records of its replications. */
import { mostVisitsPerS } from '../../fleet/stations/visits.js';
import type { Station } from '../../scenario/types.js';
import { ratio, sum } from '../arithmetic.js';
import type { StationResult, Summary } from '../result.js';
import type { PreparedService } from '../world/world.js';
import type { Level, RunRecord, StationRecord } from './record.js';
import { summarise } from './summary.js';

/** By name, in the order of the scenario; nothing for services that are not chains. */
export function stationResults(
  prepared: PreparedService,
  records: readonly RunRecord[],
): Readonly<Record<string, StationResult>> | undefined {
  if (prepared.kind !== 'queue' || !prepared.service.stations) return undefined;
  const seconds = sum(records.map((record) => record.untilS - record.fromS));
  const requests = sum(records.map(({ counts }) => counts.arrived));
  return Object.fromEntries(
    Object.entries(prepared.service.stations).map(([name, station], i) => {
      const own = records.map((record) => record.stations![i]!);
      return [name, stationResult(own, station, seconds, requests)];
    }),
  );
}

function stationResult(
  records: readonly StationRecord[],
  station: Station,
  seconds: number,
  requests: number,
): StationResult {
  const total = (of: (record: StationRecord) => number): number => sum(records.map(of));
  const arrived = total((record) => record.arrived);
  const { servers } = station;
  const most = mostVisitsPerS(station);
  return {
    visits: {
      arrived,
      completed: total((record) => record.completed),
      rejected: total((record) => record.rejected),
      abandoned: total((record) => record.abandoned),
      per_request: ratio(arrived, requests),
      per_s: ratio(
        total((record) => record.completed),
        seconds,
      ),
    },
    wait_ms: summaryOf(records, 'wait'),
    e2e_ms: summaryOf(records, 'e2e'),
    queue_length: levelOf(records, 'waiting', seconds),
    in_system: levelOf(records, 'inSystem', seconds),
    probability_wait: ratio(
      total((record) => record.delayed),
      arrived,
    ),
    busy_servers: ratio(
      total((record) => record.busyS),
      seconds,
    ),
    utilization: Number.isFinite(servers)
      ? ratio(
          total((record) => record.busyS),
          seconds * servers,
        )
      : null,
    load: Number.isFinite(most) ? ratio(arrived, seconds) / most : null,
  };
}

/** The batches of a single run stand in for replications. */
function summaryOf(records: readonly StationRecord[], quantity: 'wait' | 'e2e'): Summary {
  const groups =
    records.length === 1 ? records[0]![quantity].map((one) => [one]) : records.map((record) => record[quantity]);
  return summarise(groups, 1000);
}

function levelOf(
  records: readonly StationRecord[],
  of: 'waiting' | 'inSystem',
  seconds: number,
): { mean: number; max: number } {
  const levels: readonly Level[] = records.map((record) => record[of]);
  return {
    mean: ratio(sum(levels.map((level) => level.integral)), seconds),
    max: Math.max(...levels.map((level) => level.max)),
  };
}
