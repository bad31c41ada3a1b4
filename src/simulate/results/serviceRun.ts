import type { Rejection } from '../../fleet/llm/admissionControl.js';
import { mean, meanOfEach, ratio, sum } from '../arithmetic.js';
import type { ServiceResult } from '../result.js';
import { windowOf } from '../week/startHour.js';
import type { PreparedService, World } from '../world/world.js';
import { laneRuns, type PoolUse, poolUse } from './poolUse.js';
import type { RunCounts, RunRecord } from './record.js';
import { serviceResult } from './serviceResult.js';

export interface ServiceRun {
  readonly result: ServiceResult;
  /** Mean measured seconds of a replication. */
  readonly windowS: number;
  readonly replications: number;
  /** By pool; empty for a queue without one. */
  readonly uses: readonly PoolUse[];
  readonly warnings: readonly string[];
  /** Demand in the window over the week's mean: a month serves that much less per hour than the busiest one. */
  readonly demandFactor: number;
  /** Tokens in and out over a window; 0 where tokens mean nothing. */
  readonly tokens: number;
  readonly inputTokens: number;
  /** What a token API did of it. */
  readonly api?: NonNullable<RunRecord['api']>;
  readonly completed: number;
  /** What came within the window, without what waited already when it began. */
  readonly arrivalsPerS: number;
  /** Share of time that servers (engines) are busy. */
  readonly utilization: number;
  /** Where replicas vary with the load: runs of the week's load levels, which months are made of. */
  readonly week?: readonly WeekPart[];
}

/** What one load level was simulated as, and the hours of the week that it stands for. */
export interface WeekPart {
  readonly hours: number;
  /** Multiple of the mean demand; of several hours in one piece, and where that begins, their own. */
  readonly level?: number;
  readonly startHour?: number;
  /** Hours of the week, where several services were simulated at their levels of the same ones. */
  readonly at?: readonly number[];
  readonly run: ServiceRun;
}

export function serviceRun(world: World, prepared: PreparedService, records: readonly RunRecord[]): ServiceRun {
  const seconds = sum(records.map((record) => record.untilS - record.fromS));
  const total = (of: keyof RunCounts): number => sum(records.map((record) => record.counts[of]));
  const lanes = laneRuns(prepared, records);
  const serverSeconds = sum(lanes.map((lane) => lane.serverSeconds));
  const utilization = Number.isFinite(serverSeconds)
    ? ratio(sum(records.map((record) => record.busyS)), serverSeconds)
    : 0;
  // Where prompts and answers are computed apart, each request goes to both.
  const placed = sum(lanes.filter(({ role }) => role !== 'decode').map((lane) => lane.placed));
  return {
    result: serviceResult(prepared, records),
    windowS: seconds / records.length,
    replications: records.length,
    demandFactor: windowOf(world, prepared).factor,
    tokens: (total('inputTokens') + total('outputTokens')) / records.length,
    inputTokens: total('inputTokens') / records.length,
    ...(records[0]!.api && { api: meanOfEach(records.map(({ api }) => api!)) }),
    completed: mean(records.map((record) => record.counts.completed + record.counts.carriedOut)),
    arrivalsPerS: ratio(total('arrived'), seconds),
    utilization,
    warnings: warningsOf(prepared, records, total, seconds),
    uses: lanes.flatMap((lane) => poolUse(world, prepared, lane, ratio(lane.placed, placed)) ?? []),
  };
}

/** Share of arrivals that may be in flight at the end of a window before a growing backlog is called one. */
const BACKLOG_SHARE = 0.05;
const BACKLOG_LEAST = 50;

function warningsOf(
  prepared: PreparedService,
  records: readonly RunRecord[],
  total: (of: keyof RunCounts) => number,
  seconds: number,
): string[] {
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
    const rejectedFor = (why: Rejection): number => sum(records.map(({ rejections }) => rejections?.[why] ?? 0));
    const noRoom = rejectedFor('kv_memory');
    if (noRoom > 0)
      warnings.push(`services.${name}: ${noRoom} requests need more KV memory than a replica has and were rejected`);
    const homeless = rejectedFor('residency');
    if (homeless > 0)
      warnings.push(
        `services.${name}: ${homeless} requests need more KV memory than the replicas have that their region allows, and were rejected`,
      );
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
