/** What a service does on each of its pools, over its replications: what the bill and the fleet's figures are made of. */
import { type InstanceRun, mostAtOnce } from '../../billing/usage.js';
import type { DrillRecord } from '../../fleet/faults/drill.js';
import type { Fault } from '../../fleet/faults/faultyFleet.js';
import type { ConsolidationCounts } from '../../fleet/scaling/consolidation/consolidator.js';
import type { ScalingCounts } from '../../fleet/scaling/poolScaler.js';
import type { ServingPlan } from '../../latency/types.js';
import { mean, meanOfEach, ratio, sum } from '../arithmetic.js';
import { acceleratorsPerReplica, instancesBilled, mostReplicas } from '../services/instances.js';
import type { FleetRecord } from '../services/scaledFleet.js';
import { poolFor } from '../sharing/shares.js';
import type { Lane } from '../world/types.js';
import type { PreparedPool, PreparedService, World } from '../world/world.js';
import { type MachinesOfType, machinesByType } from './machines.js';
import type { GroupRecord, LaneRecord, RunRecord } from './record.js';

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

/** A service on one of its pools, over its replications. */
export interface LaneRun {
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

export function laneRuns(prepared: PreparedService, records: readonly RunRecord[]): readonly LaneRun[] {
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
export function poolUse(world: World, prepared: PreparedService, lane: LaneRun, share: number): PoolUse | undefined {
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
    ...(records[0]!.fleet?.scaling && { scaling: meanOfEach(records.map((record) => record.fleet!.scaling!)) }),
    ...(records[0]!.fleet?.consolidation && {
      consolidation: meanOfEach(records.map((record) => record.fleet!.consolidation!)),
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
