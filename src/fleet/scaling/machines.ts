/**
 * The machines of a pool, whatever runs on them: which are there, in which zone, how each is bought, and when each ran. An empty one is
 * kept for a while, and some are kept ready beyond those in use.
 */
import type { InstanceRun } from '../../billing/usage.js';
import { type MachineType, type NodeSettings, nodesPerReplica, typesOf } from './nodeSettings.js';

/** Why no machine can be had: the quota is full, all that there are are taken, no type of the list is in stock. */
export type Refusal = 'quota' | 'capacity' | 'stock';

export interface Machine {
  readonly id: number;
  /** Its instance type, as they are listed. */
  readonly type: number;
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

export class Machines {
  /** Those that are there or on their way, in order of their start. */
  all: readonly Machine[] = [];
  /** While spot is dry, machines are started on demand. */
  isSpotDry = false;
  private readonly ended: { readonly machine: Machine; readonly run: InstanceRun }[] = [];
  private started = 0;
  private readonly types: readonly MachineType[];
  /** By type: for how many reasons it cannot be had. */
  private readonly outOfStock: number[];
  private readonly closedZones = new Set<number>();
  /** Machines of a fixed pool that stand in closed zones. */
  private withheld = 0;

  constructor(private readonly settings: NodeSettings) {
    this.types = typesOf(settings);
    this.outOfStock = this.types.map(() => 0);
  }

  setStock(type: number, isOut: boolean): void {
    this.outOfStock[type]! += isOut ? 1 : -1;
  }

  /** The first type of which the machines for another replica can be had, or why there is none: what the last one waits for. */
  available(): number | Refusal {
    let why: Refusal = 'stock';
    for (const [type, of] of this.types.entries()) {
      if (this.outOfStock[type]! > 0) continue;
      const refused = this.refuses(of, nodesPerReplica(of));
      if (refused === undefined) return type;
      why = refused;
    }
    return why;
  }

  boot(type: number, startedAt: number, readyAt: number, imageAt: number): Machine {
    const machine: Machine = {
      id: this.started++,
      type,
      isSpot: this.isNextSpot(),
      zone: this.nextZone(),
      isLeaving: false,
      startedAt,
      readyAt,
      imageAt,
      replicas: 0,
      emptySince: Infinity,
    };
    this.all = [...this.all, machine];
    return machine;
  }

  /** Starts machines until there are enough spare ones, as far as the quota goes. */
  keepWarm(now: number, readyAt: number): void {
    const { warmNodes, acceleratorsPerNode, quota, zones = 1 } = this.settings;
    if (this.closedZones.size === zones || this.outOfStock[0]! > 0) return;
    let spare = this.all.filter((machine) => machine.replicas === 0 && !machine.isLeaving).length;
    while (spare < warmNodes && this.accelerators + acceleratorsPerNode <= quota) {
      this.boot(0, now, readyAt, readyAt);
      spare++;
    }
  }

  /** Stops empty machines whose time is up, beyond those kept warm: the longest empty first. */
  expire(now: number): void {
    const { retentionS, warmNodes } = this.settings;
    const empty = this.all
      .filter((machine) => machine.replicas === 0 && !machine.isLeaving)
      .sort((a, b) => a.emptySince - b.emptySince);
    const stopped = new Set<Machine>();
    for (const machine of empty.slice(0, Math.max(0, empty.length - warmNodes))) {
      if (!(machine.emptySince + retentionS <= now)) continue;
      this.end(machine, machine.emptySince + retentionS);
      stopped.add(machine);
    }
    if (stopped.size > 0) this.all = this.all.filter((machine) => !stopped.has(machine));
  }

  /** These go at once. */
  lose(lost: ReadonlySet<Machine>, now: number): void {
    for (const machine of lost) this.end(machine, now);
    this.all = this.all.filter((machine) => !lost.has(machine));
  }

