/** Simulates one LLM service over its replications and turns what was counted into a result. */
import { type LlmRun, runLlmFleet } from '../fleet/llm/fleet.js';
import type { RequestSink } from '../fleet/llm/metrics.js';
import { router } from '../fleet/llm/routing.js';
import type { Histogram } from '../kernel/histogram.js';
import { stream } from '../kernel/random.js';
import { mean, ratio, sum } from './arithmetic.js';
import { attainment, goodLimits } from './attainment.js';
import type { ServiceResult, Summary } from './result.js';
import { overload, type ServiceRun } from './serviceRun.js';
import { expectedRequests, requestSource } from './sources.js';
import { mergeAll, summarise } from './summary.js';
import { detectWarmup, type Probe } from './warmup.js';
import { busiestWindow, type RunPlan, runPlan } from './window.js';
import type { PreparedPool, PreparedService, World } from './world.js';

type LlmPrepared = Extract<PreparedService, { kind: 'llm' }>;

export function simulateLlm(
  world: World,
  prepared: LlmPrepared,
  pool: PreparedPool,
  seed: number,
  sink?: RequestSink,
): ServiceRun {
  const { service, plan, name } = prepared;
  const run = runPlan(world.scenario, service);
  const warmupS =
    run.warmupS ??
    detectWarmup(run.windowS ?? 0, (probe) => {
      runOnce(world, prepared, pool, seed, run, 0, -1, undefined, probe);
    });
  const runs: LlmRun[] = [];
  for (let replication = 0; replication < run.replications; replication++) {
    runs.push(runOnce(world, prepared, pool, seed, run, warmupS, replication, replication === 0 ? sink : undefined));
  }
  const result = serviceResult(prepared, runs);
  const windowS = mean(runs.map((r) => r.untilS - r.fromS));
  const engines = engineCount(prepared, pool);
  const busy = mean(runs.map((r) => sum(r.engines.map((e) => e.busyS)) / ((r.untilS - r.fromS) * engines)));
  const capacity = plan.kvBlocks * plan.blockTokens;
  const most = (of: (run: LlmRun) => number): number => runs.reduce((max, r) => Math.max(max, of(r)), 0);
  const warnings: string[] = [];
  const tooLong = sum(runs.map((r) => r.metrics.tooLong));
  if (tooLong > 0) {
    warnings.push(
      `services.${name}: ${tooLong} requests are longer than the context of ${plan.maxModelTokens} tokens${service.batching.max_model_len === undefined ? ' and ran all the same' : ' and were rejected'}`,
    );
  }
  const noRoom = result.requests.rejected - (service.batching.max_model_len === undefined ? 0 : tooLong);
  if (noRoom > 0)
    warnings.push(`services.${name}: ${noRoom} requests need more KV memory than a replica has and were rejected`);
  if (run.windowS !== null) {
    warnings.push(
      ...overload(name, {
        arrived: result.requests.arrived,
        inFlight: result.requests.in_flight,
        carriedIn: sum(runs.map((r) => r.carriedIn)),
        seconds: sum(runs.map((r) => r.untilS - r.fromS)),
      }),
    );
  }
  return {
    result,
    windowS,
    warmupS,
    replications: run.replications,
    warnings,
    tokens: mean(runs.map((r) => r.metrics.inputTokens + r.metrics.outputTokens)),
    completed: mean(runs.map((r) => r.metrics.completed)),
    utilization: busy,
    use: {
      utilization: busy,
      replicas: pool.pool.replicas.initial,
      acceleratorsPerReplica: plan.acceleratorsPerReplica,
      kvUtilization: {
        mean: mean(
          runs.map((r) => sum(r.engines.map((e) => e.tokenSeconds)) / ((r.untilS - r.fromS) * engines * capacity)),
        ),
        max: most((r) => Math.max(...r.engines.map((e) => e.maxTokensSeen)) / capacity),
      },
      batchSize: {
        mean: ratio(
          sum(runs.flatMap((r) => r.engines.map((e) => e.sequenceSeconds))),
          sum(runs.flatMap((r) => r.engines.map((e) => e.busyS))),
        ),
        max: most((r) => Math.max(...r.engines.map((e) => e.maxSequencesSeen))),
      },
    },
  };
}

function engineCount(prepared: LlmPrepared, pool: PreparedPool): number {
  return pool.pool.replicas.initial * prepared.plan.engines;
}

