/** The autoscaler and the machines of one run of a service on a pool whose replicas vary. */
import type { InstanceRun } from '../billing/usage.js';
import type { GroupRun } from '../fleet/llm/fleet.js';
import { Nodes } from '../fleet/scaling/nodes.js';
import { type DecisionRow, PoolScaler, type ScalingCounts } from '../fleet/scaling/poolScaler.js';
import { startupParts } from './startup.js';
import type { PreparedScaling } from './worldScaling.js';
import type { Lane, PreparedPool, PreparedService } from './worldTypes.js';

/** What a fleet that varies did over the measured time. */
export interface FleetRecord {
  /** ∫ replicas dt: all that are paid, those that take requests, those that finish what they have. */
  readonly provisionedS: number;
  readonly readyS: number;
  readonly drainingS: number;
  readonly most: number;
  /** When machines ran, from the start of the measured time. */
  readonly nodes: readonly InstanceRun[];
  readonly scaling: ScalingCounts;
}

export interface ScaledFleet {
  readonly controller: PoolScaler;
  readonly record: (run: GroupRun, fromS: number, untilS: number) => FleetRecord;
}

/** @param first place of the lane's first replica */
export function scaledFleet(
  prepared: Extract<PreparedService, { kind: 'llm' }>,
  lane: Lane,
  onPool: PreparedPool,
  scaling: PreparedScaling,
  first: number,
  onDecision?: (row: DecisionRow) => void,
): ScaledFleet {
  const { pool, hardware } = onPool;
  const { initial } = pool.replicas;
  const perReplica = lane.plan.acceleratorsPerReplica;
  const nodes = new Nodes({
    startup: startupParts({ ...prepared, ...lane }, onPool, pool.startup!),
    replicasPerNode: perReplica === 0 ? 1 : replicasPerNode(hardware.acceleratorsPerInstance, perReplica),
    acceleratorsPerNode: perReplica === 0 ? 0 : hardware.acceleratorsPerInstance,
    quota: pool.quota ?? Infinity,
    warmNodes: pool.startup!.warm_nodes,
    retentionS: pool.startup!.keep_nodes,
  });
  nodes.begin(Array.from({ length: initial }, (_, i) => first + i));
  const { policy, readings, scrape, min, max } = scaling;
  const controller = new PoolScaler(
    {
      policy,
      readings,
      scrape,
      enginesPerReplica: lane.plan.engines,
      min,
      max,
      initial,
      ...(onDecision && { onDecision: (row: DecisionRow) => onDecision({ ...row, pool: lane.pool }) }),
    },
    nodes,
  );
  return {
    controller,
    record: ({ replicaSeconds }, fromS, untilS) => ({
      provisionedS: replicaSeconds.provisioned,
      readyS: replicaSeconds.ready,
      drainingS: replicaSeconds.draining,
      most: replicaSeconds.most,
      nodes: nodes.runs(fromS, untilS),
      scaling: controller.counts,
    }),
  };
}

/** Replicas that one instance holds, or its inverse: instances that a replica spans. */
function replicasPerNode(acceleratorsPerInstance: number, acceleratorsPerReplica: number): number {
  return acceleratorsPerReplica <= acceleratorsPerInstance
    ? Math.floor(acceleratorsPerInstance / acceleratorsPerReplica)
    : 1 / Math.ceil(acceleratorsPerReplica / acceleratorsPerInstance);
}
