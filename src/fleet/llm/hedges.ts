/**
 * Hedged requests (Dean & Barroso, "The Tail at Scale", CACM 56(2), 2013): a try that has no first token after a while is sent once more, to
 * another engine. The copy whose first token comes first goes on; the other is cancelled where the server cancels, and computed to its end,
 * for nobody, where it does not. Copies are sent while they are no more than a share of all tries, pass the gateway like a try (a rate limit
 * counts them), and are not sent while the circuit is not closed. One that is turned away, or has no other engine to go to, is left out.
 *
 * In the table a copy is a row of its own, unseen until it wins, so that the request counts once.
 */
import { Calendar } from '../../kernel/calendar.js';
import type { Clock } from '../../kernel/clock.js';
import { Histogram } from '../../kernel/histogram.js';
import type { Gate } from './gate.js';
import type { LlmMetrics } from './metrics.js';
import type { Outcomes } from './outcomes.js';
import type { Placement } from './placement.js';
import type { RequestTable } from './requestTable.js';

export interface HedgeSettings {
  /** Seconds without a first token; `Infinity` where a quantile says how many. */
  readonly afterS: number;
  /** Quantile of the times to first token so far, looked up again with every `learnsEvery` of them, and not before. */
  readonly afterQuantile?: number;
  readonly learnsEvery: number;
  /** Most copies as a share of tries. */
  readonly budget: number;
}

export class Hedges {
  /** When tries have waited long enough, by request. */
  readonly due = new Calendar();
  private afterS = Infinity;
  private readonly seen = new Histogram();
  private known = 0;
  private tries = 0;
  private sent = 0;

  /** @param gate that copies pass, too */
  constructor(
    private readonly settings: HedgeSettings,
    private readonly clock: Clock,
    private readonly table: RequestTable,
    private readonly metrics: LlmMetrics,
    private readonly outcomes: Outcomes,
    private readonly placement: Placement,
    private readonly gate: Gate | undefined,
  ) {
    this.afterS = settings.afterS;
  }

  /** A try has been sent to the fleet. */
  watch(id: number): void {
    const { due, clock, table } = this;
    this.tries++;
    table.sentAt[id] = clock.now;
    if (this.afterS === Infinity) return;
    due.time = clock.now + this.afterS;
    due.enter(id);
  }

  /** Nobody waits for the first token of a try any more. */
  forget(id: number): void {
    this.due.cancel(id);
  }

  /** A try has waited long enough. */
  act(): void {
    const { table, placement, gate, settings } = this;
    const id = this.due.pop();
    if (table.done[id]! > 0 || table.engine[id]! < 0) return;
    if (this.sent + 1 > settings.budget * this.tries || placement.othersFor(id) === 0) return;
    const tokens = table.promptTokens[id]! + table.outputTokens[id]!;
    if (gate !== undefined && !gate.letsCopy(tokens, table.tenant[id]!)) return;
    const copy = table.again(id);
    table.tries[copy] = table.tries[id]!;
    table.circuit[copy] = table.circuit[id]!;
    table.sentAt[copy] = table.sentAt[id]!;
    table.giveUp(copy);
    table.twin[copy] = id;
    table.twin[id] = copy;
    this.sent++;
    if (this.outcomes.measuring) this.metrics.hedges++;
    placement.placeOther(copy);
  }

  /** A try, or its copy, has its first token: what is learnt from it. */
  learn(id: number): void {
    const { settings, seen, table, clock } = this;
    if (settings.afterQuantile === undefined) return;
    seen.value = clock.now - table.sentAt[id]!;
    seen.insert(1);
    if (++this.known % settings.learnsEvery === 0) this.afterS = seen.quantile(settings.afterQuantile);
  }

  /** The other of two copies; −1 where there is none. They are no pair any more. */
  part(id: number): number {
    const { twin } = this.table;
    const other = twin[id]!;
    if (other < 0) return other;
    twin[id] = -1;
    twin[other] = -1;
    return other;
  }

  /** The copy takes the place of the try. */
  swap(copy: number, id: number): void {
    const { table, metrics, outcomes } = this;
    table.unseen[copy] = 0;
    table.unseen[id] = 1;
    if (outcomes.measuring) metrics.hedgesWon++;
  }

  /** A copy that was not needed has left its engine. */
  spent(id: number): void {
    const { table, metrics, outcomes } = this;
    if (table.spare[id] === 0 || !outcomes.measuring) return;
    const done = table.done[id]!;
    if (done === 0) metrics.hedgeTokens += table.computed[id]!;
    else {
      const answer = done < table.steps[id]! ? Math.floor(1 + table.gain[id]! * (done - 1)) : table.outputTokens[id]!;
      metrics.hedgeTokens += table.promptTokens[id]! + answer;
    }
  }
}
