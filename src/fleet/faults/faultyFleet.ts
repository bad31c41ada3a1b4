/**
 * A fleet whose machines fail. Time to failure is exponential, and a machine's clock starts when a replica on it is ready to serve; with the
 * machine all replicas on it go, and what they had is lost to who asked. The keeper of the fleet then replaces them.
 */
import type { Draw } from '../../kernel/variates.js';
import type { FleetControl, FleetController } from '../llm/control.js';
import type { FleetKeeper } from '../scaling/keeper.js';

/** What struck a fleet. */
export type FaultKind = 'node';

export interface Fault {
  readonly timeS: number;
  readonly kind: FaultKind;
  /** Replicas that went. */
  readonly replicas: number;
}

export class FaultyFleet implements FleetController {
  /** What has struck so far, in order. */
  readonly faults: Fault[] = [];
  /** When each machine that holds replicas fails. */
  private readonly failsAt = new Map<number, number>();
  private nextFailureAt = Infinity;

  /** @param lifetime seconds from readiness to failure of a machine */
  constructor(
    private readonly keeper: FleetKeeper,
    private readonly lifetime: Draw,
  ) {
    this.wind();
  }

  get nextAt(): number {
    return Math.min(this.keeper.nextAt, this.nextFailureAt);
  }

  act(now: number, fleet: FleetControl): void {
    if (this.keeper.nextAt <= now) this.keeper.act(now, fleet);
    for (const [machine, at] of this.failsAt) if (at <= now) this.strike(machine, now, fleet);
    this.wind();
  }

  gone(index: number, now: number): void {
    this.keeper.gone(index, now);
  }

  private strike(machine: number, now: number, fleet: FleetControl): void {
    const { nodes } = this.keeper;
    const on = nodes.placements.find((placement) => placement.machine === machine);
    if (on === undefined) return;
    const lost = nodes.lose(on.index, now);
    for (const index of lost) fleet.fail(index);
    this.faults.push({ timeS: now, kind: 'node', replicas: lost.length });
    this.keeper.replace(now, fleet);
  }

  /** Starts the clocks of machines that hold replicas now, and forgets those of machines that do not. */
  private wind(): void {
    const held = new Set<number>();
    for (const { machine, readyAtS } of this.keeper.nodes.placements) {
      held.add(machine);
      if (!this.failsAt.has(machine)) this.failsAt.set(machine, readyAtS + this.lifetime());
    }
    this.nextFailureAt = Infinity;
    for (const [machine, at] of this.failsAt) {
      if (held.has(machine)) this.nextFailureAt = Math.min(this.nextFailureAt, at);
      else this.failsAt.delete(machine);
    }
  }
}
