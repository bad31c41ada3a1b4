/**
 * The machines under a pool's replicas: started when a replica finds no place, kept for a while when empty, stopped after. A machine that
 * ran a replica before has its image. Bills are made from `runs`.
 *
 * INV-nodes: places taken = replicas placed, and accelerators held ≤ quota.
 */
import type { InstanceRun } from '../../billing/usage.js';
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

interface Node {
  readonly id: number;
  readonly isSpot: boolean;
  readonly zone: number;
  /** It is about to be taken back, and takes no replica any more. */
  isLeaving: boolean;
  readonly startedAt: number;
  readonly readyAt: number;
  /** When the image is there; `Infinity` until a replica has it pulled. */
  imageAt: number;
  replicas: number;
  emptySince: number;
}

/** A replica, the machines under it, and when it was to be ready. */
interface Placed {
  readonly nodes: readonly Node[];
  readonly atS: number;
  readonly readyAtS: number;
}

export type Placement =
  | { readonly ok: true; readonly readyAtS: number; readonly onNewNode: boolean }
  | { readonly ok: false; readonly why: 'quota' | 'capacity' };

export class Nodes {
  private nodes: Node[] = [];
  private readonly placed = new Map<number, Placed>();
  private readonly ended: InstanceRun[] = [];
  /** Places that replicas had and gave back. */
  private readonly used: { readonly startS: number; readonly endS: number }[] = [];
  private started = 0;
  private isSpotDry = false;
  private readonly closedZones = new Set<number>();
  /** Machines of a fixed pool that stand in closed zones. */
  private withheld = 0;

  constructor(private readonly settings: NodeSettings) {}

  /** Nodes that are there or on their way. */
  get count(): number {
    return this.nodes.length;
  }

  /** Replicas that are ready when the run begins, on nodes that are. */
  begin(replicas: readonly number[]): void {
    for (const index of replicas) {
      const nodes = this.find() ?? this.start(0, 0);
      this.take(index, nodes, 0, 0);
    }
    this.keepWarm(0, 0);
  }

