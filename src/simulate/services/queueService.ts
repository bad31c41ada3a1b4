/** Runs one replication of a `kind: queue` service. */
import type { RequestSink } from '../../fleet/llm/metrics.js';
import { FIELD } from '../../fleet/stations/fields.js';
import { networkFromService, stationFromService } from '../../fleet/stations/fromService.js';
import {
  type NetworkOutcome,
  type StationOutcome,
  simulateNetwork,
  simulateStation,
} from '../../fleet/stations/simulateStation.js';
import type { RequestSink as StationSink } from '../../fleet/stations/types.js';
import { stream, type Uniform } from '../../kernel/random.js';
import type { QueueService } from '../../scenario/types.js';
import { ratio, sum } from '../arithmetic.js';
import { goodLimits } from '../results/attainment.js';
import { NO_COUNTS, type RunRecord, type StationRecord } from '../results/record.js';
import type { RunSpec } from '../runSpec.js';
import type { PreparedService, World } from '../world/world.js';
import { expectedRequests, requestSource } from './sources.js';

export type QueuePrepared = Extract<PreparedService, { kind: 'queue' }>;

/** A pilot looks at levels alone: histograms of its many stretches would only cost memory. */
const PROBE_ONLY = { keep: { wait: false, sojourn: false, service: false } } as const;

export function runQueue(world: World, prepared: QueuePrepared, spec: RunSpec): RunRecord {
  const { service } = prepared;
  const { probeEveryS } = spec;
  const { whole, stations } = outcomeOf(world, prepared, spec);
  const { counts, durationS } = whole;
  const limitS = goodLimits(service.slo).e2eS;
  const answered = whole.sojourn.count;
  const within = Number.isFinite(limitS) && answered > 0 ? whole.sojourn.shareWithin(limitS) : 1;
  const carried = carriedOut(whole);
  return {
    fromS: whole.startS,
    untilS: whole.startS + durationS,
    counts: {
      ...NO_COUNTS,
      arrived: counts.arrived,
      carriedIn: whole.carriedIn,
      carriedOut: carried.answered,
      completed: counts.completed,
      rejected: counts.rejected,
      abandoned: counts.abandoned + carried.abandoned,
      inFlight: counts.in_flight + whole.carriedIn - whole.carriedOut,
      good: answered * within,
    },
    // A probe keeps none.
    histograms:
      probeEveryS === undefined
        ? {
            wait: whole.batches.map((batch) => batch.histograms.wait!),
            service: whole.batches.map((batch) => batch.histograms.service!),
            e2e: whole.batches.map((batch) => batch.histograms.sojourn!),
          }
        : {},
    ...(service.classes && { classes: whole.classes.map(({ wait, sojourn }) => ({ wait, e2e: sojourn })) }),
    ...(service.stations &&
      probeEveryS === undefined && {
        stations: stations.map(stationRecord),
      }),
    waiting: levelOf(whole.queueLength, durationS),
    inSystem: levelOf(whole.inSystem, durationS),
    busyS: whole.busyServers * durationS,
    servers: serversOf(service),
    // At how many of its stations a request has to wait is told by each of them.
    ...(service.stations === undefined && { probabilityWait: whole.probabilityWait }),
    ...(probeEveryS !== undefined && {
      levels: whole.batches.map(({ record }) => ratio(record[FIELD.inSystem]!, record[FIELD.duration]!)),
    }),
    events: 2 * (service.stations ? sum(stations.map((station) => station.counts.arrived)) : counts.arrived),
  };
}

function outcomeOf(world: World, prepared: QueuePrepared, spec: RunSpec): NetworkOutcome {
  const { service, name, trace } = prepared;
  const { warmupS, windowS, probeEveryS } = spec;
  const streamOf = (what: string): Uniform => stream(spec.seed, spec.replication, `${name}/${what}`);
  const source = requestSource(prepared, world.drivers, spec, Infinity);
  const sink = spec.sink && stationSink(spec.sink);
  const options = {
    ...(sink && { sink }),
    ...(windowS === null
      ? { warmupS, batches: spec.batches, requests: expectedRequests(service.traffic, trace, 1, spec) }
      : {
          warmupS,
          batches: probeEveryS === undefined ? spec.batches : Math.round(windowS / probeEveryS),
          untilTimeS: warmupS + windowS,
          ...(probeEveryS !== undefined && PROBE_ONLY),
        }),
  };
  return service.stations
    ? simulateNetwork(networkFromService(service, streamOf), source, options)
    : { whole: simulateStation(stationFromService(service, streamOf), source, options), stations: [] };
}

/** A row of a request that has no tokens, and whose server is as good as any other. */
const stationSink =
  (sink: RequestSink): StationSink =>
  (arrivedAtS, queuedS, e2eS, outcome) => {
    const none = Number.NaN;
    sink({ arrivedAtS, promptTokens: none, outputTokens: none, queuedS, ttftS: none, e2eS, replica: none, outcome });
  };

function stationRecord(outcome: StationOutcome): StationRecord {
  const { counts, durationS, batches } = outcome;
  const carried = carriedOut(outcome);
  return {
    arrived: counts.arrived,
    completed: counts.completed + carried.answered,
    rejected: counts.rejected,
    abandoned: counts.abandoned + carried.abandoned,
    delayed: outcome.probabilityWait * counts.arrived,
    wait: batches.map((batch) => batch.histograms.wait!),
    e2e: batches.map((batch) => batch.histograms.sojourn!),
    waiting: levelOf(outcome.queueLength, durationS),
    inSystem: levelOf(outcome.inSystem, durationS),
    busyS: outcome.busyServers * durationS,
  };
}

/** What became of those that were in the system when counting began and are gone: answered, or given up. */
function carriedOut({ sojourn, counts, carriedOut: all }: StationOutcome): { answered: number; abandoned: number } {
  const answered = Math.max(0, sojourn.count - counts.completed);
  return { answered, abandoned: all - answered };
}

const levelOf = ({ mean, max }: StationOutcome['inSystem'], durationS: number): RunRecord['inSystem'] => ({
  integral: mean * durationS,
  max,
});

/** Servers of all stations; `Infinity` where one of them has no limit. */
function serversOf(service: QueueService): number {
  return service.stations ? sum(Object.values(service.stations).map((station) => station.servers)) : service.servers;
}
