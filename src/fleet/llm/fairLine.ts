/**
 * A waiting line that is fair between tenants: virtual token counters (VTC; Sheng et al., "Fairness in Serving Large Language Models", OSDI
 * 2024). Each tenant has a line of its own, first come, first served, and a counter of the service that it has had, in tokens over its
 * weight; the next to be admitted is of the tenant with the smallest counter. A tenant that comes back after it had nothing waiting is
 * lifted to the smallest counter of those that wait (to that of the tenant that waited last, when nobody waits), so that it cannot save up
 * for a flood. Whoever waits alone gets all: the line never rests while somebody waits.
 *
 * A request is charged when it is first admitted, with its whole length: the paper's variant for known lengths. An engine that does not know
 * how long answers get charges them as they come; its counters are behind these by no more than what it is running.
 */
import type { RequestTable } from './requestTable.js';
import { type Line, WaitingLine } from './waitingLine.js';

/** What a token of the prompt and one of the answer count for (VTC, § 5: 1 and 2). */
export const TOKEN_WEIGHTS = { prompt: 1, answer: 2 } as const;

export class FairLine implements Line {
  length = 0;
  private readonly lines: readonly WaitingLine[];
  /** Service in weighted tokens over the tenant's weight. */
  private readonly served: Float64Array;
  private waitedLast = 0;

  /**
   * @param weights shares of the tenants, by number; only their ratios matter
   * @param answers whether the engine decodes what it admits, and not only computes prompts
   */
  constructor(
    private readonly weights: readonly number[],
    private readonly answers: boolean,
    private readonly table: RequestTable,
  ) {
    this.lines = weights.map(() => new WaitingLine());
    this.served = new Float64Array(weights.length);
  }

  pushBack(id: number): boolean {
    const tenant = this.table.tenant[id]!;
    const line = this.lines[tenant]!;
    this.table.charged[id] = 0;
    if (line.length === 0) this.lift(tenant);
    this.length++;
    return line.pushBack(id) && this.next() === tenant;
  }

  pushFront(id: number): void {
    this.length++;
    this.lines[this.table.tenant[id]!]!.pushFront(id);
  }

  peekFront(): number {
    return this.lines[this.next()]!.peekFront();
  }

  popFront(): number {
    const tenant = this.next();
    const id = this.lines[tenant]!.popFront();
    this.leave(tenant);
    if (this.table.charged[id] === 0) this.charge(id, tenant);
    return id;
  }

  remove(id: number): boolean {
    const tenant = this.table.tenant[id]!;
    const found = this.lines[tenant]!.remove(id);
    if (found) this.leave(tenant);
    return found;
  }

  private leave(tenant: number): void {
    this.length--;
    if (this.lines[tenant]!.length === 0) this.waitedLast = tenant;
  }

  private charge(id: number, tenant: number): void {
    const { table, served } = this;
    table.charged[id] = 1;
    const prompt = table.withKv[id] === 1 ? 0 : TOKEN_WEIGHTS.prompt * table.promptTokens[id]!;
    const answer = this.answers ? TOKEN_WEIGHTS.answer * table.outputTokens[id]! : 0;
    served[tenant] = served[tenant]! + (prompt + answer) / this.weights[tenant]!;
  }

  /** A tenant that had nothing waiting does not come back with what it has saved. */
  private lift(tenant: number): void {
    const { served } = this;
    const least = served[this.length === 0 ? this.waitedLast : this.next()]!;
    if (served[tenant]! < least) served[tenant] = least;
  }

  /** The tenant whose turn it is: of those that wait, the first with the smallest counter. */
  private next(): number {
    const { lines, served } = this;
    let first = -1;
    for (let tenant = 0; tenant < lines.length; tenant++) {
      if (lines[tenant]!.length > 0 && (first < 0 || served[tenant]! < served[first]!)) first = tenant;
    }
    return first;
  }
}
