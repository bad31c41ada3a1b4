import { instancesFor } from '../../billing/usage.js';
import type { PreparedPool, PreparedService } from '../world/types.js';

/** Accelerators that a replica occupies: the product of its parallelism degrees, a part of one on a slice, none on machines without accelerators. */
export function acceleratorsPerReplica(prepared: PreparedService, { pool, hardware }: PreparedPool): number {
  if (prepared.kind === 'llm') return prepared.plan.acceleratorsPerReplica;
  const { tensor, pipeline, expert, data } = pool.parallelism;
  return hardware.accelerator ? (tensor * pipeline * expert * data) / (hardware.slice?.instances ?? 1) : 0;
}

/** Whole accelerators that replicas occupy: slices of one count once. */
export function wholeAccelerators(replicas: number, acceleratorsPerReplica: number): number {
  return Math.ceil(replicas * acceleratorsPerReplica - ROUNDING);
}

/** How often a part is wholly in something, with what fractions lose in rounding (49 times 1/49 is less than one). */
export function wholeIn(parts: number): number {
  return Math.floor(parts + ROUNDING);
}

const ROUNDING = 1e-9;

/** ⌈accelerators in use / accelerators of an instance⌉; a replica without accelerators takes an instance of its own. */
export function instancesBilled(replicas: number, acceleratorsPerReplica: number, perInstance: number): number {
  return acceleratorsPerReplica === 0
    ? replicas
    : instancesFor(wholeAccelerators(replicas, acceleratorsPerReplica), perInstance);
}

/** Replicas that a service may have at once: as many as are there, or as its autoscaler and the quota allow. */
export function mostReplicas(prepared: PreparedService, onPool: PreparedPool): number {
  const { pool, scaling } = onPool;
  if (!scaling) return Math.max(pool.replicas.initial, pool.replicas.max);
  const allowed = Number.isFinite(scaling.max) ? scaling.max : Math.max(pool.replicas.initial, pool.replicas.max);
  const each = acceleratorsPerReplica(prepared, onPool);
  return pool.quota === undefined || each === 0 ? allowed : Math.min(allowed, wholeIn(pool.quota / each));
}
