import type { QueueInput } from '../schema/services.js';
import type { ChainStation, QueueService, Slo, Station, Towards } from '../types.js';
import type { Context } from './context.js';
import { given } from './context.js';
import { completeDurations } from './durations.js';
import { completeTraffic } from './traffic.js';

type Stations = NonNullable<QueueInput['stations']>;
/** A station as typed: the service itself, or one of its `stations`. */
type StationInput = Omit<Stations[string], 'next'>;

/** A queue with its defaults. Rules between keys have seen to it that it has a service time or stations, and that both are whole. */
export const completeQueue = (input: QueueInput, path: string, context: Context): QueueService => {
  const common = {
    kind: 'queue' as const,
    ...given({ classes: input.classes, runs_on: input.runs_on }),
    traffic: completeTraffic(input.traffic, 'queue', `${path}.traffic`, context),
    slo: (input.slo ?? {}) as Slo,
  };
  const { service_time, stations } = input;
  if (stations === undefined) {
    const station = completeStation({ ...input, service_time: service_time ?? 0 }, path, context);
    return { ...common, ...station, feedback: input.feedback ?? 0 };
  }
  const names = Object.keys(stations);
  const first = names[0] ?? '';
  return {
    ...common,
    stations: Object.fromEntries(
      Object.entries(stations).map(([name, one]): [string, ChainStation] => [
        name,
        { ...completeStation(one, `${path}.stations.${name}`, context), next: towards(one.next ?? {}) },
      ]),
    ),
    entry: towards(input.entry ?? context.assume(`${path}.entry`, first, 'the first station')),
  };
};

const towards = (stated: NonNullable<QueueInput['entry']>): Towards =>
  typeof stated === 'string' ? { [stated]: 1 } : stated;

const completeStation = (input: StationInput, path: string, context: Context): Station => {
  const { assume } = context;
  const optional = (key: 'patience' | 'setup_time') => {
    const stated = input[key];
    return stated === undefined ? undefined : completeDurations(stated, `${path}.${key}`, context);
  };
  const { batching, load_dependent_rate } = input;
  const servers = input.servers ?? (load_dependent_rate === undefined ? assume(`${path}.servers`, 1, 'one server') : 1);
  const capacity = input.capacity ?? assume(`${path}.capacity`, 'unlimited' as const, 'nobody is turned away');
  return {
    servers: servers === 'infinite' ? Number.POSITIVE_INFINITY : servers,
    service_time: completeDurations(input.service_time, `${path}.service_time`, context),
    discipline: input.discipline ?? assume(`${path}.discipline`, 'fcfs' as const, 'first come, first served'),
    capacity: capacity === 'unlimited' ? Number.POSITIVE_INFINITY : capacity,
    ...given({
      patience: optional('patience'),
      setup_time: optional('setup_time'),
      sharing_limit: input.sharing_limit,
      load_dependent_rate,
      batching: batching && { ...batching, per_item: batching.per_item ?? 0, joinable: batching.joinable ?? false },
    }),
  };
};
