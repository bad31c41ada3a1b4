/**
 * Several autoscalers on one fleet, each for a group of replicas of its own: it sees its replicas and what was sent to them, and the
 * requests that nobody was there to take, which any of them might serve.
 */
import type { FleetControl, FleetController } from '../llm/control.js';

export interface LaneController {
  /** Its groups of replicas: one for each instance type of its pool, in the order of the list. */
  readonly groups: readonly number[];
  readonly controller: FleetController;
}

export class LaneScalers implements FleetController {
  constructor(private readonly lanes: readonly LaneController[]) {}

  get nextAt(): number {
    return Math.min(...this.lanes.map(({ controller }) => controller.nextAt));
  }

  act(now: number, fleet: FleetControl): void {
    for (const { groups, controller } of this.lanes) {
      if (controller.nextAt <= now) controller.act(now, laneOf(fleet, groups));
    }
  }

  gone(index: number, now: number, group: number): void {
    for (const lane of this.lanes) if (lane.groups.includes(group)) lane.controller.gone?.(index, now, group);
  }
}

/** A fleet as far as it belongs to some groups, which its controller counts from 0. */
function laneOf(fleet: FleetControl, groups: readonly number[]): FleetControl {
  const own = () => fleet.replicas.filter(({ group }) => groups.includes(group));
  const total = (of: 'waiting' | 'running'): number => own().reduce((sum, replica) => sum + replica[of], 0);
  return {
    get replicas() {
      return own();
    },
    get held() {
      return fleet.held;
    },
    get waiting() {
      return total('waiting') + fleet.held;
    },
    get inSystem() {
      return total('waiting') + total('running') + fleet.held;
    },
    get arrived() {
      return groups.reduce((sum, group) => sum + fleet.placed(group), 0);
    },
    placed: (own) => fleet.placed(groups[own]!),
    add: (readyAtS, own = 0) => fleet.add(readyAtS, groups[own]!),
    drain: (index) => fleet.drain(index),
    remove: (index) => fleet.remove(index),
    fail: (index) => fleet.fail(index),
  };
}
