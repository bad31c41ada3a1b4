/** Which of several groups (levels of priority, tenants) each request belongs to: drawn from shares of the traffic. */
import type { Uniform } from '../../kernel/random.js';
import { requestBits, uniformOf } from './requestUniform.js';

export class Shares {
  private readonly seed: number;
  private readonly cumulated: readonly number[];

  /** @param shares of the groups, in order; they need not sum to one */
  constructor(shares: readonly number[], uniform: Uniform) {
    this.seed = Math.floor(uniform() * 2 ** 32);
    const total = shares.reduce((sum, share) => sum + share, 0);
    let below = 0;
    this.cumulated = shares.map((share) => (below += share / total));
  }

  get count(): number {
    return this.cumulated.length;
  }

  of(request: number): number {
    const u = uniformOf(requestBits(this.seed, request, 0));
    let group = 0;
    while (group < this.cumulated.length - 1 && u >= this.cumulated[group]!) group++;
    return group;
  }
}
