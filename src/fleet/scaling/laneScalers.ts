/**
 * Several autoscalers on one fleet, each for a group of replicas of its own: it sees its replicas and what was sent to them, and the
 * requests that nobody was there to take, which any of them might serve.
 */
import type { FleetControl, FleetController } from '../llm/control.js';

export interface LaneController {
  readonly group: number;
  readonly controller: FleetController;
}

export class LaneScalers implements FleetController {
  constructor(private readonly lanes: readonly LaneController[]) {}

  get nextAt(): number {
    return Math.min(...this.lanes.map(({ controller }) => controller.nextAt));
  }

  act(now: number, fleet: FleetControl): void {
    for (const { group, controller } of this.lanes) {
      if (controller.nextAt <= now) controller.act(now, laneOf(fleet, group));
    }
  }

  gone(index: number, now: number, group: number): void {
    for (const lane of this.lanes) if (lane.group === group) lane.controller.gone?.(index, now, group);
  }
}

/** A fleet as far as it belongs to one group. */
function laneOf(fleet: FleetControl, group: number): FleetControl {
  const own = () => fleet.replicas.filter((replica) => replica.group === group);
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
      return fleet.placed(group);
    },
    placed: (other) => fleet.placed(other),
    add: (readyAtS, to = group) => fleet.add(readyAtS, to),
    drain: (index) => fleet.drain(index),
    remove: (index) => fleet.remove(index),
    fail: (index) => fleet.fail(index),
  };
}
