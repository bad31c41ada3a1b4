/**
 * A fleet that is struck: machines fail, spot machines are taken back after a notice, drills take a zone or all spot capacity away. With a
 * machine all replicas on it go, and what they had is lost to who asked; at a notice they drain first. The keeper of the fleet replaces
 * them.
 */
import type { Draw } from '../../kernel/variates.js';
import type { FleetControl, FleetController } from '../llm/control.js';
import type { FleetKeeper } from '../scaling/keeper.js';
import type { DrillRecord, FleetDrill } from './drill.js';
import { DrillWatch } from './drillWatch.js';
import { HazardClock } from './hazardClock.js';
import type { StockClock } from './stockClock.js';

/** What struck a fleet: a failing machine, a spot machine taken back, a zone that is lost. */
export type FaultKind = 'node' | 'spot' | 'zone';

export interface Fault {
  readonly timeS: number;
  readonly kind: FaultKind;
  /** Replicas and requests that went with it; of a spot machine those that did not finish within the notice. */
  readonly replicas: number;
  readonly requests: number;
}

export interface FaultPlan {
  /** Seconds from readiness to failure of a machine. */
  readonly failures?: Draw;
  /** Seconds from readiness to the notice of a spot machine, and from the notice to its end, by instance type. */
  readonly spot?: readonly { readonly lifetime: Draw; readonly noticeS: number }[];
  /** When instance types can be had, by type; always, unless given. */
  readonly stock?: readonly (StockClock | undefined)[];
  readonly drills: readonly FleetDrill[];
}

/** Zone that a drill takes away: the first, which has as many machines as any. */
const LOST_ZONE = 0;
/** Instance type that a drill makes scarce: the pool's own. */
const SCARCE_TYPE = 0;

/** A time in which an instance type could not be had. */
export interface StockOut {
  readonly type: number;
  readonly fromS: number;
  /** `Infinity` while it lasts. */
  readonly untilS: number;
}

export class FaultyFleet implements FleetController {
  /** What has struck so far, in order. */
  readonly faults: Fault[] = [];
  /** Stock-outs so far, those of drills included. */
  readonly stockOuts: StockOut[] = [];
  private readonly failures: HazardClock | undefined;
  private readonly spot: HazardClock | undefined;
  /** Spot machines under notice, in order of their end, and the drill that is to blame. */
  private leaving: { readonly machine: number; readonly atS: number; readonly watch: DrillWatch | undefined }[] = [];
  private readonly watches: readonly DrillWatch[];
  /** Starts and ends of drills, in order. */
  private acts: { readonly atS: number; readonly watch: DrillWatch; readonly isStart: boolean }[];

  constructor(
    private readonly keeper: FleetKeeper,
    private readonly plan: FaultPlan,
  ) {
    const { failures, spot } = plan;
    this.failures = failures && new HazardClock(failures);
    this.spot = spot && new HazardClock((type) => spot[type]!.lifetime());
    for (const [type, clock] of this.stock.entries()) if (clock?.isOut) this.setStock(type, true, 0);
    this.watches = plan.drills.map((drill) => new DrillWatch(drill));
    this.acts = this.watches
      .flatMap((watch) => [
        { atS: watch.drill.startS, watch, isStart: true },
        { atS: watch.drill.endS, watch, isStart: false },
      ])
      .filter(({ atS, watch }) => atS < Infinity && watch.drill.kind !== 'traffic-spike')
      .sort((a, b) => a.atS - b.atS);
    this.wind();
  }

  private get stock(): readonly (StockClock | undefined)[] {
    return this.plan.stock ?? [];
  }

  get nextAt(): number {
    const { keeper, failures, spot, leaving, acts, watches } = this;
    return Math.min(
      keeper.nextAt,
      failures?.nextAt ?? Infinity,
      spot?.nextAt ?? Infinity,
      leaving[0]?.atS ?? Infinity,
      acts[0]?.atS ?? Infinity,
      ...watches.map(({ nextAt }) => nextAt),
      ...this.stock.map((clock) => clock?.nextAt ?? Infinity),
    );
  }

