import type { Uniform } from '../../kernel/random.js';
import { categorical } from '../../kernel/variates.js';
import type { ChainService, QueueService, Station, StationService, Towards } from '../../scenario/types.js';
import { drawOf } from '../../workload/draws.js';
import type { NetworkSpec } from './network.js';
import type { StationSpec } from './types.js';

/** A random stream by name; each source of randomness asks for its own, so that a change in one leaves the others' draws alone. */
type Streams = (name: string) => Uniform;

/** The station of a `kind: queue` service that is one station. */
export function stationFromService(service: StationService, streamOf: Streams): StationSpec {
  return {
    ...stationSpec(service, classesOf(service, streamOf), streamOf),
    groupSize: service.traffic.batch_size,
    ...(service.feedback > 0 && {
      feedback: {
        probability: service.feedback,
        uniform: streamOf('feedback'),
        service: drawOf(service.service_time, streamOf('further service')),
      },
    }),
  };
}

/** The network of a `kind: queue` service with several stations, in the order of the scenario. */
export function networkFromService(service: ChainService, streamOf: Streams): NetworkSpec {
  const names = Object.keys(service.stations);
  const classes = classesOf(service, streamOf);
  const row = (towards: Towards): number[] => {
    const shares = new Map(Object.entries(towards));
    const sum = [...shares.values()].reduce((total, share) => total + share, 0);
    // Shares typed as 0.333 and 0.667 mean all.
    const whole = Math.abs(sum - 1) < 1e-6 ? sum : 1;
    return names.map((name) => (shares.get(name) ?? 0) / whole);
  };
  return {
    stations: Object.entries(service.stations).map(([name, station]) =>
      stationSpec(station, classes, (what) => streamOf(`stations.${name}/${what}`)),
    ),
    entry: row(service.entry),
    routing: Object.values(service.stations).map(({ next }) => row(next)),
    uniform: streamOf('routing'),
    groupSize: service.traffic.batch_size,
    ...(classes && { classes }),
  };
}

function stationSpec(station: Station, classes: StationSpec['classes'], streamOf: Streams): StationSpec {
  const { patience, setup_time: setup, batching } = station;
  return {
    servers: station.servers,
    discipline: station.discipline,
    capacity: station.capacity,
    service: drawOf(station.service_time, streamOf('service')),
    ...(patience && { patience: drawOf(patience, streamOf('patience')) }),
    ...(setup && { setup: drawOf(setup, streamOf('setup')) }),
    ...(classes && { classes }),
    ...sharingOf(station),
    ...(batching && {
      batching: { maxBatch: batching.max_batch, perItem: batching.per_item, joinable: batching.joinable },
    }),
  };
}

function classesOf({ classes }: QueueService, streamOf: Streams): StationSpec['classes'] {
  if (classes === undefined) return undefined;
  const shares = classes.map((one) => one.share);
  return { count: classes.length, pick: categorical(streamOf('class'), shares) };
}

/** Limited processor sharing, and speeds that depend on how many share. */
function sharingOf({ servers, sharing_limit, load_dependent_rate: rates }: Station): Pick<StationSpec, 'sharing'> {
  if (sharing_limit === undefined && rates === undefined) return {};
  const speed = rates
    ? (sharing: number): number => rates[Math.min(sharing, rates.length) - 1]! / sharing
    : (sharing: number): number => Math.min(1, servers / sharing);
  return { sharing: { limit: sharing_limit ?? Infinity, speed } };
}
