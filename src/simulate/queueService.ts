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
  const { warmupS, windowS, probe } = spec;
  const outcome = simulateStation(
    stationFromService(service, (what) => stream(spec.seed, spec.replication, `${name}/${what}`)),
    requestSource(prepared, world.drivers, spec, Infinity),
    windowS === null
      ? { warmupS, batches: spec.batches, requests: expectedRequests(service.traffic, trace, 1, spec) }
      : {
          warmupS,
          batches: probe ? Math.round(windowS / probe.everyS) : spec.batches,
          untilTimeS: warmupS + windowS,
          ...(probe && PROBE_ONLY),
        },
  );
  if (probe)
    for (const { record } of outcome.batches) probe.observe(ratio(record[FIELD.inSystem]!, record[FIELD.duration]!));
  const { counts, durationS } = outcome;
  const limitS = goodLimits(service.slo).e2eS;
  const within = Number.isFinite(limitS) && counts.completed > 0 ? outcome.sojourn.shareWithin(limitS) : 1;
  return {
    fromS: outcome.startS,
    untilS: outcome.startS + durationS,
    counts: {
      ...NO_COUNTS,
      arrived: counts.arrived,
      completed: counts.completed,
      rejected: counts.rejected,
      abandoned: counts.abandoned,
      inFlight: counts.in_flight,
      good: counts.completed * within,
    },
    histograms: {
      wait: outcome.batches.map((batch) => batch.histograms.wait!),
      service: outcome.batches.map((batch) => batch.histograms.service!),
      e2e: outcome.batches.map((batch) => batch.histograms.sojourn!),
    },
    ...(service.classes && { classes: outcome.classes.map(({ wait, sojourn }) => ({ wait, e2e: sojourn })) }),
    waiting: { integral: outcome.queueLength.mean * durationS, max: outcome.queueLength.max },
    inSystem: { integral: outcome.inSystem.mean * durationS, max: outcome.inSystem.max },
    busyS: outcome.busyServers * durationS,
    servers: service.servers,
    probabilityWait: outcome.probabilityWait,
    events: 2 * counts.arrived,
  };
}
