import { instancesFor } from '../billing/usage.js';

/** ⌈accelerators in use / accelerators of an instance⌉; a replica without accelerators takes an instance of its own. */
export function instancesBilled(replicas: number, acceleratorsPerReplica: number, perInstance: number): number {
  return acceleratorsPerReplica === 0 ? replicas : instancesFor(replicas * acceleratorsPerReplica, perInstance);
}
