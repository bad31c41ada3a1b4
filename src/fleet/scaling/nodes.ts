/**
 * The machines under a pool's replicas: started when a replica finds no place, kept for a while when empty, stopped after. A machine that
 * ran a replica before has its image. Bills are made from `runs`.
 *
 * INV-nodes: places taken = replicas placed, and accelerators held ≤ quota.
 */
import type { InstanceRun } from '../../billing/usage.js';
import { type Machine, Machines } from './machines.js';
import type { StartupParts } from './startup.js';

export interface NodeSettings {
  readonly startup: StartupParts;
  /** Replicas that fit on one node; below 1 where a replica spans several (1/2: two nodes each). */
  readonly replicasPerNode: number;
  readonly acceleratorsPerNode: number;
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
}

/** A replica, the machines under it, and when it was to be ready. */
interface Placed {
  readonly nodes: readonly Machine[];
  readonly readyAtS: number;
}

export type Placement =
  | { readonly ok: true; readonly readyAtS: number; readonly onNewNode: boolean }
  | { readonly ok: false; readonly why: 'quota' | 'capacity' };

export class Nodes {
  private readonly machines: Machines;
  private readonly placed = new Map<number, Placed>();

  constructor(private readonly settings: NodeSettings) {
    this.machines = new Machines(settings);
  }

  /** Nodes that are there or on their way. */
  get count(): number {
    return this.machines.all.length;
  }

  /** Replicas that are ready when the run begins, on nodes that are. */
  begin(replicas: readonly number[]): void {
    for (const index of replicas) {
      const nodes = this.find() ?? this.start(0, 0);
      this.take(index, nodes, 0, 0);
    }
    this.machines.keepWarm(0, 0);
  }

  /** A place for one more replica, and when it can serve. */
  place(now: number): Placement & { readonly take: (index: number) => void } {
    this.machines.expire(now);
    const { provisionS, pullS, loadS, initS } = this.settings.startup;
    const free = this.find();
    const why = free ? undefined : this.machines.refuses(this.nodesPerReplica);
    if (why !== undefined) return { ok: false, why, take: () => undefined };
    const nodes = free ?? this.start(now, now + provisionS);
    const imageAt = (node: Machine): number => Math.min(node.imageAt, Math.max(now, node.readyAt) + pullS);
    const readyAtS = Math.max(now, ...nodes.map(imageAt)) + loadS + initS;
    return {
      ok: true,
      readyAtS,
      onNewNode: !free,
      take: (index) => {
        for (const node of nodes) node.imageAt = imageAt(node);
        this.take(index, nodes, now, readyAtS);
        this.machines.keepWarm(now, now + provisionS);
      },
    };
  }

  /** The replica is gone: its node is empty from now on, or has a place. */
  release(index: number, now: number): void {
    for (const node of this.placed.get(index)?.nodes ?? []) {
      node.replicas--;
      if (node.replicas === 0) node.emptySince = now;
    }
    this.placed.delete(index);
    this.machines.expire(now);
  }

  /** Replicas with a place, the machine that each stands on (the first, where it spans several), and when each was to be ready. */
  get placements(): { readonly index: number; readonly machine: number; readonly readyAtS: number }[] {
    return [...this.placed].map(([index, { nodes, readyAtS }]) => ({ index, machine: nodes[0]!.id, readyAtS }));
  }

  /** Spot machines that hold replicas, and when the first of these was to be ready. */
  get spotInUse(): { readonly machine: number; readonly readyAtS: number }[] {
    const found = new Map<number, number>();
    for (const { nodes, readyAtS } of this.placed.values()) {
      for (const { id, isSpot, isLeaving } of nodes)
        if (isSpot && !isLeaving) found.set(id, Math.min(readyAtS, found.get(id) ?? Infinity));
    }
    return [...found].map(([machine, readyAtS]) => ({ machine, readyAtS }));
  }

  /** A machine will be taken back: nothing new comes to it. Returns the replicas on it. */
  notice(machine: number): number[] {
    const node = this.machines.all.find(({ id }) => id === machine);
    if (node === undefined) return [];
    node.isLeaving = true;
    return this.replicasOn(new Set([node]));
  }

  /** A machine is taken back, if it is still there: so are the replicas on it, which are returned. */
  reclaim(machine: number, now: number): number[] {
    return this.loseNodes(new Set(this.machines.all.filter(({ id }) => id === machine)), now);
  }

  /** While spot is dry, machines are started on demand. Returns the spot machines that there are. */
  setSpotDry(isDry: boolean): number[] {
    this.machines.isSpotDry = isDry;
    return this.machines.all.filter(({ isSpot, isLeaving }) => isSpot && !isLeaving).map(({ id }) => id);
  }

  /** A zone is lost with all machines in it: returns the replicas on them. Until it is open again, machines start in others. */
  closeZone(zone: number, now: number): number[] {
    return this.loseNodes(this.machines.closeZone(zone), now);
  }

  openZone(zone: number): void {
    this.machines.openZone(zone);
  }

  /** The node under a replica is lost: so are the replicas on it, which are returned. */
  lose(index: number, now: number): number[] {
    return this.loseNodes(new Set(this.placed.get(index)?.nodes ?? []), now);
  }

  private replicasOn(machines: ReadonlySet<Machine>): number[] {
    return [...this.placed].filter(([, { nodes }]) => nodes.some((node) => machines.has(node))).map(([each]) => each);
  }

  private loseNodes(lost: ReadonlySet<Machine>, now: number): number[] {
    const gone = this.replicasOn(lost);
    for (const each of gone) {
      for (const node of this.placed.get(each)!.nodes) {
        node.replicas--;
        if (node.replicas === 0) node.emptySince = now;
      }
      this.placed.delete(each);
    }
    this.machines.lose(lost, now);
    return gone.sort((a, b) => a - b);
  }

  /** When nodes ran, from `fromS` on and counted from it, in order of their start. */
  runs(fromS: number, untilS: number): InstanceRun[] {
    return this.machines.runs(fromS, untilS);
  }

  private get nodesPerReplica(): number {
    return this.settings.replicasPerNode >= 1 ? 1 : Math.round(1 / this.settings.replicasPerNode);
  }

  /** Nodes with a place for a replica, those that are up (and fullest) first. */
  private find(): readonly Machine[] | undefined {
    const room = Math.max(1, Math.floor(this.settings.replicasPerNode));
    const free = this.machines.all.filter((node) => node.replicas < room && !node.isLeaving);
    free.sort((a, b) => a.readyAt - b.readyAt || b.replicas - a.replicas);
    return free.length >= this.nodesPerReplica ? free.slice(0, this.nodesPerReplica) : undefined;
  }

  private start(now: number, readyAt: number): readonly Machine[] {
    const imageAt = readyAt <= now ? now : Infinity;
    return Array.from({ length: this.nodesPerReplica }, () => this.machines.boot(now, readyAt, imageAt));
  }

  private take(index: number, nodes: readonly Machine[], now: number, readyAtS: number): void {
    for (const node of nodes) {
      node.replicas++;
      node.emptySince = Infinity;
    }
    this.placed.set(index, { nodes, readyAtS });
    this.machines.expire(now);
  }
}
