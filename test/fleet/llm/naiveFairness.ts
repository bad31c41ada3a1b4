/** Virtual token counters of one level of priority, the slow way: asked with all that wait. */
import type { NaiveRequest } from './naiveRequest.js';

export class NaiveFairness {
  private readonly counters: number[];
  private left = 0;
  private readonly charged = new Set<NaiveRequest>();

  constructor(
    private readonly weights: readonly number[],
    private readonly decodes: boolean,
  ) {
    this.counters = weights.map(() => 0);
  }

  /** Of those that wait, ordered by arrival, the one whose turn it is. */
  next(waiting: readonly NaiveRequest[]): NaiveRequest {
    const least = Math.min(...waiting.map(({ tenant }) => this.counters[tenant]!));
    const tenant = Math.min(...waiting.filter((one) => this.counters[one.tenant] === least).map((one) => one.tenant));
    return waiting.find((request) => request.tenant === tenant)!;
  }

  /** Before a request joins those that wait. */
  joins({ tenant }: NaiveRequest, waiting: readonly NaiveRequest[]): void {
    if (waiting.some((other) => other.tenant === tenant)) return;
    const others = waiting.length > 0 ? waiting.map((other) => other.tenant) : [this.left];
    const least = Math.min(...others.map((other) => this.counters[other]!));
    this.counters[tenant] = Math.max(this.counters[tenant]!, least);
  }

  /** After a request has left those that wait, `isAdmitted` or not. */
  leaves(request: NaiveRequest, waiting: readonly NaiveRequest[], isAdmitted: boolean, withKv: boolean): void {
    const { tenant, promptTokens, outputTokens } = request;
    if (!waiting.some((other) => other.tenant === tenant)) this.left = tenant;
    if (!isAdmitted || this.charged.has(request)) return;
    this.charged.add(request);
    const tokens = (withKv ? 0 : promptTokens) + (this.decodes ? 2 * outputTokens : 0);
    this.counters[tenant] = this.counters[tenant]! + tokens / this.weights[tenant]!;
  }

  /** It arrives (anew). */
  arrives(request: NaiveRequest): void {
    this.charged.delete(request);
  }
}
