/** Which engine gets a request: the router's choice among those that take requests; while there is none, the request is held. */
import type { Calendar } from '../../kernel/calendar.js';
import type { LlmEngine } from './engine.js';
import type { LlmMetrics } from './metrics.js';
import type { Origins } from './origins.js';
import { hasRoomFor, longestRequest, type ReplicaGroup } from './replicaGroup.js';
import type { Replicas } from './replicas.js';
import type { RequestTable } from './requestTable.js';
import type { Router } from './routing.js';
import { AT_API } from './tokenApi.js';
import type { HandOver } from './transfers.js';
import { WaitingLine } from './waitingLine.js';

export class Placement {
  /** Requests that no engine was there to take. */
  readonly held = new WaitingLine();
  /** Requests given to engines so far, by group. */
  readonly placed: number[];
  /** The request to be placed, as a router may see it. */
  private readonly routable = { sharedTokens: 0, promptTokens: 0, contentKey: -1, origin: 0 };
  /** The longest request that engines of all groups have room for. */
  private readonly shortest: number;
  /** Engines for requests of an origin, to be computed or decoded, that all groups have room for; as long as `listed` take requests. */
  private readonly lists: (readonly LlmEngine[])[] = [];
  private listed: readonly LlmEngine[] = [];
  /** What `othersFor` has found. */
  private readonly others: LlmEngine[] = [];

  /**
   * @param router for requests that start
   * @param handOver for those whose prompt is computed, where other groups decode
   * @param calendar of the ends of the engines' steps
   */
  constructor(
    private readonly router: Router,
    private readonly handOver: HandOver | undefined,
    private readonly groups: readonly ReplicaGroup[],
    private readonly origins: Origins | undefined,
    private readonly replicas: Replicas,
    private readonly calendar: Calendar,
    private readonly table: RequestTable,
    private readonly metrics: LlmMetrics,
  ) {
    this.placed = groups.map(() => 0);
    this.shortest = Math.min(...groups.map(longestRequest));
  }

  place(id: number): void {
    if (this.give(id)) return;
    this.held.pushBack(id);
    this.table.engine[id] = -1;
    this.metrics.wait(1);
  }

  /** Places those that were held and whom somebody takes now; the others keep their order. */
  placeHeld(): void {
    const { held, replicas } = this;
    if (replicas.accepting.length === 0) return;
    for (let left = held.length; left > 0; left--) {
      const id = held.popFront();
      this.metrics.wait(-1);
      this.place(id);
    }
  }

  /** Looks for engines that could take a copy of a request, beside the one that has it; returns how many there are. */
  othersFor(id: number): number {
    const { others } = this;
    const targets = this.targetsOf(id);
    const own = this.table.engine[id]!;
    let count = 0;
    for (let i = 0; i < targets.length; i++) if (targets[i]!.index !== own) others[count++] = targets[i]!;
    others.length = count;
    return count;
  }

  /** Gives a copy to one of the engines that `othersFor` has found. */
  placeOther(copy: number): void {
    this.giveTo(copy, this.others);
  }

  /** Gives a request to an engine that may take it; false when there is none. */
  private give(id: number): boolean {
    const targets = this.targetsOf(id);
    if (targets.length === 0) return false;
    this.giveTo(id, targets);
    return true;
  }

  private giveTo(id: number, targets: readonly LlmEngine[]): void {
    const engine = targets[targets.length > 1 ? this.choice(id, targets) : 0]!;
    this.placed[engine.group] = this.placed[engine.group]! + 1;
    engine.arrive(id);
    this.table.engine[id] = engine.index;
    this.calendar.time = engine.endsAt;
    this.calendar.enter(engine.index, engine.index);
  }

  /** The group that has a request; the first while it is held, the one after the last while the token API has it. */
  groupOf(id: number): number {
    if (this.table.engine[id] === AT_API) return this.groups.length;
    return this.replicas.engines[this.table.engine[id]!]?.group ?? 0;
  }

  /** A request that nobody waits for any more is taken back; false where it runs, and goes at the end of the step. */
  cancel(id: number): boolean {
    const { calendar, replicas, table } = this;
    const index = table.engine[id]!;
    if (index < 0) {
      this.held.remove(id);
      this.metrics.wait(-1);
      return true;
    }
    const engine = replicas.engines[index]!;
    const waited = engine.cancel(id);
    calendar.schedule(index, engine.endsAt, index);
    return waited;
  }

  /** Engines that take requests, have room for this one, and may serve its origin. */
  private targetsOf(id: number): readonly LlmEngine[] {
    const { accepting } = this.replicas;
    const { handOver, origins, table } = this;
    if (table.promptTokens[id]! + table.outputTokens[id]! > this.shortest) return this.thatMay(id);
    const origin = table.origin[id]!;
    if (handOver === undefined && (origins === undefined || origins.isFree[origin]!)) return accepting;
    if (this.listed !== accepting) {
      this.listed = accepting;
      this.lists.length = 0;
    }
    const which = 2 * origin + table.withKv[id]!;
    let list = this.lists[which];
    if (list === undefined) {
      list = this.thatMay(id);
      this.lists[which] = list;
    }
    return list;
  }

  /** The same, looked for. */
  private thatMay(id: number): readonly LlmEngine[] {
    const { groups, handOver, origins, replicas, table } = this;
    const promptTokens = table.promptTokens[id]!;
    const outputTokens = table.outputTokens[id]!;
    const decodes = table.withKv[id] === 1;
    const allowed = origins?.allowed[table.origin[id]!];
    const may = groups.map(
      (group, i) =>
        (handOver === undefined || (group.role === 'decode') === decodes) &&
        (allowed === undefined || allowed[i]!) &&
        hasRoomFor(group, promptTokens, outputTokens),
    );
    return replicas.accepting.filter(({ group }) => may[group]);
  }

  private choice(id: number, targets: readonly LlmEngine[]): number {
    const { routable, table } = this;
    routable.sharedTokens = table.sharedTokens[id]!;
    routable.promptTokens = table.promptTokens[id]!;
    routable.contentKey = table.contentKey[id]!;
    routable.origin = table.origin[id]!;
    const isHandedOver = table.withKv[id] === 1;
    return (isHandedOver ? this.handOver!.router : this.router)(targets, routable);
  }
}
