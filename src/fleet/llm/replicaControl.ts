/** What a controller of a fleet sees and does, carried out on the replicas, the calendar and the requests that a failure loses. */
import type { Calendar } from '../../kernel/calendar.js';
import type { Clock } from '../../kernel/clock.js';
import type { Arrivals } from './arrivals.js';
import type { FleetControl, ReplicaView } from './control.js';
import type { LlmMetrics } from './metrics.js';
import type { Placement } from './placement.js';
import type { Replicas } from './replicas.js';
import type { RequestTable } from './requestTable.js';

export class ReplicaControl implements FleetControl {
  /** @param tokensRooms tokens that an engine's KV memory has room for, by group · @param calendar of the ends of the engines' steps */
  constructor(
    private readonly tokensRooms: readonly number[],
    private readonly replicasOf: Replicas,
    private readonly arrivals: Arrivals,
    private readonly placement: Placement,
    private readonly calendar: Calendar,
    private readonly clock: Clock,
    private readonly table: RequestTable,
    private readonly metrics: LlmMetrics,
  ) {}

  get replicas(): readonly ReplicaView[] {
    return this.replicasOf.views(this.clock.now, this.tokensRooms);
  }

  get held(): number {
    return this.placement.held.length;
  }

  get waiting(): number {
    return this.metrics.waiting.value;
  }

  get inSystem(): number {
    return this.metrics.inSystem.value;
  }

  get arrived(): number {
    return this.arrivals.requests;
  }

  placed(group: number): number {
    return this.placement.placed[group]!;
  }

  add(readyAtS: number, group = 0): number {
    const index = this.replicasOf.add(this.clock.now, readyAtS, group);
    this.placement.placeHeld();
    return index;
  }

  drain(index: number): void {
    this.replicasOf.drain(this.clock.now, index);
  }

  remove(index: number): void {
    const { table, metrics } = this;
    const lost = this.replicasOf.remove(this.clock.now, index);
    for (const engine of this.replicasOf.enginesOf(index)) this.calendar.cancel(engine.index);
    for (const id of lost) {
      metrics.rerouted++;
      table.done[id] = 0;
      table.swappedBlocks[id] = 0;
      table.withKv[id] = 0;
      table.target[id] = table.promptTokens[id]!;
      this.placement.place(id);
    }
  }
}
