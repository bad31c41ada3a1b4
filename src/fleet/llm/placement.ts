/** Which engine gets a request: the router's choice among those that take requests; while there is none, the request is held. */
import type { Calendar } from '../../kernel/calendar.js';
import type { Clock } from '../../kernel/clock.js';
import type { LlmEngine } from './engine.js';
import type { LlmMetrics } from './metrics.js';
import type { Origins } from './origins.js';
import type { Replicas } from './replicas.js';
import type { RequestTable } from './requestTable.js';
import type { Router } from './routing.js';
import { WaitingLine } from './waitingLine.js';

export class Placement {
  /** Requests that no engine was there to take. */
  readonly held = new WaitingLine();
  /** Requests given to engines so far, by group. */
  readonly placed: number[];
  /** The request to be placed, as a router may see it. */
  private readonly routable = { sharedTokens: 0, promptTokens: 0, contentKey: -1, origin: 0 };
  private readonly shortest: number;

  /**
   * @param longest the longest request that the engines of each group have room for
   * @param calendar of the ends of the engines' steps
   */
  constructor(
    private readonly router: Router,
    private readonly longest: readonly number[],
    private readonly origins: Origins | undefined,
    private readonly replicas: Replicas,
    private readonly calendar: Calendar,
    private readonly clock: Clock,
    private readonly table: RequestTable,
    private readonly metrics: LlmMetrics,
  ) {
    this.placed = longest.map(() => 0);
    this.shortest = Math.min(...longest);
  }

  place(id: number): void {
    if (this.give(id)) return;
    this.held.pushBack(id);
    this.metrics.waiting.add(this.clock.now, 1);
  }

  /** Places those that were held and whom somebody takes now; the others keep their order. */
  placeHeld(): void {
    const { held, replicas } = this;
    if (replicas.accepting.length === 0) return;
    for (let left = held.length; left > 0; left--) {
      const id = held.popFront();
      this.metrics.waiting.add(this.clock.now, -1);
      this.place(id);
    }
  }

  /** Gives a request to an engine that may take it; false when there is none. */
  private give(id: number): boolean {
    const targets = this.targetsOf(id);
    if (targets.length === 0) return false;
    const engine = targets[targets.length > 1 ? this.choice(id, targets) : 0]!;
    this.placed[engine.group] = this.placed[engine.group]! + 1;
    engine.arrive(id);
    this.calendar.schedule(engine.index, engine.endsAt, engine.index);
    return true;
  }

  /** Engines that take requests, have room for this one, and may serve its origin. */
  private targetsOf(id: number): readonly LlmEngine[] {
    const { accepting } = this.replicas;
    const { longest, origins, table } = this;
    const tokens = table.promptTokens[id]! + table.outputTokens[id]!;
    const origin = table.origin[id]!;
    if (tokens <= this.shortest && (origins === undefined || origins.isFree(origin))) return accepting;
    const allowed = origins?.allowed[origin];
    return accepting.filter(({ group }) => tokens <= longest[group]! && (allowed === undefined || allowed[group]));
  }

  private choice(id: number, targets: readonly LlmEngine[]): number {
    const { routable, table } = this;
    routable.sharedTokens = table.sharedTokens[id]!;
    routable.promptTokens = table.promptTokens[id]!;
    routable.contentKey = table.contentKey[id]!;
    routable.origin = table.origin[id]!;
    return this.router(targets, routable);
  }
}
