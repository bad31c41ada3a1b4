/** What adds and removes replicas in one run of a service: an autoscaler, failures and their repair, on the machines of its pool. */
import type { InstanceRun } from '../billing/usage.js';
import { type Fault, FaultyFleet } from '../fleet/faults/faultyFleet.js';
import type { FleetController } from '../fleet/llm/control.js';
import type { LlmRun } from '../fleet/llm/fleet.js';
import { FixedPool } from '../fleet/scaling/fixedPool.js';
import type { FleetKeeper } from '../fleet/scaling/keeper.js';
import { Nodes } from '../fleet/scaling/nodes.js';
import { PoolScaler, type ScalingCounts } from '../fleet/scaling/poolScaler.js';
import { stream } from '../kernel/random.js';
import { exponential } from '../kernel/variates.js';
import { acceleratorsPerReplica, instancesBilled } from './instances.js';
import type { RunSpec } from './runSpec.js';
import { startupParts } from './startup.js';
import type { PreparedPool, PreparedService } from './worldTypes.js';

/** What a fleet that varies did over the measured time. */
export interface FleetRecord {
  /** ∫ replicas dt: all that are paid, those that take requests, those that finish what they have. */
  readonly provisionedS: number;
  readonly readyS: number;
  readonly drainingS: number;
  /** Seconds with at least one replica that takes requests. */
  readonly servingS: number;
  readonly most: number;
  /** When machines ran, from the start of the measured time. */
  readonly nodes: readonly InstanceRun[];
  /** Where an autoscaler is at work. */
  readonly scaling?: ScalingCounts;
  /** Where machines fail: what struck in the measured time. */
  readonly faults?: readonly Fault[];
}

export interface ScaledFleet {
  readonly controller: FleetController;
  readonly record: (run: LlmRun) => FleetRecord;
}

/**
 * @param engines engines of one replica
 * @returns `undefined` where replicas neither come nor go
 */
export function scaledFleet(
  prepared: PreparedService,
  onPool: PreparedPool,
  engines: number,
  spec: RunSpec,
): ScaledFleet | undefined {
  const { pool, scaling } = onPool;
  const { failures } = pool;
  if (scaling === undefined && failures === undefined) return undefined;
  const nodes = nodesOf(prepared, onPool);
  const { initial } = pool.replicas;
  nodes.begin(Array.from({ length: initial }, (_, i) => i));
  const scaler =
    scaling &&
    new PoolScaler(
      { ...scaling, enginesPerReplica: engines, initial, ...(spec.onDecision && { onDecision: spec.onDecision }) },
      nodes,
    );
  const keeper: FleetKeeper = scaler ?? new FixedPool(initial, nodes);
  const uniform = stream(spec.seed, spec.replication, `${onPool.name}/failures`);
  const faulty = failures && new FaultyFleet(keeper, exponential(uniform, failures.mtbf));
  return {
    controller: faulty ?? keeper,
    record: ({ replicaSeconds, fromS, untilS }) => ({
      provisionedS: replicaSeconds.provisioned,
      readyS: replicaSeconds.ready,
      drainingS: replicaSeconds.draining,
      servingS: replicaSeconds.serving,
      most: replicaSeconds.most,
      nodes: scaler ? nodes.runs(fromS, untilS) : fixedRuns(prepared, onPool, untilS - fromS),
      ...(scaler && { scaling: scaler.counts }),
      ...(faulty && { faults: faulty.faults.filter(({ timeS }) => timeS >= fromS) }),
    }),
  };
}

function nodesOf(prepared: PreparedService, onPool: PreparedPool): Nodes {
  const { pool, hardware, scaling } = onPool;
  const perReplica = acceleratorsPerReplica(prepared, onPool);
  const startup = startupParts(prepared, onPool, pool.startup!);
  return new Nodes({
    // A machine of a fixed pool comes back when it is repaired, and has the image.
    startup: scaling ? startup : { ...startup, provisionS: pool.failures?.repair ?? 0, pullS: 0 },
    replicasPerNode: perReplica === 0 ? 1 : replicasPerNode(hardware.acceleratorsPerInstance, perReplica),
    acceleratorsPerNode: perReplica === 0 ? 0 : hardware.acceleratorsPerInstance,
    quota: scaling ? (pool.quota ?? Infinity) : Infinity,
    warmNodes: pool.startup!.warm_nodes,
    retentionS: pool.startup!.keep_nodes,
  });
}

/** Machines of a fixed pool are paid throughout, those under repair as well. */
function fixedRuns(prepared: PreparedService, onPool: PreparedPool, windowS: number): readonly InstanceRun[] {
  const { pool, hardware } = onPool;
  const perReplica = acceleratorsPerReplica(prepared, onPool);
  const length = instancesBilled(pool.replicas.initial, perReplica, hardware.acceleratorsPerInstance);
  return Array.from({ length }, () => ({ startS: 0, endS: windowS, isPart: true }));
}

/** Replicas that one instance holds, or its inverse: instances that a replica spans. */
function replicasPerNode(acceleratorsPerInstance: number, acceleratorsPerReplica: number): number {
  return acceleratorsPerReplica <= acceleratorsPerInstance
    ? Math.floor(acceleratorsPerInstance / acceleratorsPerReplica)
    : 1 / Math.ceil(acceleratorsPerReplica / acceleratorsPerInstance);
}
