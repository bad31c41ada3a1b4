/** Simulates one `kind: inference` service (dynamic batching) over its replications. */
import { type BatchServerRun, runBatchServers } from '../fleet/batchServer.js';
import { router } from '../fleet/llm/routing.js';
import type { Histogram } from '../kernel/histogram.js';
import { stream } from '../kernel/random.js';
import { mean, ratio, sum } from './arithmetic.js';
import { attainment, goodLimits } from './attainment.js';
import { overload, type ServiceRun } from './serviceRun.js';
import { expectedRequests, requestSource } from './sources.js';
import { mergeAll, summarise } from './summary.js';
import { detectWarmup, type Probe } from './warmup.js';
import { busiestWindow, runPlan } from './window.js';
import type { PreparedPool, PreparedService, World } from './world.js';

type InferencePrepared = Extract<PreparedService, { kind: 'inference' }>;

export function simulateInference(
  world: World,
  prepared: InferencePrepared,
  pool: PreparedPool,
  seed: number,
): ServiceRun {
  const { service, plan, name } = prepared;
  const { traffic, batching } = service;
  const run = runPlan(world.scenario, service);
  const window = busiestWindow(traffic.shape.weights, run.windowS);
  const replicas = pool.pool.replicas.initial;
  const expected = expectedRequests(traffic, prepared.trace, world.drivers.users * window.factor, run.windowS);
  const once = (replication: number, warmupS: number, probe?: Probe): BatchServerRun =>
    runBatchServers(
      {
        replicas,
        instances: plan.servers,
        maxBatch: batching.max_batch,
        maxDelayS: batching.max_delay,
        batchTimeS: plan.batchTimeS,
        router: router(world.scenario.routing.policy, stream(seed, replication, `${name}/routing`)),
        e2eLimitS: goodLimits(service.slo).e2eS,
      },
      requestSource(traffic, {
        service: name,
        seed,
        replication,
        drivers: world.drivers,
        trace: prepared.trace,
        startHour: window.startHour,
        leadS: warmupS,
        maxTokens: Infinity,
      }),
      {
        warmupS,
        untilS: run.windowS === null ? Infinity : warmupS + run.windowS,
        batches: run.batches,
        batchSize: run.batches > 1 ? Math.ceil(expected / run.batches) : 0,
        ...(probe && { probe }),
      },
    );
  const warmupS = run.warmupS ?? detectWarmup(run.windowS ?? 0, (probe) => void once(-1, 0, probe));
  const runs = Array.from({ length: run.replications }, (_, replication) => once(replication, warmupS));

  const groups = (of: (r: BatchServerRun) => readonly Histogram[]): (readonly Histogram[])[] =>
    runs.length === 1 ? of(runs[0]!).map((histogram) => [histogram]) : runs.map(of);
  const total = (of: (r: BatchServerRun) => number): number => sum(runs.map(of));
  const seconds = total((r) => r.untilS - r.fromS);
  const e2e = summarise(
    groups((r) => r.e2e),
    1000,
  );
  const arrived = total((r) => r.arrived + r.carriedIn);
  const inFlight = total((r) => r.inFlight);
  const utilization = total((r) => r.busyInstanceSeconds) / (seconds * replicas * plan.servers);
  return {
    windowS: mean(runs.map((r) => r.untilS - r.fromS)),
    warmupS,
    replications: run.replications,
    tokens: 0,
    completed: mean(runs.map((r) => r.completed)),
    utilization,
    warnings:
      run.windowS === null ? [] : overload(name, { arrived, inFlight, carriedIn: total((r) => r.carriedIn), seconds }),
    result: {
      kind: 'inference',
      requests: {
        arrived,
        completed: total((r) => r.completed + r.carriedOut),
        rejected: 0,
        abandoned: 0,
        failed: 0,
        in_flight: inFlight,
      },
      queue_ms: summarise(
        groups((r) => r.queue),
        1000,
      ),
      e2e_ms: e2e,
      throughput: {
        requests_per_s: ratio(
          total((r) => r.completed + r.carriedOut),
          seconds,
        ),
      },
      goodput_per_s: ratio(
        total((r) => r.good),
        seconds,
      ),
      slo_attainment: attainment(
        'e2e',
        service.slo.e2e,
        e2e,
        mergeAll(runs.flatMap((r) => [...r.e2e])),
        plan.profile.band80.e2e,
      ),
      queue_length: {
        mean: total((r) => r.waiting.integral(r.untilS)) / seconds,
        max: Math.max(...runs.map((r) => r.waiting.max)),
      },
      in_system: {
        mean: total((r) => r.inSystem.integral(r.untilS)) / seconds,
        max: Math.max(...runs.map((r) => r.inSystem.max)),
      },
    },
    use: {
      utilization,
      replicas,
      acceleratorsPerReplica: pool.hardware.accelerator ? 1 : 0,
      batchSize: {
        mean: ratio(
          total((r) => r.requestsStarted),
          total((r) => r.batchesStarted),
        ),
        max: Math.max(...runs.map((r) => r.largestBatch)),
      },
    },
  };
}
