/** Which engine gets a request: the router's choice among those that take requests; while there is none, the request is held. */
import type { Calendar } from '../../kernel/calendar.js';
import type { Clock } from '../../kernel/clock.js';
import type { LlmMetrics } from './metrics.js';
import type { Replicas } from './replicas.js';
import type { RequestTable } from './requestTable.js';
import type { Router } from './routing.js';
import { WaitingLine } from './waitingLine.js';

export class Placement {
  /** Requests that no engine was there to take. */
  readonly held = new WaitingLine();
  /** The request to be placed, as a router may see it. */
  private readonly routable = { sharedTokens: 0, promptTokens: 0, contentKey: -1 };

  /** @param calendar of the ends of the engines' steps */
  constructor(
    private readonly router: Router,
    private readonly replicas: Replicas,
    private readonly calendar: Calendar,
    private readonly clock: Clock,
    private readonly table: RequestTable,
    private readonly metrics: LlmMetrics,
  ) {}

  place(id: number): void {
    const { accepting } = this.replicas;
    if (accepting.length === 0) {
      this.held.pushBack(id);
      this.table.engine[id] = -1;
      this.metrics.waiting.add(this.clock.now, 1);
      return;
    }
    const engine = accepting[accepting.length > 1 ? this.choice(id) : 0]!;
    engine.arrive(id);
    this.table.engine[id] = engine.index;
    this.calendar.schedule(engine.index, engine.endsAt, engine.index);
  }

  /** A request that nobody waits for any more is taken back; false where it runs, and goes at the end of the step. */
  cancel(id: number): boolean {
    const { calendar, replicas, clock, table } = this;
    const index = table.engine[id]!;
    if (index < 0) {
      this.held.remove(id);
      this.metrics.waiting.add(clock.now, -1);
      return true;
    }
    const engine = replicas.engines[index]!;
    const waited = engine.cancel(id);
    calendar.schedule(index, engine.endsAt, index);
    return waited;
  }

  /** Places those that were held, if somebody takes requests now. */
  placeHeld(): void {
    while (this.held.length > 0 && this.replicas.accepting.length > 0) {
      this.metrics.waiting.add(this.clock.now, -1);
      this.place(this.held.popFront());
    }
  }

  private choice(id: number): number {
    const { routable, table } = this;
    routable.sharedTokens = table.sharedTokens[id]!;
    routable.promptTokens = table.promptTokens[id]!;
    routable.contentKey = table.contentKey[id]!;
    return this.router(this.replicas.accepting, routable);
  }
}
