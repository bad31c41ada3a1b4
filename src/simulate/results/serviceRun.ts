/** One service simulated over its replications: its part of the result, and what its pool and the bill need to know. */
import { type InstanceRun, mostAtOnce } from '../../billing/usage.js';
import type { DrillRecord } from '../../fleet/faults/drill.js';
import type { Fault } from '../../fleet/faults/faultyFleet.js';
import type { Rejection } from '../../fleet/llm/admissionControl.js';
import type { ConsolidationCounts } from '../../fleet/scaling/consolidation/consolidator.js';
import type { ScalingCounts } from '../../fleet/scaling/poolScaler.js';
import type { ServingPlan } from '../../latency/types.js';
import { mean, ratio, sum } from '../arithmetic.js';
import type { ServiceResult } from '../result.js';
import { acceleratorsPerReplica, instancesBilled, mostReplicas } from '../services/instances.js';
import type { FleetRecord } from '../services/scaledFleet.js';
import { poolFor } from '../sharing/shares.js';
import { windowOf } from '../week/startHour.js';
import type { Lane } from '../world/types.js';
import type { PreparedPool, PreparedService, World } from '../world/world.js';
import { type MachinesOfType, machinesByType } from './machines.js';
import type { GroupRecord, LaneRecord, RunCounts, RunRecord } from './record.js';
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

export interface PoolUse {
  readonly pool: string;
  /** Share of the service's requests that were sent there. */
  readonly share: number;
  /** Bytes of answers that left it in a window; absent where they are not counted. */
  readonly egressBytes?: number;
  readonly utilization: number;
  readonly replicas: { readonly mean: number; readonly max: number };
  /** Replicas that there may be: what demand is held against. */
  readonly most: number;
  /** When machines ran, by replication; absent where the fleet is fixed. */
  readonly nodes?: readonly (readonly InstanceRun[])[];
  /** When replicas held their places, by replication (see `FleetRecord`). */
  readonly places?: readonly FleetRecord['places'][];
  readonly scaling?: ScalingCounts;
  readonly consolidation?: ConsolidationCounts;
  /** Replicas that services of higher priority took, as a mean over replications; absent where none contends. */
  readonly preempted?: number;
  /** What struck the pool, over all replications; absent where nothing can. */
  readonly faults?: readonly Fault[];
  /** What came of drills, by replication. */
  readonly drills?: readonly (readonly DrillRecord[])[];
  /** Accelerators held by the replicas of several services together. */
  readonly accelerators?: { readonly mean: number; readonly max: number };
  /** Machines held, those that boot and those kept empty included. */
  readonly instances: { readonly mean: number; readonly max: number };
  /** Machines with power, on average, by instance type; absent where the fleet is fixed. */
  readonly powered?: readonly number[];
  /** By instance type, where there may be several or none. */
  readonly machines?: readonly MachinesOfType[];
  readonly acceleratorsPerReplica: number;
  readonly kvUtilization?: { readonly mean: number; readonly max: number };
  readonly batchSize?: { readonly mean: number; readonly max: number };
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
    ...(records[0]!.api && { api: apiOf(records) }),
    completed: mean(records.map((record) => record.counts.completed + record.counts.carriedOut)),
    arrivalsPerS: ratio(total('arrived'), seconds),
    utilization,
    warnings: warningsOf(prepared, records, total, seconds),
    uses: lanes.flatMap((lane) => poolUse(world, prepared, lane, ratio(lane.placed, placed)) ?? []),
  };
}

/** Mean calls of a replication. */
function apiOf(records: readonly RunRecord[]): NonNullable<RunRecord['api']> {
  const of = (key: keyof NonNullable<RunRecord['api']>): number => mean(records.map(({ api }) => api![key]));
  return { calls: of('calls'), inputTokens: of('inputTokens'), outputTokens: of('outputTokens') };
}

/** A service on one of its pools, over its replications. */
interface LaneRun {
  /** Absent for a queue without a pool. */
  readonly pool: string | undefined;
  readonly index: number;
  /** Absent for other services than language models. */
  readonly plan?: ServingPlan;
  /** By instance type of the pool; none for other services. */
  readonly plans: readonly ServingPlan[];
  readonly role?: Lane['role'];
  readonly records: readonly LaneOfRecord[];
  /** Seconds of all servers (or engines) that could work: those that take requests, and those that finish what they have. */
  readonly serverSeconds: number;
  readonly placed: number;
}

type LaneOfRecord = RunRecord & Partial<LaneRecord>;

