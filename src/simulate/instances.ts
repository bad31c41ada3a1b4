import { instancesFor } from '../billing/usage.js';
import type { PreparedPool, PreparedService } from './worldTypes.js';

/** Accelerators that a replica occupies: the product of its parallelism degrees, none on machines without accelerators. */
export function acceleratorsPerReplica(prepared: PreparedService, { pool, hardware }: PreparedPool): number {
  if (prepared.kind === 'llm') return prepared.plan.acceleratorsPerReplica;
  const { tensor, pipeline, expert, data } = pool.parallelism;
  return hardware.accelerator ? tensor * pipeline * expert * data : 0;
}

/** ⌈accelerators in use / accelerators of an instance⌉; a replica without accelerators takes an instance of its own. */
export function instancesBilled(replicas: number, acceleratorsPerReplica: number, perInstance: number): number {
  return acceleratorsPerReplica === 0 ? replicas : instancesFor(replicas * acceleratorsPerReplica, perInstance);
}

/** Replicas that a service may have at once: as many as are there, or as its autoscaler and the quota allow. */
export function mostReplicas(prepared: PreparedService, onPool: PreparedPool): number {
  const { pool, scaling } = onPool;
  if (!scaling) return Math.max(pool.replicas.initial, pool.replicas.max);
  const allowed = Number.isFinite(scaling.max) ? scaling.max : Math.max(pool.replicas.initial, pool.replicas.max);
  const each = acceleratorsPerReplica(prepared, onPool);
  return pool.quota === undefined || each === 0 ? allowed : Math.min(allowed, Math.floor(pool.quota / each));
}
