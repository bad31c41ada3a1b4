/** Simulates one `kind: queue` service over its replications. */
import { FIELD } from '../fleet/stations/fields.js';
import { stationFromService } from '../fleet/stations/fromService.js';
import { type StationOutcome, simulateStation } from '../fleet/stations/simulateStation.js';
import type { Histogram } from '../kernel/histogram.js';
import { stream } from '../kernel/random.js';
import { warmupLength } from '../kernel/warmup.js';
import { mean, ratio, sum } from './arithmetic.js';
import { attainment, goodLimits } from './attainment.js';
import type { ServiceResult } from './result.js';
import { overload, type ServiceRun } from './serviceRun.js';
import { expectedRequests, requestSource } from './sources.js';
import { mergeAll, summarise } from './summary.js';
import { busiestWindow, type RunPlan, runPlan } from './window.js';
import type { PreparedService, World } from './world.js';

type QueuePrepared = Extract<PreparedService, { kind: 'queue' }>;

const PROBES = 200;

export function simulateQueue(world: World, prepared: QueuePrepared, seed: number): ServiceRun {
  const { service, name } = prepared;
  const run = runPlan(world.scenario, service);
  const warmupS =
    run.warmupS ?? warmupOf(once(world, prepared, seed, -1, { ...run, batches: PROBES }, 0), run.windowS ?? 0);
  const runs = Array.from({ length: run.replications }, (_, replication) =>
    once(world, prepared, seed, replication, run, warmupS),
  );
  const counts = (of: keyof StationOutcome['counts']): number => sum(runs.map((r) => r.counts[of]));
  const seconds = sum(runs.map((r) => r.durationS));
  const busy = mean(runs.map((r) => r.busyServers));
  const utilization = Number.isFinite(service.servers) ? busy / service.servers : 0;
  return {
    windowS: mean(runs.map((r) => r.durationS)),
    warmupS,
    replications: run.replications,
    tokens: 0,
    completed: mean(runs.map((r) => r.counts.completed)),
    utilization,
    warnings:
      run.windowS === null
        ? []
        : overload(name, { arrived: counts('arrived'), inFlight: counts('in_flight'), carriedIn: 0, seconds }),
    result: resultOf(prepared, runs, seconds),
    ...(prepared.pool !== undefined && {
      use: { utilization, replicas: world.pools[prepared.pool]!.pool.replicas.initial, acceleratorsPerReplica: 0 },
    }),
  };
}

function once(
  world: World,
  prepared: QueuePrepared,
  seed: number,
  replication: number,
  run: RunPlan,
  warmupS: number,
): StationOutcome {
  const { service, name, trace } = prepared;
  const { traffic } = service;
  const window = busiestWindow(traffic.shape.weights, run.windowS);
  const source = requestSource(traffic, {
    service: name,
    seed,
    replication,
    drivers: world.drivers,
    trace,
    startHour: window.startHour,
    leadS: warmupS,
    maxTokens: Infinity,
  });
  const spec = stationFromService(service, (what) => stream(seed, replication, `${name}/${what}`));
  return simulateStation(
    spec,
    source,
    run.windowS === null
      ? { warmupS, batches: run.batches, requests: expectedRequests(traffic, trace, 1, null) }
      : { warmupS, batches: run.batches, untilTimeS: warmupS + run.windowS },
  );
}

/** MSER-5 over the number in system of a pilot run, stretch by stretch. */
function warmupOf(pilot: StationOutcome, windowS: number): number {
  const levels = pilot.batches.map((batch) => ratio(batch.record[FIELD.inSystem]!, batch.record[FIELD.duration]!));
  return (warmupLength(levels) * windowS) / PROBES;
}

function resultOf({ service }: QueuePrepared, runs: readonly StationOutcome[], seconds: number): ServiceResult {
  const single = runs.length === 1;
  const groups = (of: 'wait' | 'sojourn' | 'service'): (readonly Histogram[])[] =>
    single ? runs[0]!.batches.map((batch) => [batch.histograms[of]!]) : runs.map((r) => [r[of]]);
  const total = (of: keyof StationOutcome['counts']): number => sum(runs.map((r) => r.counts[of]));
  const e2e = summarise(groups('sojourn'), 1000);
  const sojourns = mergeAll(runs.map((r) => r.sojourn));
  const limit = goodLimits(service.slo).e2eS;
  const completed = total('completed');
  return {
    kind: 'queue',
    requests: {
      arrived: total('arrived'),
      completed,
      rejected: total('rejected'),
      abandoned: total('abandoned'),
      failed: 0,
      in_flight: total('in_flight'),
    },
    wait_ms: summarise(groups('wait'), 1000),
    service_ms: summarise(groups('service'), 1000),
    e2e_ms: e2e,
    throughput: { requests_per_s: ratio(completed, seconds) },
    goodput_per_s: ratio(
      completed * (Number.isFinite(limit) && completed > 0 ? sojourns.shareWithin(limit) : 1),
      seconds,
    ),
    slo_attainment: attainment('e2e', service.slo.e2e, e2e, sojourns, 1),
    queue_length: {
      mean: mean(runs.map((r) => r.queueLength.mean)),
      max: Math.max(...runs.map((r) => r.queueLength.max)),
    },
    in_system: { mean: mean(runs.map((r) => r.inSystem.mean)), max: Math.max(...runs.map((r) => r.inSystem.max)) },
    probability_wait: mean(runs.map((r) => r.probabilityWait)),
    ...(service.classes && {
      classes: Object.fromEntries(
        service.classes.map(({ name }, i) => [
          name,
          {
            wait_ms: summarise(
              runs.map((r) => [r.classes[i]!.wait]),
              1000,
            ),
            e2e_ms: summarise(
              runs.map((r) => [r.classes[i]!.sojourn]),
              1000,
            ),
          },
        ]),
      ),
    }),
  };
}
