/** Runs one replication of a `kind: queue` service. */
import { FIELD } from '../fleet/stations/fields.js';
import { stationFromService } from '../fleet/stations/fromService.js';
import { simulateStation } from '../fleet/stations/simulateStation.js';
import { stream } from '../kernel/random.js';
import { ratio } from './arithmetic.js';
import { goodLimits } from './attainment.js';
import { NO_COUNTS, type RunRecord } from './record.js';
import type { RunSpec } from './runSpec.js';
import { expectedRequests, requestSource } from './sources.js';
import type { PreparedService, World } from './world.js';

export type QueuePrepared = Extract<PreparedService, { kind: 'queue' }>;

/** A pilot looks at levels alone: histograms of its many stretches would only cost memory. */
const PROBE_ONLY = { keep: { wait: false, sojourn: false, service: false } } as const;

export function runQueue(world: World, prepared: QueuePrepared, spec: RunSpec): RunRecord {
  const { service, name, trace } = prepared;
  const { warmupS, windowS, probeEveryS } = spec;
  const outcome = simulateStation(
    stationFromService(service, (what) => stream(spec.seed, spec.replication, `${name}/${what}`)),
    requestSource(prepared, world.drivers, spec, Infinity),
    windowS === null
      ? { warmupS, batches: spec.batches, requests: expectedRequests(service.traffic, trace, 1, spec) }
      : {
          warmupS,
          batches: probeEveryS === undefined ? spec.batches : Math.round(windowS / probeEveryS),
          untilTimeS: warmupS + windowS,
          ...(probeEveryS !== undefined && PROBE_ONLY),
        },
  );
  const { counts, durationS } = outcome;
  const limitS = goodLimits(service.slo).e2eS;
  const answered = outcome.sojourn.count;
  const within = Number.isFinite(limitS) && answered > 0 ? outcome.sojourn.shareWithin(limitS) : 1;
  // Who was carried in and is gone has been answered or has given up.
  const carriedOut = Math.max(0, answered - counts.completed);
  return {
    fromS: outcome.startS,
    untilS: outcome.startS + durationS,
    counts: {
      ...NO_COUNTS,
      arrived: counts.arrived,
      carriedIn: outcome.carriedIn,
      carriedOut,
      completed: counts.completed,
      rejected: counts.rejected,
      abandoned: counts.abandoned + outcome.carriedOut - carriedOut,
      inFlight: counts.in_flight + outcome.carriedIn - outcome.carriedOut,
      good: answered * within,
    },
    // A probe keeps none.
    histograms:
      probeEveryS === undefined
        ? {
            wait: outcome.batches.map((batch) => batch.histograms.wait!),
            service: outcome.batches.map((batch) => batch.histograms.service!),
            e2e: outcome.batches.map((batch) => batch.histograms.sojourn!),
          }
        : {},
    ...(service.classes && { classes: outcome.classes.map(({ wait, sojourn }) => ({ wait, e2e: sojourn })) }),
    waiting: { integral: outcome.queueLength.mean * durationS, max: outcome.queueLength.max },
    inSystem: { integral: outcome.inSystem.mean * durationS, max: outcome.inSystem.max },
    busyS: outcome.busyServers * durationS,
    servers: service.servers,
    probabilityWait: outcome.probabilityWait,
    ...(probeEveryS !== undefined && {
      levels: outcome.batches.map(({ record }) => ratio(record[FIELD.inSystem]!, record[FIELD.duration]!)),
    }),
    events: 2 * counts.arrived,
  };
}
