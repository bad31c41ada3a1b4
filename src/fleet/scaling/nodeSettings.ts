/** What there is to know of a pool's machines before a run. */
import type { Room } from './limitedFleet.js';
import type { StartupParts } from './startup.js';

/** An instance type, as replicas see it. */
export interface MachineType {
  readonly startup: StartupParts;
  /** Replicas that fit on one node; below 1 where a replica spans several (1/2: two nodes each). */
  readonly replicasPerNode: number;
  readonly acceleratorsPerNode: number;
}

export interface NodeSettings extends MachineType {
  /** Types that are started, in this order, where the pool's own cannot be had. */
  readonly fallback?: readonly MachineType[];
  /** Accelerators that may be held at once; `Infinity` without a quota. */
  readonly quota: number;
  /** Nodes kept ready beyond those in use: they have the image, and are paid. */
  readonly warmNodes: number;
  /** Seconds for which an empty node is kept. */
  readonly retentionS: number;
  /** Share of the machines beyond the `committed` ones that is bought on spot; 0 unless given. */
  readonly spotShare?: number;
  readonly committed?: number;
  /** Zones over which machines are spread evenly; 1 unless given. */
  readonly zones?: number;
  /** Machines that there are, where none can be had beyond them (a pool of fixed size); `Infinity` unless given. */
  readonly mostNodes?: number;
  /** Replicas that may hold a place now, where others take accelerators of the pool. */
  readonly room?: Room;
}

/** The pool's own type first. */
export const typesOf = (settings: NodeSettings): readonly MachineType[] => [settings, ...(settings.fallback ?? [])];

/** Machines that one replica spans. */
export const nodesPerReplica = ({ replicasPerNode }: MachineType): number =>
  replicasPerNode >= 1 ? 1 : Math.round(1 / replicasPerNode);

/** Replicas that have a place on one machine. */
export const placesOn = ({ replicasPerNode }: MachineType): number => Math.max(1, Math.floor(replicasPerNode));
