/**
 * The machines under a pool's replicas: started when a replica finds no place, kept for a while when empty, stopped after. A machine that
 * ran a replica before has its image. Bills are made from `runs`.
 *
 * INV-nodes: places taken = replicas placed, and accelerators held ≤ quota.
 */
import type { InstanceRun } from '../../billing/usage.js';
import { type Machine, Machines, type Refusal } from './machines.js';
import { type MachineType, type NodeSettings, nodesPerReplica, placesOn, typesOf } from './nodeSettings.js';

export type { NodeSettings } from './nodeSettings.js';

/** A replica, the machines under it, and when it was to be ready. */
interface Placed {
  readonly nodes: readonly Machine[];
  readonly atS: number;
  readonly readyAtS: number;
}

export type Placement =
  | {
      readonly ok: true;
      readonly readyAtS: number;
      /** The instance type of its machines, as they are listed. */
      readonly type: number;
      readonly onNewNode: boolean;
    }
  | { readonly ok: false; readonly why: Refusal };

export class Nodes {
  private readonly machines: Machines;
  private readonly placed = new Map<number, Placed>();
  private readonly types: readonly MachineType[];
  /** Replicas with a place from each moment on, where there are several instance types. */
  private readonly history: { readonly atS: number; readonly replicas: number }[] = [];
  /** Places that replicas had and gave back. */
  private readonly used: { readonly startS: number; readonly endS: number }[] = [];

  constructor(private readonly settings: NodeSettings) {
    this.machines = new Machines(settings);
    this.types = typesOf(settings);
  }

  /** Nodes that are there or on their way. */
  get count(): number {
    return this.machines.all.length;
  }

  /** Replicas that are ready when the run begins, on nodes that are. */
  begin(replicas: readonly number[]): void {
    for (const index of replicas) {
      const nodes = this.find() ?? this.start(0, 0, 0);
      this.take(index, nodes, 0, 0);
    }
    this.machines.keepWarm(0, 0);
  }

  /** A place for one more replica, and when it can serve: on a machine that is there, or on one of the first type that can be had. */
  place(now: number): Placement & { readonly take: (index: number) => void } {
    this.machines.expire(now);
    if (this.placed.size >= (this.settings.room?.replicas ?? Infinity))
      return { ok: false, why: 'quota', take: () => undefined };
    const free = this.find();
    const chosen = free ? free[0]!.type : this.machines.available();
    if (typeof chosen !== 'number') return { ok: false, why: chosen, take: () => undefined };
    const { provisionS, pullS, loadS, initS } = this.types[chosen]!.startup;
    const nodes = free ?? this.start(chosen, now, now + provisionS);
    const imageAt = (node: Machine): number => Math.min(node.imageAt, Math.max(now, node.readyAt) + pullS);
    const readyAtS = Math.max(now, ...nodes.map(imageAt)) + loadS + initS;
    return {
      ok: true,
      readyAtS,
      type: chosen,
      onNewNode: !free,
      take: (index) => {
        for (const node of nodes) node.imageAt = imageAt(node);
        this.take(index, nodes, now, readyAtS);
        this.machines.keepWarm(now, now + this.types[0]!.startup.provisionS);
      },
    };
  }

  /** The replica is gone: its node is empty from now on, or has a place. */
  release(index: number, now: number): void {
    for (const node of this.placed.get(index)?.nodes ?? []) {
      node.replicas--;
      if (node.replicas === 0) node.emptySince = now;
    }
    this.leave(index, now);
    this.note(now);
    this.machines.expire(now);
  }

  /** An instance type cannot be had from now on, or can be had again. What lasts at the same time counts by itself. */
  setStock(type: number, isOut: boolean): void {
    this.machines.setStock(type, isOut);
  }

  private leave(index: number, now: number): void {
    const place = this.placed.get(index);
    if (place) this.used.push({ startS: place.atS, endS: now });
    this.placed.delete(index);
  }