  /** No machine starts in a zone that is closed. Returns the machines in it; nothing where it is closed already. */
  closeZone(zone: number): ReadonlySet<Machine> {
    if (this.closedZones.has(zone)) return new Set();
    const lost = new Set(this.all.filter((machine) => machine.zone === zone));
    this.closedZones.add(zone);
    if (this.settings.mostNodes !== undefined) this.withheld = lost.size;
    return lost;
  }

  openZone(zone: number): void {
    this.closedZones.delete(zone);
    this.withheld = 0;
  }

  /** When machines ran, from `fromS` on and counted from it, in order of their start. */
  runs(fromS: number, untilS: number): InstanceRun[] {
    this.expire(untilS);
    return this.allRuns(untilS)
      .map(({ run }) => run)
      .filter(({ endS }) => endS > fromS)
      .map((run) => ({
        ...run,
        startS: Math.max(0, run.startS - fromS),
        endS: Math.min(run.endS, untilS) - fromS,
        isPart: run.isPart === true || run.startS <= fromS || run.endS > untilS,
      }))
      .sort((a, b) => a.startS - b.startS || a.endS - b.endS);
  }

  /** Machine-seconds in which there was power, by type: a machine of a fixed pool has none until it is repaired. */
  poweredS(fromS: number, untilS: number): number[] {
    const seconds = this.types.map(() => 0);
    const isFixed = this.settings.mostNodes !== undefined;
    for (const { machine, run } of this.allRuns(untilS)) {
      const onAt = isFixed ? machine.readyAt : machine.startedAt;
      seconds[machine.type]! += Math.max(0, Math.min(run.endS, untilS) - Math.max(onAt, fromS));
    }
    return seconds;
  }

  private allRuns(untilS: number): { readonly machine: Machine; readonly run: InstanceRun }[] {
    return [...this.ended, ...this.all.map((machine) => ({ machine, run: runOf(machine, untilS, true) }))];
  }

  /** Whether spot has less than its share with one more machine. */
  private isNextSpot(): boolean {
    const { spotShare = 0, committed = 0 } = this.settings;
    if (spotShare === 0 || this.isSpotDry) return false;
    const staying = this.all.filter(({ isLeaving }) => !isLeaving);
    const wanted = Math.round(spotShare * Math.max(0, staying.length + 1 - committed));
    return staying.filter(({ isSpot }) => isSpot).length < wanted;
  }

  /** The open zone with the fewest machines. */
  private nextZone(): number {
    const { zones = 1 } = this.settings;
    let best = 0;
    let fewest = Infinity;
    for (let zone = 0; zone < zones; zone++) {
      const there = this.all.filter((machine) => machine.zone === zone).length;
      if (this.closedZones.has(zone) || there >= fewest) continue;
      best = zone;
      fewest = there;
    }
    return best;
  }

  private end(machine: Machine, at: number): void {
    this.ended.push({ machine, run: runOf(machine, at, machine.startedAt <= 0) });
  }

  /** Whether `machines` more of a type would be more than the quota allows, or than there are. */
  private refuses({ acceleratorsPerNode }: MachineType, machines: number): 'quota' | 'capacity' | undefined {
    const { quota, mostNodes = Infinity, zones = 1 } = this.settings;
    if (this.accelerators + machines * acceleratorsPerNode > quota) return 'quota';
    const roomFor = this.closedZones.size < zones ? mostNodes - this.withheld - this.all.length : 0;
    return roomFor < machines ? 'capacity' : undefined;
  }

  /** Accelerators held. */
  private get accelerators(): number {
    return this.all.reduce((sum, { type }) => sum + this.types[type]!.acceleratorsPerNode, 0);
  }
}

const runOf = ({ startedAt, isSpot, type }: Machine, endS: number, isPart: boolean): InstanceRun => ({
  startS: startedAt,
  endS,
  isPart,
  ...(isSpot && { isSpot }),
  ...(type > 0 && { type }),
});