  /** A place for one more replica, and when it can serve. */
  place(now: number): Placement & { readonly take: (index: number) => void } {
    this.expire(now);
    const { provisionS, pullS, loadS, initS } = this.settings.startup;
    const free = this.find();
    const needed = this.nodesPerReplica * this.settings.acceleratorsPerNode;
    if (!free && this.nodes.length * this.settings.acceleratorsPerNode + needed > this.settings.quota)
      return { ok: false, why: 'quota', take: () => undefined };
    const { mostNodes = Infinity, zones = 1 } = this.settings;
    const roomFor = this.closedZones.size < zones ? mostNodes - this.withheld - this.nodes.length : 0;
    if (!free && roomFor < this.nodesPerReplica) return { ok: false, why: 'capacity', take: () => undefined };
    const nodes = free ?? this.start(now, now + provisionS);
    const imageAt = (node: Node): number => Math.min(node.imageAt, Math.max(now, node.readyAt) + pullS);
    const readyAtS = Math.max(now, ...nodes.map(imageAt)) + loadS + initS;
    return {
      ok: true,
      readyAtS,
      onNewNode: !free,
      take: (index) => {
        for (const node of nodes) node.imageAt = imageAt(node);
        this.take(index, nodes, now, readyAtS);
        this.keepWarm(now, now + provisionS);
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
    this.expire(now);
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
    const node = this.nodes.find(({ id }) => id === machine);
    if (node === undefined) return [];
    node.isLeaving = true;
    return this.replicasOn(new Set([node]));
  }

  /** A machine is taken back, if it is still there: so are the replicas on it, which are returned. */
  reclaim(machine: number, now: number): number[] {
    return this.loseNodes(new Set(this.nodes.filter(({ id }) => id === machine)), now);
  }

  /** While spot is dry, machines are started on demand. Returns the spot machines that there are. */
  setSpotDry(isDry: boolean): number[] {
    this.isSpotDry = isDry;
    return this.nodes.filter(({ isSpot, isLeaving }) => isSpot && !isLeaving).map(({ id }) => id);
  }

  /** A zone is lost with all machines in it: returns the replicas on them. Until it is open again, machines start in others. */
  closeZone(zone: number, now: number): number[] {
    if (this.closedZones.has(zone)) return [];
    const lost = new Set(this.nodes.filter((node) => node.zone === zone));
    this.closedZones.add(zone);
    if (this.settings.mostNodes !== undefined) this.withheld = lost.size;
    return this.loseNodes(lost, now);
  }

  openZone(zone: number): void {
    this.closedZones.delete(zone);
    this.withheld = 0;
  }

  /** The node under a replica is lost: so are the replicas on it, which are returned. */
  lose(index: number, now: number): number[] {
    return this.loseNodes(new Set(this.placed.get(index)?.nodes ?? []), now);
  }

  private replicasOn(machines: ReadonlySet<Node>): number[] {
    return [...this.placed].filter(([, { nodes }]) => nodes.some((node) => machines.has(node))).map(([each]) => each);
  }

  private loseNodes(lost: ReadonlySet<Node>, now: number): number[] {
    const gone = this.replicasOn(lost);
    for (const each of gone) {
      for (const node of this.placed.get(each)!.nodes) {
        node.replicas--;
        if (node.replicas === 0) node.emptySince = now;
      }
      this.leave(each, now);
    }
    for (const node of lost) this.end(node, now);
    this.nodes = this.nodes.filter((node) => !lost.has(node));
    return gone.sort((a, b) => a - b);
  }

  /** When nodes ran, from `fromS` on and counted from it, in order of their start. */
  runs(fromS: number, untilS: number): InstanceRun[] {
    this.expire(untilS);
    const running = this.nodes.map(({ startedAt, isSpot }) => ({
      startS: startedAt,
      endS: untilS,
      isPart: true,
      ...(isSpot && { isSpot }),
    }));
    return [...this.ended, ...running]
      .filter(({ endS }) => endS > fromS)
      .map(({ startS, endS, isPart, isSpot }) => ({
        startS: Math.max(0, startS - fromS),
        endS: Math.min(endS, untilS) - fromS,
        isPart: isPart === true || startS <= fromS || endS > untilS,
        ...(isSpot && { isSpot }),
      }))
      .sort((a, b) => a.startS - b.startS || a.endS - b.endS);
  }

  private get nodesPerReplica(): number {
    return this.settings.replicasPerNode >= 1 ? 1 : Math.round(1 / this.settings.replicasPerNode);
  }

  /** Nodes with a place for a replica, those that are up (and fullest) first. */
  private find(): readonly Node[] | undefined {
    const room = Math.max(1, Math.floor(this.settings.replicasPerNode));
    const free = this.nodes.filter((node) => node.replicas < room && !node.isLeaving);
    free.sort((a, b) => a.readyAt - b.readyAt || b.replicas - a.replicas);
    return free.length >= this.nodesPerReplica ? free.slice(0, this.nodesPerReplica) : undefined;
  }

  private start(now: number, readyAt: number): readonly Node[] {
    const imageAt = readyAt <= now ? now : Infinity;
    return Array.from({ length: this.nodesPerReplica }, () => this.boot(now, readyAt, imageAt));
  }

  private boot(startedAt: number, readyAt: number, imageAt: number): Node {
    const node: Node = {
      id: this.started++,
      isSpot: this.isNextSpot(),
      zone: this.nextZone(),
      isLeaving: false,
      startedAt,
      readyAt,
      imageAt,
      replicas: 0,
      emptySince: Infinity,
    };
    this.nodes.push(node);
    return node;
  }

  /** Whether spot has less than its share with one more machine. */
  private isNextSpot(): boolean {
    const { spotShare = 0, committed = 0 } = this.settings;
    if (spotShare === 0 || this.isSpotDry) return false;
    const staying = this.nodes.filter(({ isLeaving }) => !isLeaving);
    const wanted = Math.round(spotShare * Math.max(0, staying.length + 1 - committed));
    return staying.filter(({ isSpot }) => isSpot).length < wanted;
  }

  /** The open zone with the fewest machines. */
  private nextZone(): number {
    const { zones = 1 } = this.settings;
    let best = 0;
    let fewest = Infinity;
    for (let zone = 0; zone < zones; zone++) {
      const there = this.nodes.filter((node) => node.zone === zone).length;
      if (this.closedZones.has(zone) || there >= fewest) continue;
      best = zone;
      fewest = there;
    }
    return best;
  }

  private take(index: number, nodes: readonly Node[], now: number, readyAtS: number): void {
    for (const node of nodes) {
      node.replicas++;
      node.emptySince = Infinity;
    }
    this.placed.set(index, { nodes, atS: now, readyAtS });
    this.expire(now);
  }

  /** Starts nodes until there are enough spare ones, as far as the quota goes. */
  private keepWarm(now: number, readyAt: number): void {
    const { warmNodes, acceleratorsPerNode, quota } = this.settings;
    const { zones = 1 } = this.settings;
    if (this.closedZones.size === zones) return;
    let spare = this.nodes.filter((node) => node.replicas === 0 && !node.isLeaving).length;
    while (spare < warmNodes && (this.nodes.length + 1) * acceleratorsPerNode <= quota) {
      this.boot(now, readyAt, readyAt);
      spare++;
    }
  }

  /** Stops empty nodes whose time is up, beyond those kept warm: the longest empty first. */
  private expire(now: number): void {
    const { retentionS, warmNodes } = this.settings;
    const empty = this.nodes
      .filter((node) => node.replicas === 0 && !node.isLeaving)
      .sort((a, b) => a.emptySince - b.emptySince);
    const stopped = new Set<Node>();
    for (const node of empty.slice(0, Math.max(0, empty.length - warmNodes))) {
      if (!(node.emptySince + retentionS <= now)) continue;
      this.end(node, node.emptySince + retentionS);
      stopped.add(node);
    }
    if (stopped.size > 0) this.nodes = this.nodes.filter((node) => !stopped.has(node));
  }

  private end({ startedAt, isSpot }: Node, at: number): void {
    this.ended.push({ startS: startedAt, endS: at, isPart: startedAt <= 0, ...(isSpot && { isSpot }) });
  }
}
