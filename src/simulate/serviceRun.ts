/** One service simulated over its replications: its part of the result, and what its pool and the bill need to know. */
import { mean, ratio, sum } from './arithmetic.js';
import { acceleratorsPerReplica } from './instances.js';
import type { RunCounts, RunRecord } from './record.js';
import type { ServiceResult } from './result.js';
import { serviceResult } from './serviceResult.js';
import { busiestWindow, runPlan } from './window.js';
import type { PreparedService, World } from './world.js';

export interface ServiceRun {
  readonly result: ServiceResult;
  /** Mean measured seconds of a replication. */
  readonly windowS: number;
  readonly replications: number;
  /** Absent for a queue without a pool. */
  readonly use?: PoolUse;
  readonly warnings: readonly string[];
  /** Demand in the window over the week's mean: a month serves that much less per hour than the busiest one. */
  readonly demandFactor: number;
  /** Tokens in and out over a window; 0 where tokens mean nothing. */
  readonly tokens: number;
  readonly completed: number;
  /** What came within the window, without what waited already when it began. */
  readonly arrivalsPerS: number;
  /** Share of time that servers (engines) are busy. */
  readonly utilization: number;
}

export interface PoolUse {
  readonly utilization: number;
  readonly replicas: number;
  readonly acceleratorsPerReplica: number;
  readonly kvUtilization?: { readonly mean: number; readonly max: number };
  readonly batchSize?: { readonly mean: number; readonly max: number };
}

export function serviceRun(world: World, prepared: PreparedService, records: readonly RunRecord[]): ServiceRun {
  const seconds = sum(records.map((record) => record.untilS - record.fromS));
  const total = (of: keyof RunCounts): number => sum(records.map((record) => record.counts[of]));
  const { servers } = records[0]!;
  const utilization = Number.isFinite(servers)
    ? ratio(sum(records.map((record) => record.busyS)), seconds * servers)
    : 0;
  return {
    result: serviceResult(prepared, records),
    windowS: seconds / records.length,
    replications: records.length,
    demandFactor: busiestWindow(
      prepared.service.traffic.shape.weights,
      runPlan(world.scenario, prepared.service).windowS,
    ).factor,
    tokens: (total('inputTokens') + total('outputTokens')) / records.length,
    completed: mean(records.map((record) => record.counts.completed + record.counts.carriedOut)),
    arrivalsPerS: ratio(total('arrived'), seconds),
    utilization,
    warnings: warningsOf(prepared, total, seconds),
    ...(prepared.pool !== undefined && { use: poolUse(world, prepared, records, utilization, seconds) }),
  };
}

function poolUse(
  world: World,
  prepared: PreparedService,
  records: readonly RunRecord[],
  utilization: number,
  seconds: number,
): PoolUse {
  const onPool = world.pools[prepared.pool!]!;
  const most = (of: (record: RunRecord) => number): number => Math.max(...records.map(of));
  return {
    utilization,
    replicas: onPool.pool.replicas.initial,
    acceleratorsPerReplica: acceleratorsPerReplica(prepared, onPool),
    ...(prepared.kind === 'llm' && {
      kvUtilization: {
        mean: ratio(
          sum(records.map((record) => record.kv!.tokenSeconds)),
          seconds * records[0]!.servers * prepared.plan.kvBlocks * prepared.plan.blockTokens,
        ),
        max: most((record) => record.kv!.maxTokens) / (prepared.plan.kvBlocks * prepared.plan.blockTokens),
      },
    }),
    ...(records[0]!.batch && {
      batchSize: {
        mean: ratio(
          sum(records.map((record) => record.batch!.weight)),
          sum(records.map((record) => record.batch!.over)),
        ),
        max: most((record) => record.batch!.max),
      },
    }),
  };
}

/** Share of arrivals that may be in flight at the end of a window before a growing backlog is called one. */
const BACKLOG_SHARE = 0.05;
const BACKLOG_LEAST = 50;

function warningsOf(prepared: PreparedService, total: (of: keyof RunCounts) => number, seconds: number): string[] {
  const { name } = prepared;
  const warnings: string[] = [];
  if (prepared.kind === 'llm') {
    const limit = prepared.service.batching.max_model_len;
    const tooLong = total('tooLong');
    if (tooLong > 0) {
      const fate = limit === undefined ? 'ran all the same' : 'were rejected';
      warnings.push(
        `services.${name}: ${tooLong} requests are longer than the context of ${prepared.plan.maxModelTokens} tokens and ${fate}`,
      );
    }
    const noRoom = total('rejected') - (limit === undefined ? 0 : tooLong);
    if (noRoom > 0)
      warnings.push(`services.${name}: ${noRoom} requests need more KV memory than a replica has and were rejected`);
  }
  const growth = (total('inFlight') - total('carriedIn')) / seconds;
  const arrived = total('arrived');
  if (total('inFlight') > BACKLOG_SHARE * arrived + BACKLOG_LEAST && growth > (0.01 * arrived) / seconds) {
    warnings.push(
      `services.${name}: demand exceeds capacity, the backlog grows by ${growth.toPrecision(3)} requests/s; latencies depend on the length of the window`,
    );
  }
  return warnings;
}