function laneRuns(prepared: PreparedService, records: readonly RunRecord[]): readonly LaneRun[] {
  const lanes: readonly (Pick<LaneRun, 'pool' | 'plan' | 'role'> & Pick<Partial<Lane>, 'fallback'>)[] =
    prepared.kind === 'llm' ? prepared.lanes : [{ pool: prepared.pool }];
  const serversOf = (plan: ServingPlan | undefined): number =>
    prepared.kind === 'inference' ? prepared.plan.servers : (plan?.engines ?? 1);
  return lanes.map(({ pool, plan, role, fallback = [] }, index) => {
    const own = records.map((record): LaneOfRecord => ({ ...record, ...record.lanes?.[index] }));
    const serverSeconds = sum(
      own.map(({ fleet, servers, fromS, untilS }) =>
        fleet ? (fleet.readyS + fleet.drainingS) * serversOf(plan) : servers * (untilS - fromS),
      ),
    );
    const placed = plan === undefined ? 1 : sum(own.map((record) => record.placed ?? 0));
    const plans = plan ? [plan, ...fallback.map((type) => type.plan)] : [];
    return { pool, index, plans, ...(plan && { plan }), ...(role && { role }), records: own, serverSeconds, placed };
  });
}

/** @param share of the service's requests that were sent to the pool */
function poolUse(world: World, prepared: PreparedService, lane: LaneRun, share: number): PoolUse | undefined {
  const { pool, plan, records, serverSeconds } = lane;
  if (pool === undefined) return undefined;
  const onPool = poolFor(world, prepared.name, pool);
  const most = (of: (record: LaneOfRecord) => number): number => Math.max(...records.map(of));
  const perReplica = plan?.acceleratorsPerReplica ?? acceleratorsPerReplica(prepared, onPool);
  const replicas = replicasOf(onPool.pool.replicas.initial, records);
  const sent = sentBytes(prepared, onPool, lane);
  return {
    pool,
    share,
    utilization: Number.isFinite(serverSeconds) ? ratio(sum(records.map((record) => record.busyS)), serverSeconds) : 0,
    replicas,
    most: mostReplicas(prepared, onPool),
    instances: instancesOf(replicas.max, perReplica, onPool, records),
    acceleratorsPerReplica: perReplica,
    ...(sent !== undefined && { egressBytes: sent }),
    ...(records[0]!.fleet && {
      nodes: records.map((record) => record.fleet!.nodes),
      powered: records[0]!.fleet.poweredS.map((_, type) =>
        ratio(
          sum(records.map((record) => record.fleet!.poweredS[type]!)),
          sum(records.map(({ fromS, untilS }) => untilS - fromS)),
        ),
      ),
      places: records.map((record) => record.fleet!.places),
    }),
    ...(records[0]!.fleet?.preempted !== undefined && {
      preempted: mean(records.map((record) => record.fleet!.preempted!)),
    }),
    ...(records[0]!.fleet?.scaling && { scaling: scalingOf(records.map((record) => record.fleet!.scaling!)) }),
    ...(records[0]!.fleet?.consolidation && {
      consolidation: consolidationOf(records.map((record) => record.fleet!.consolidation!)),
    }),
    ...(records[0]!.fleet?.drills && { drills: records.map((record) => record.fleet!.drills!) }),
    ...(records[0]!.fleet?.faults && { faults: records.flatMap((record) => record.fleet!.faults!) }),
    ...(lane.plans.length > 0 && { kvUtilization: kvUtilization(lane) }),
    ...(records[0]!.fleet?.stockOuts && { machines: machinesByType(onPool, records) }),
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

/** KV memory in use, as a share of what working engines have. */
function kvUtilization({ plans, records, serverSeconds }: LaneRun): { readonly mean: number; readonly max: number } {
  const rooms = plans.map(({ kvBlocks, blockTokens }) => kvBlocks * blockTokens);
  const [own = 0] = rooms;
  const eachOf = (of: (type: GroupRecord, room: number, engines: number) => number): number[] =>
    records.flatMap(({ types = [] }) => types.map((type, i) => of(type, rooms[i]!, plans[i]!.engines)));
  const room =
    rooms.length === 1 ? serverSeconds * own : sum(eachOf(({ workingS }, each, engines) => workingS * engines * each));
  return {
    mean: ratio(sum(eachOf(({ kv }) => kv.tokenSeconds)), room),
    max: Math.max(...eachOf(({ kv }, each) => kv.maxTokens / each)),
  };
}

/** Bytes of answers that leave the pool in a window, as a mean over replications. */
function sentBytes({ service }: PreparedService, { egress }: PreparedPool, lane: LaneRun): number | undefined {
  const { response_bytes_per_token } = service.traffic;
  if (egress === undefined || response_bytes_per_token === undefined) return undefined;
  const tokens = lane.records.map(({ origins = [] }) => sum(origins.map((origin) => origin.tokensFrom[lane.index]!)));
  return mean(tokens) * response_bytes_per_token;
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
    outOfStockSyncs: of('outOfStockSyncs'),
  };
}

/** Mean counts of a replication. */
function consolidationOf(counts: readonly ConsolidationCounts[]): ConsolidationCounts {
  const of = (key: keyof ConsolidationCounts): number => mean(counts.map((each) => each[key]));
  return {
    removedEmpty: of('removedEmpty'),
    removedUnderutilized: of('removedUnderutilized'),
    replacements: of('replacements'),
    moved: of('moved'),
    heldLooks: of('heldLooks'),
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
