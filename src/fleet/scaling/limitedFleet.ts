/**
 * A fleet that may not always have as many replicas as it wants: services of higher priority take accelerators of the pool as they grow, and
 * give them back. What is taken goes at once, and a gateway sends its requests anew: nothing is lost, but what they had is computed again.
 * Who is preempted: replicas that drain, then those that start, then the newest.
 *
 * INV-limit: replicas that hold a place ≤ the limit, at every moment.
 */
import type { FleetControl, FleetController, ReplicaView } from '../llm/control.js';
import type { FleetKeeper } from './keeper.js';

/** Replicas that there may be from `atS` on, until the next step; sorted by time, the first at 0. */
export interface LimitStep {
  readonly atS: number;
  readonly replicas: number;
}

/** What the machines are asked before they take a replica. */
export interface Room {
  replicas: number;
}

export class LimitedFleet implements FleetController {
  /** Replicas that were taken, from the start of the run. */
  readonly preemptedAt: number[] = [];
  private next = 0;

  /** @param room shared with the machines under the fleet */
  constructor(
    private readonly keeper: FleetKeeper,
    private readonly steps: readonly LimitStep[],
    private readonly room: Room,
  ) {}

  get nextAt(): number {
    return Math.min(this.keeper.nextAt, this.steps[this.next]?.atS ?? Infinity);
  }

  act(now: number, fleet: FleetControl): void {
    const { steps, room, keeper } = this;
    const before = room.replicas;
    for (let step = steps[this.next]; step !== undefined && step.atS <= now; step = steps[this.next]) {
      room.replicas = step.replicas;
      this.next++;
    }
    const { replicas } = fleet;
    for (const index of preempted(replicas).slice(0, Math.max(0, replicas.length - room.replicas))) {
      fleet.remove(index);
      this.preemptedAt.push(now);
    }
    if (room.replicas > before) keeper.replace(now, fleet);
    if (keeper.nextAt <= now) keeper.act(now, fleet);
  }

  gone(index: number, now: number): void {
    this.keeper.gone(index, now);
  }
}

function preempted(replicas: readonly ReplicaView[]): number[] {
  const order = { draining: 0, starting: 1, ready: 2, gone: 3 };
  return [...replicas]
    .sort((a, b) => order[a.state] - order[b.state] || b.addedAtS - a.addedAtS || b.index - a.index)
    .map(({ index }) => index);
}
