/** The autoscaler and the machines of one run of a service on a pool whose replicas vary. */
import type { InstanceRun } from '../billing/usage.js';
import type { LlmRun } from '../fleet/llm/fleet.js';
import { Nodes } from '../fleet/scaling/nodes.js';
import { PoolScaler, type ScalingCounts } from '../fleet/scaling/poolScaler.js';
import { acceleratorsPerReplica } from './instances.js';
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
  readonly scaling: ScalingCounts;
}

export interface ScaledFleet {
  readonly controller: PoolScaler;
  readonly record: (run: LlmRun) => FleetRecord;
}

/** @param engines engines of one replica · @returns `undefined` where the number of replicas does not vary */
export function scaledFleet(
  prepared: PreparedService,
  onPool: PreparedPool,
  engines: number,
  { start, onDecision }: Pick<RunSpec, 'start' | 'onDecision'>,
): ScaledFleet | undefined {
  const { pool, hardware, scaling } = onPool;
  if (!scaling || start?.held) return undefined;
  const initial = start?.replicas ?? pool.replicas.initial;
  const perReplica = acceleratorsPerReplica(prepared, onPool);
  const nodes = new Nodes({
    startup: startupParts(prepared, onPool, pool.startup!),
    replicasPerNode: perReplica === 0 ? 1 : replicasPerNode(hardware.acceleratorsPerInstance, perReplica),
    acceleratorsPerNode: perReplica === 0 ? 0 : hardware.acceleratorsPerInstance,
    quota: pool.quota ?? Infinity,
    warmNodes: pool.startup!.warm_nodes,
    retentionS: pool.startup!.keep_nodes,
  });
  nodes.begin(Array.from({ length: initial }, (_, i) => i));
  const { policy, readings, scrape, min, max } = scaling;
  const controller = new PoolScaler(
    { policy, readings, scrape, enginesPerReplica: engines, min, max, initial, ...(onDecision && { onDecision }) },
    nodes,
  );
  return {
    controller,
    record: ({ replicaSeconds, fromS, untilS }) => ({
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
