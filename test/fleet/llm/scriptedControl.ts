/** A controller that does what a list says, and writes down what it sees. */
import type { FleetControl, FleetController, ReplicaView } from '../../../src/fleet/llm/control.js';

export interface Act {
  readonly at: number;
  readonly what: 'look' | 'add' | 'drain' | 'remove' | 'fail';
  /** Group of a new replica. */
  readonly group: number;
  /** Which of the replicas that are there, as a share of their number. */
  readonly which: number;
  /** Seconds that a new replica takes to start. */
  readonly startS: number;
}

export interface Sight {
  readonly now: number;
  readonly replicas: readonly ReplicaView[];
  readonly levels: Pick<FleetControl, 'held' | 'waiting' | 'inSystem' | 'arrived'>;
  readonly placed: readonly number[];
}

/** @param acts in the order of time */
export function scriptedControl(acts: readonly Act[], groups = 1): { controller: FleetController; seen: Sight[] } {
  const seen: Sight[] = [];
  let next = 0;
  const controller: FleetController = {
    get nextAt() {
      return acts[next]?.at ?? Infinity;
    },
    act(now, fleet) {
      const { held, waiting, inSystem, arrived } = fleet;
      const replicas = fleet.replicas.map((replica) => ({ ...replica }));
      const placed = Array.from({ length: groups }, (_, group) => fleet.placed(group));
      seen.push({ now, replicas, levels: { held, waiting, inSystem, arrived }, placed });
      for (let act = acts[next]; act !== undefined && act.at <= now; act = acts[++next]) {
        if (act.what === 'add') fleet.add(now + act.startS, act.group);
        const target = replicas[Math.floor(act.which * replicas.length)];
        if (target && act.what === 'drain') fleet.drain(target.index);
        if (target && act.what === 'remove') fleet.remove(target.index);
        if (target && act.what === 'fail') fleet.fail(target.index);
      }
    },
  };
  return { controller, seen };
}
