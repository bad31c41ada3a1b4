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
  /**
   * @param tokensRooms tokens that an engine's KV memory has room for, by group · @param calendar of the ends of the engines' steps
   * @param onLost hears of each request that a failure loses
   */
  constructor(
    private readonly tokensRooms: readonly number[],
    private readonly replicasOf: Replicas,
    private readonly arrivals: Arrivals,
    private readonly placement: Placement,
    private readonly calendar: Calendar,
    private readonly clock: Clock,
    private readonly table: RequestTable,
    private readonly metrics: LlmMetrics,
    private readonly onLost: (id: number) => void,
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
    for (const id of this.take(index)) {
      metrics.rerouted++;
      table.startAnew(id);
      this.placement.place(id);
    }
  }

  fail(index: number): number {
    const lost = this.take(index);
    for (const id of lost) this.onLost(id);
    return lost.length;
  }

  /** Takes a replica out; returns the requests that it had. */
  private take(index: number): readonly number[] {
    const lost = this.replicasOf.remove(this.clock.now, index);
    for (const engine of this.replicasOf.enginesOf(index)) this.calendar.cancel(engine.index);
    return lost;
  }
}