  /** When replicas held their places (starting, ready or draining), in seconds from `fromS`; what came before it is negative. */
  places(fromS: number, untilS: number): { readonly startS: number; readonly endS: number }[] {
    const now = [...this.placed.values()].map(({ atS }) => ({ startS: atS, endS: untilS }));
    return [...this.used, ...now]
      .map(({ startS, endS }) => ({ startS: startS - fromS, endS: Math.min(endS, untilS) - fromS }))
      .sort((a, b) => a.startS - b.startS || a.endS - b.endS);
  }

  /** Replicas with a place, the machine that each stands on (the first, where it spans several), and when each was to be ready. */
  get placements(): { readonly index: number; readonly machine: number; readonly readyAtS: number }[] {
    return [...this.placed].map(([index, { nodes, readyAtS }]) => ({ index, machine: nodes[0]!.id, readyAtS }));
  }

  /** Spot machines that hold replicas, and when the first of these was to be ready. */
  get spotInUse(): { readonly machine: number; readonly type: number; readonly readyAtS: number }[] {
    const found = new Map<number, { readonly machine: number; readonly type: number; readonly readyAtS: number }>();
    for (const { nodes, readyAtS } of this.placed.values()) {
      for (const { id, type, isSpot, isLeaving } of nodes)
        if (isSpot && !isLeaving && !((found.get(id)?.readyAtS ?? Infinity) <= readyAtS))
          found.set(id, { machine: id, type, readyAtS });
    }
    return [...found.values()];
  }

  /** A machine will be taken back: nothing new comes to it. Returns the replicas on it. */
  notice(machine: number): { readonly type: number; readonly replicas: readonly number[] } {
    const node = this.machines.all.find(({ id }) => id === machine);
    if (node === undefined) return { type: 0, replicas: [] };
    node.isLeaving = true;
    return { type: node.type, replicas: this.replicasOn(new Set([node])) };
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
      this.leave(each, now);
    }
    this.note(now);
    this.machines.lose(lost, now);
    return gone.sort((a, b) => a - b);
  }

  /** The most replicas that there were at once from `fromS` on, on all instance types. */
  mostReplicas(fromS: number): number {
    const before = this.history.findLast(({ atS }) => atS <= fromS);
    const after = this.history.filter(({ atS }) => atS > fromS);
    return Math.max(0, ...[...(before ? [before] : []), ...after].map(({ replicas }) => replicas));
  }

  /** Machine-seconds with power, by instance type. */
  poweredS(fromS: number, untilS: number): number[] {
    return this.machines.poweredS(fromS, untilS);
  }

  private note(now: number): void {
    if (this.types.length > 1) this.history.push({ atS: now, replicas: this.placed.size });
  }

  /** When nodes ran, from `fromS` on and counted from it, in order of their start. */
  runs(fromS: number, untilS: number): InstanceRun[] {
    return this.machines.runs(fromS, untilS);
  }

  /** Machines of one type with a place for a replica: those that are up first, of these the fullest. */
  private find(): readonly Machine[] | undefined {
    let best: readonly Machine[] | undefined;
    for (const [type, of] of this.types.entries()) {
      const room = placesOn(of);
      const free = this.machines.all.filter((node) => node.type === type && node.replicas < room && !node.isLeaving);
      free.sort((a, b) => a.readyAt - b.readyAt || b.replicas - a.replicas);
      const needed = nodesPerReplica(of);
      if (free.length < needed) continue;
      if (!best || free[needed - 1]!.readyAt < best.at(-1)!.readyAt) best = free.slice(0, needed);
    }
    return best;
  }

  private start(type: number, now: number, readyAt: number): readonly Machine[] {
    const imageAt = readyAt <= now ? now : Infinity;
    const length = nodesPerReplica(this.types[type]!);
    return Array.from({ length }, () => this.machines.boot(type, now, readyAt, imageAt));
  }

  private take(index: number, nodes: readonly Machine[], now: number, readyAtS: number): void {
    for (const node of nodes) {
      node.replicas++;
      node.emptySince = Infinity;
    }
    this.placed.set(index, { nodes, atS: now, readyAtS });
    this.note(now);
    this.machines.expire(now);
  }
}