function runOnce(
  world: World,
  prepared: LlmPrepared,
  pool: PreparedPool,
  seed: number,
  run: RunPlan,
  warmupS: number,
  replication: number,
  sink: RequestSink | undefined,
  probe?: Probe,
): LlmRun {
  const { service, plan, name } = prepared;
  const { traffic, batching } = service;
  const window = busiestWindow(traffic.shape.weights, run.windowS);
  const source = requestSource(traffic, {
    service: name,
    seed,
    replication,
    drivers: world.drivers,
    trace: prepared.trace,
    startHour: window.startHour,
    leadS: warmupS,
    maxTokens: plan.maxModelTokens,
  });
  const expected = expectedRequests(traffic, prepared.trace, world.drivers.users * window.factor, run.windowS);
  const contentKeys =
    1 +
    (traffic.users
      ? Math.ceil(traffic.users.concurrent * world.drivers.users * 24) + 1
      : (traffic.unique_prompts ?? 0));
  return runLlmFleet(
    {
      step: plan.step,
      limits: {
        maxSequences: Math.min(plan.maxSequences, plan.maxBatchedTokens),
        maxBatchedTokens: plan.maxBatchedTokens,
        blockTokens: plan.blockTokens,
        kvBlocks: plan.kvBlocks,
        prefixCaching: batching.prefix_caching,
        contentKeys,
      },
      overhead: plan.overhead,
      engines: engineCount(prepared, pool),
      maxModelTokens: plan.maxModelTokens,
      rejectTooLong: batching.max_model_len !== undefined,
      router: router(world.scenario.routing.policy, stream(seed, replication, `${name}/routing`)),
      good: goodLimits(service.slo),
    },
    source,
    {
      warmupS,
      untilS: run.windowS === null ? Infinity : warmupS + run.windowS,
      batches: run.batches,
      batchSize: run.batches > 1 ? Math.max(1, Math.ceil(expected / run.batches)) : 0,
      ...(sink && { sink }),
      ...(probe && { probe }),
    },
  );
}

function serviceResult(prepared: LlmPrepared, runs: readonly LlmRun[]): ServiceResult {
  const { service, plan } = prepared;
  const single = runs.length === 1;
  const groups = (of: (run: LlmRun) => readonly Histogram[]) =>
    single ? of(runs[0]!).map((histogram) => [histogram]) : runs.map(of);
  const count = (of: (run: LlmRun) => number): number => sum(runs.map(of));
  const seconds = sum(runs.map((r) => r.untilS - r.fromS));
  const perS = (of: (run: LlmRun) => number): number => ratio(count(of), seconds);
  const ttft = summarise(
    groups((r) => r.metrics.ttft),
    1000,
  );
  const tpot = summarise(
    groups((r) => r.metrics.tpot),
    1000,
  );
  const e2e = summarise(
    groups((r) => r.metrics.e2e),
    1000,
  );
  const { band80 } = plan.profile;
  const all = (of: (run: LlmRun) => readonly Histogram[]) => mergeAll(runs.flatMap((r) => [...of(r)]));
  return {
    kind: 'llm',
    requests: {
      arrived: count((r) => r.metrics.arrived + r.carriedIn),
      completed: count((r) => r.metrics.completed + r.metrics.carriedOut),
      rejected: count((r) => r.metrics.rejected),
      abandoned: 0,
      failed: 0,
      in_flight: count((r) => r.inFlight),
    },
    ttft_ms: ttft,
    tpot_ms: tpot,
    itl_ms: withoutIntervals(
      summarise(
        groups((r) => r.metrics.itl),
        1000,
      ),
      single,
    ),
    queue_ms: summarise(
      groups((r) => r.metrics.queue),
      1000,
    ),
    e2e_ms: e2e,
    throughput: {
      requests_per_s: perS((r) => r.metrics.completed + r.metrics.carriedOut),
      input_tokens_per_s: perS((r) => r.metrics.inputTokens),
      output_tokens_per_s: perS((r) => r.metrics.outputTokens),
    },
    goodput_per_s: perS((r) => r.metrics.good),
    slo_attainment: {
      ...attainment(
        'ttft',
        service.slo.ttft,
        ttft,
        all((r) => r.metrics.ttft),
        band80.ttft,
      ),
      ...attainment(
        'tpot',
        service.slo.tpot,
        tpot,
        all((r) => r.metrics.tpot),
        band80.tpot,
      ),
      ...attainment(
        'e2e',
        service.slo.e2e,
        e2e,
        all((r) => r.metrics.e2e),
        band80.e2e,
      ),
    },
    queue_length: {
      mean: ratio(sum(runs.map((r) => r.metrics.waiting.integral(r.untilS))), seconds),
      max: Math.max(...runs.map((r) => r.metrics.waiting.max)),
    },
    in_system: {
      mean: ratio(sum(runs.map((r) => r.metrics.inSystem.integral(r.untilS))), seconds),
      max: Math.max(...runs.map((r) => r.metrics.inSystem.max)),
    },
    preemptions: count((r) => r.metrics.preemptions),
    prefix_hit_rate: ratio(
      count((r) => r.metrics.hitTokens),
      count((r) => r.metrics.lookedUpTokens),
    ),
  };
}

/** Inter-token latencies of one run are counted by time and not by request, so its batches are not independent enough. */
function withoutIntervals(summary: Summary, single: boolean): Summary {
  return single ? { ...summary, ci95: { mean: null, p50: null, p95: null, p99: null } } : summary;
}
