/**
 * A pool whose number of replicas is fixed. What fails starts again: on free places of other machines, or on its own when that is
 * repaired (which is what the nodes' `provisionS` stands for here).
 */
import type { FleetControl } from '../llm/control.js';
import type { FleetKeeper } from './keeper.js';
import type { Nodes } from './nodes.js';

export class FixedPool implements FleetKeeper {
  readonly nextAt = Infinity;

  constructor(
    private readonly replicas: number,
    readonly nodes: Nodes,
  ) {}

  act(): void {}

  gone(index: number, now: number): void {
    this.nodes.release(index, now);
  }

  replace(now: number, fleet: FleetControl): void {
    const present = fleet.replicas.filter(({ state }) => state === 'starting' || state === 'ready').length;
    for (let missing = this.replicas - present; missing > 0; missing--) {
      const place = this.nodes.place(now);
      if (!place.ok) return;
      place.take(fleet.add(place.readyAtS, place.type));
    }
  }
}
