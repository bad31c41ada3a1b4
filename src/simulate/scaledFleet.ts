/** What adds and removes replicas in one run of a service: an autoscaler, failures and their repair, on the machines of its pool. */
import type { InstanceRun } from '../billing/usage.js';
import type { DrillRecord, FleetDrill } from '../fleet/faults/drill.js';
import { type Fault, FaultyFleet } from '../fleet/faults/faultyFleet.js';
import type { FleetController, ReplicaSeconds } from '../fleet/llm/control.js';
import { FixedPool } from '../fleet/scaling/fixedPool.js';
import type { FleetKeeper } from '../fleet/scaling/keeper.js';
import { Nodes } from '../fleet/scaling/nodes.js';
import { type DecisionRow, PoolScaler, type ScalingCounts } from '../fleet/scaling/poolScaler.js';
import { stream, type Uniform } from '../kernel/random.js';
import { exponential } from '../kernel/variates.js';
import type { Startup } from '../scenario/types.js';
import { replicasPerMachine, spareReplicas } from './headroom.js';
import { acceleratorsPerReplica, instancesBilled, mostReplicas } from './instances.js';
import type { RunSpec } from './runSpec.js';
import { startupParts } from './startup.js';
import type { PreparedPool, PreparedService } from './worldTypes.js';

/** What a fleet that varies did over the measured time. */
export interface FleetRecord {
  /** ∫ replicas dt: all that are paid, those that take requests, those that finish what they have. */
  readonly provisionedS: number;
  readonly readyS: number;
  readonly drainingS: number;
  readonly most: number;
  /** When machines ran, from the start of the measured time. */
  readonly nodes: readonly InstanceRun[];
  /** Where an autoscaler is at work. */
  readonly scaling?: ScalingCounts;
  /** Where machines fail: what struck in the measured time. */
  readonly faults?: readonly Fault[];
  readonly drills?: readonly DrillRecord[];
}

export interface ScaledFleet {
  readonly controller: FleetController;
  readonly record: (replicas: ReplicaSeconds, fromS: number, untilS: number) => FleetRecord;
}

/**
 * @param prepared the service as it runs on this pool · @param servers of a replica: it is fully busy when all of them are
 * @param first place of the pool's first replica
 * @returns `undefined` where replicas neither come nor go
 */
export function scaledFleet(
  prepared: PreparedService,
  servers: number,
  onPool: PreparedPool,
  spec: RunSpec,
  drills: readonly FleetDrill[],
  first: number,
): ScaledFleet | undefined {
  const { pool } = onPool;
  // Replicas of other services do not fail yet.
  const spot = prepared.kind === 'llm' ? onPool.spot : undefined;
  const scaling = spec.start?.held ? undefined : onPool.scaling;
  const mtbf = pool.failures?.mtbf;
  const isStruck = mtbf !== undefined || spot !== undefined || drills.length > 0;
  if (scaling === undefined && !isStruck) return undefined;
  const nodes = nodesOf(prepared, onPool);
  const initial = initialReplicas(prepared, onPool, spec);
  nodes.begin(Array.from({ length: initial }, (_, i) => first + i));
  const { onDecision } = spec;
  const scaler =
    scaling &&
    new PoolScaler(
      {
        ...scaling,
        enginesPerReplica: servers,
        initial: wantedAtFirst(onPool, spec),
        ...(pool.headroom && { spare: (desired: number) => spareReplicas(prepared, onPool, desired) }),
        ...(onDecision && { onDecision: (row: DecisionRow) => onDecision({ ...row, pool: onPool.name }) }),
      },
      nodes,
    );
  const keeper: FleetKeeper = scaler ?? new FixedPool(initial, nodes);
  const uniform = (what: string): Uniform => stream(spec.seed, spec.replication, `${onPool.name}/${what}`);
  const faulty = isStruck
    ? new FaultyFleet(keeper, {
        ...(mtbf !== undefined && { failures: exponential(uniform('failures'), mtbf) }),
        ...(spot && { spot: { lifetime: exponential(uniform('spot'), spot.meanS), noticeS: spot.noticeS } }),
        drills,
      })
    : undefined;
  return {
    controller: faulty ?? keeper,
    record: (replicas, fromS, untilS) => ({
      provisionedS: replicas.provisioned,
      readyS: replicas.ready,
      drainingS: replicas.draining,
      most: replicas.most,
      nodes: scaler || spot ? nodes.runs(fromS, untilS) : fixedRuns(prepared, onPool, untilS - fromS),
      ...(scaler && { scaling: scaler.counts }),
      ...(faulty && { faults: faulty.faults.filter(({ timeS }) => timeS >= fromS) }),
      ...(faulty && drills.length > 0 && { drills: faulty.drills }),
    }),
  };
}

/** Replicas at the start: as the scenario says, or as a load level of the week needs. */
function wantedAtFirst({ pool }: PreparedPool, { start }: RunSpec): number {
  return start?.replicas ?? pool.replicas.initial;
}

/** Replicas that there are at the start: with the spare ones of an autoscaled pool, as far as there may be so many. */
export function initialReplicas(prepared: PreparedService, onPool: PreparedPool, spec: RunSpec): number {
  const wanted = wantedAtFirst(onPool, spec);
  const { scaling, pool } = onPool;
  if (scaling === undefined || pool.headroom === undefined || spec.start?.held) return wanted;
  return Math.max(wanted, Math.min(mostReplicas(prepared, onPool), wanted + spareReplicas(prepared, onPool, wanted)));
}

function nodesOf(prepared: PreparedService, onPool: PreparedPool): Nodes {
  const { pool, hardware, scaling, spot, purchase } = onPool;
  const perReplica = acceleratorsPerReplica(prepared, onPool);
  const startup = pool.startup ?? RESTART;
  const parts = startupParts(prepared, onPool, startup);
  const keepsMachines = scaling === undefined && spot === undefined;
  return new Nodes({
    // A machine of a fixed pool comes back when it is repaired, and has the image.
    startup: keepsMachines ? { ...parts, provisionS: pool.failures?.repair ?? 0, pullS: 0 } : parts,
    replicasPerNode: replicasPerMachine(prepared, onPool),
    acceleratorsPerNode: perReplica === 0 ? 0 : hardware.acceleratorsPerInstance,
    quota: scaling ? (pool.quota ?? Infinity) : Infinity,
    warmNodes: startup.warm_nodes,
    retentionS: startup.keep_nodes,
    zones: pool.zones,
    ...(spot && { spotShare: spot.share, committed: purchase.committed1y + purchase.committed3y }),
    ...(keepsMachines && { mostNodes: fixedMachines(prepared, onPool) }),
  });
}

/** Machines of a fixed pool are paid throughout, those under repair as well. */
function fixedRuns(prepared: PreparedService, onPool: PreparedPool, windowS: number): readonly InstanceRun[] {
  const length = fixedMachines(prepared, onPool);
  return Array.from({ length }, () => ({ startS: 0, endS: windowS, isPart: true }));
}

function fixedMachines(prepared: PreparedService, onPool: PreparedPool): number {
  const { pool, hardware } = onPool;
  return instancesBilled(
    pool.replicas.initial,
    acceleratorsPerReplica(prepared, onPool),
    hardware.acceleratorsPerInstance,
  );
}

/** A replica that starts again where the scenario says nothing of starts: a drill has taken its machine away. */
const RESTART: Startup = {
  provision: 0,
  pull: 0,
  load: 'auto',
  init: 'auto',
  storage: 'block-volume',
  loader: 'page-cache',
  warm_nodes: 0,
  keep_nodes: 0,
};
