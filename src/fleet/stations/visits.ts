import type { QueueService, Station, Towards } from '../../scenario/types.js';
import { meanOf } from '../../workload/draws.js';

/** A station of a service, by its path below the service (none for the only one), and how often a request visits it. */
export interface Visited {
  readonly name: string | undefined;
  readonly station: Station;
  readonly visits: number;
}

/** The stations of a service with the mean number of visits of a request: the traffic equations of Jackson (1957), per request. */
export function visitedStations(service: QueueService): readonly Visited[] {
  if (service.stations === undefined)
    return [{ name: undefined, station: service, visits: 1 / (1 - service.feedback) }];
  const stations = Object.entries(service.stations);
  const visits = visitRatios(
    stations.map(([name]) => shareOf(service.entry, name)),
    stations.map(([, { next }]) => stations.map(([to]) => shareOf(next, to))),
  );
  return stations.map(([name, station], i) => ({ name, station, visits: visits[i]! }));
}

/** Requests per second that a service serves at most: the station that is full first sets it. `Infinity` where none is ever full. */
export function mostRequestsPerS(service: QueueService): number {
  return Math.min(...visitedStations(service).map(({ station, visits }) => mostVisitsPerS(station) / visits));
}

/** Visits per second at most: every server busy, on full batches, at the best speed. */
export function mostVisitsPerS(station: Station): number {
  const { servers, batching, sharing_limit: limit = Infinity, load_dependent_rate: rates } = station;
  const mean = meanOf(station.service_time);
  if (rates) return Math.max(...rates.slice(0, limit)) / mean;
  if (batching) return (servers * batching.max_batch) / (mean + batching.per_item * batching.max_batch);
  return Math.min(servers, limit) / mean;
}

const shareOf = (towards: Towards, name: string): number => (Object.hasOwn(towards, name) ? towards[name]! : 0);

/**
 * Solves v = e + Pᵀv. The matrix I − Pᵀ is diagonally dominant by columns, so that elimination needs no pivots (Golub & Van Loan, §4.1).
 */
function visitRatios(entry: readonly number[], routing: readonly (readonly number[])[]): number[] {
  const n = entry.length;
  const rows = entry.map((e, i) => [...routing.map((from, j) => Number(i === j) - from[i]!), e]);
  for (let k = 0; k < n; k++) {
    for (let i = k + 1; i < n; i++) {
      const factor = rows[i]![k]! / rows[k]![k]!;
      if (factor !== 0) for (let j = k; j <= n; j++) rows[i]![j]! -= factor * rows[k]![j]!;
    }
  }
  const visits = entry.map(() => 0);
  for (let i = n - 1; i >= 0; i--) {
    const known = visits.reduce((sum, v, j) => (j > i ? sum + rows[i]![j]! * v : sum), 0);
    visits[i] = (rows[i]![n]! - known) / rows[i]![i]!;
  }
  return visits;
}