  get drills(): DrillRecord[] {
    return this.watches.map((watch) => watch.record());
  }

  act(now: number, fleet: FleetControl): void {
    if (this.keeper.nextAt <= now) this.keeper.act(now, fleet);
    for (const watch of this.watches) watch.look(now, fleet);
    this.restock(now, fleet);
    for (let act = this.acts[0]; act !== undefined && act.atS <= now; act = this.acts[0]) {
      this.acts.shift();
      this.drill(act.watch, act.isStart, now, fleet);
    }
    for (const { machine, atS, watch } of this.leaving) if (atS <= now) this.reclaim(machine, watch, now, fleet);
    this.leaving = this.leaving.filter(({ atS }) => atS > now);
    for (const machine of this.failures?.struck(now) ?? []) this.fail(machine, now, fleet);
    for (const machine of this.spot?.struck(now) ?? []) this.notice(machine, undefined, now, fleet);
    this.wind();
  }

  gone(index: number, now: number): void {
    this.keeper.gone(index, now);
  }

  private drill(watch: DrillWatch, isStart: boolean, now: number, fleet: FleetControl): void {
    const { nodes } = this.keeper;
    if (watch.drill.kind === 'zone-loss') {
      if (isStart) this.lose('zone', nodes.closeZone(LOST_ZONE, now), watch, now, fleet);
      else nodes.openZone(LOST_ZONE);
    } else if (watch.drill.kind === 'stock-out') {
      this.setStock(SCARCE_TYPE, isStart, now);
    } else {
      const there = nodes.setSpotDry(isStart);
      if (isStart) for (const machine of there) this.notice(machine, watch, now, fleet);
    }
    this.keeper.replace(now, fleet);
  }

  /** Instance types go out of stock and come back; who waited for one gets it. */
  private restock(now: number, fleet: FleetControl): void {
    for (const [type, clock] of this.stock.entries()) {
      while (clock !== undefined && clock.nextAt <= now) {
        clock.turn();
        this.setStock(type, clock.isOut, now);
        if (!clock.isOut) this.keeper.replace(now, fleet);
      }
    }
  }

  private setStock(type: number, isOut: boolean, now: number): void {
    this.keeper.nodes.setStock(type, isOut);
    if (isOut) this.stockOuts.push({ type, fromS: now, untilS: Infinity });
    else {
      const at = this.stockOuts.findIndex((out) => out.type === type && out.untilS === Infinity);
      this.stockOuts[at] = { ...this.stockOuts[at]!, untilS: now };
    }
  }

  private fail(machine: number, now: number, fleet: FleetControl): void {
    const { nodes } = this.keeper;
    const on = nodes.placements.find((placement) => placement.machine === machine);
    if (on === undefined) return;
    this.lose('node', nodes.lose(on.index, now), undefined, now, fleet);
    this.keeper.replace(now, fleet);
  }

  /** A spot machine is to be taken back: its replicas drain, others start. */
  private notice(machine: number, watch: DrillWatch | undefined, now: number, fleet: FleetControl): void {
    const { type, replicas } = this.keeper.nodes.notice(machine);
    const atS = now + this.plan.spot![type]!.noticeS;
    for (const index of replicas) fleet.drain(index);
    this.leaving.push({ machine, atS, watch });
    this.keeper.replace(now, fleet);
  }

  private reclaim(machine: number, watch: DrillWatch | undefined, now: number, fleet: FleetControl): void {
    this.lose('spot', this.keeper.nodes.reclaim(machine, now), watch, now, fleet);
  }

  private lose(
    kind: FaultKind,
    replicas: readonly number[],
    watch: DrillWatch | undefined,
    now: number,
    fleet: FleetControl,
  ): void {
    let requests = 0;
    for (const index of replicas) requests += fleet.fail(index);
    this.faults.push({ timeS: now, kind, replicas: replicas.length, requests });
    if (watch === undefined) return;
    watch.replicasLost += replicas.length;
    watch.requestsLost += requests;
  }

  private wind(): void {
    const { nodes } = this.keeper;
    this.failures?.wind(nodes.placements);
    this.spot?.wind(nodes.spotInUse);
  }
}
