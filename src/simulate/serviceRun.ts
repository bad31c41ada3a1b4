/** One service simulated over its replications: its part of the result, and what its pool and the bill need to know. */
import { type InstanceRun, mostAtOnce } from '../billing/usage.js';
import type { DrillRecord } from '../fleet/faults/drill.js';
import type { Fault } from '../fleet/faults/faultyFleet.js';
import type { ScalingCounts } from '../fleet/scaling/poolScaler.js';
import { mean, ratio, sum } from './arithmetic.js';
import { acceleratorsPerReplica, instancesBilled, mostReplicas } from './instances.js';
import type { RunCounts, RunRecord } from './record.js';
import type { ServiceResult } from './result.js';
import { serviceResult } from './serviceResult.js';
import { busiestWindow, runPlan } from './window.js';
import type { PreparedPool, PreparedService, World } from './world.js';

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
  /** Where replicas vary with the load: runs of the week's load levels, which months are made of. */
  readonly week?: readonly WeekPart[];
}

/** What one load level was simulated as, and the hours of the week that it stands for. */
export interface WeekPart {
  readonly hours: number;
  readonly run: ServiceRun;
}

export interface PoolUse {
  readonly utilization: number;
  readonly replicas: { readonly mean: number; readonly max: number };
  /** Replicas that there may be: what demand is held against. */
  readonly most: number;
  /** When machines ran, by replication; absent where the fleet is fixed. */
  readonly nodes?: readonly (readonly InstanceRun[])[];
  readonly scaling?: ScalingCounts;
  /** What struck the pool, over all replications; absent where nothing can. */
  readonly faults?: readonly Fault[];
  /** What came of drills, by replication. */
  readonly drills?: readonly (readonly DrillRecord[])[];
  /** Machines held, those that boot and those kept empty included. */
  readonly instances: { readonly mean: number; readonly max: number };
  readonly acceleratorsPerReplica: number;
  readonly kvUtilization?: { readonly mean: number; readonly max: number };
  readonly batchSize?: { readonly mean: number; readonly max: number };
}

export function serviceRun(world: World, prepared: PreparedService, records: readonly RunRecord[]): ServiceRun {
  const seconds = sum(records.map((record) => record.untilS - record.fromS));
  const total = (of: keyof RunCounts): number => sum(records.map((record) => record.counts[of]));
  const serverSeconds = sum(records.map((record) => serverSecondsOf(prepared, record)));
  const utilization = Number.isFinite(serverSeconds)
    ? ratio(sum(records.map((record) => record.busyS)), serverSeconds)
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
    ...(prepared.pool !== undefined && { use: poolUse(world, prepared, records, utilization, serverSeconds) }),
  };
}

function poolUse(
  world: World,
  prepared: PreparedService,
  records: readonly RunRecord[],
  utilization: number,
  serverSeconds: number,
): PoolUse {
  const onPool = world.pools[prepared.pool!]!;
  const most = (of: (record: RunRecord) => number): number => Math.max(...records.map(of));
  const perReplica = acceleratorsPerReplica(prepared, onPool);
  const replicas = replicasOf(onPool.pool.replicas.initial, records);
  return {
    utilization,
    replicas,
    most: mostReplicas(prepared, onPool),
    instances: instancesOf(replicas.max, perReplica, onPool, records),
    acceleratorsPerReplica: perReplica,
    ...(records[0]!.fleet && {
      nodes: records.map((record) => record.fleet!.nodes),
    }),
    ...(records[0]!.fleet?.scaling && { scaling: scalingOf(records.map((record) => record.fleet!.scaling!)) }),
    ...(records[0]!.fleet?.drills && { drills: records.map((record) => record.fleet!.drills!) }),
    ...(records[0]!.fleet?.faults && { faults: records.flatMap((record) => record.fleet!.faults!) }),
    ...(prepared.kind === 'llm' && {
      kvUtilization: {
        mean: ratio(
          sum(records.map((record) => record.kv!.tokenSeconds)),
          serverSeconds * prepared.plan.kvBlocks * prepared.plan.blockTokens,
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

/** Seconds of all servers (or engines) that could work: those that take requests, and those that finish what they have. */
function serverSecondsOf(prepared: PreparedService, { fleet, servers, fromS, untilS }: RunRecord): number {
  if (!fleet) return servers * (untilS - fromS);
  return (fleet.readyS + fleet.drainingS) * (prepared.kind === 'llm' ? prepared.plan.engines : 1);
}

function replicasOf(fixed: number, records: readonly RunRecord[]): { readonly mean: number; readonly max: number } {
  if (!records[0]!.fleet) return { mean: fixed, max: fixed };
  const seconds = sum(records.map((record) => record.untilS - record.fromS));
  return {
    mean: ratio(sum(records.map((record) => record.fleet!.provisionedS)), seconds),
    max: Math.max(...records.map((record) => record.fleet!.most)),
  };
}

function instancesOf(
  replicas: number,
  perReplica: number,
  { hardware }: PreparedPool,
  records: readonly RunRecord[],
): { readonly mean: number; readonly max: number } {
  if (!records[0]!.fleet) {
    const fixed = instancesBilled(replicas, perReplica, hardware.acceleratorsPerInstance);
    return { mean: fixed, max: fixed };
  }
  const seconds = sum(records.map((record) => record.untilS - record.fromS));
  const held = sum(records.flatMap((record) => record.fleet!.nodes.map(({ startS, endS }) => endS - startS)));
  return { mean: ratio(held, seconds), max: Math.max(...records.map((record) => mostAtOnce(record.fleet!.nodes))) };
}

/** Mean counts of a replication. */
function scalingOf(counts: readonly ScalingCounts[]): ScalingCounts {
  const of = (key: keyof ScalingCounts): number => mean(counts.map((each) => each[key]));
  return {
    decisions: of('decisions'),
    scaleUps: of('scaleUps'),
    scaleDowns: of('scaleDowns'),
    started: of('started'),
    onNewNodes: of('onNewNodes'),
    refusedSyncs: of('refusedSyncs'),
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
