/** Which level of priority each request has: drawn from shares of the traffic, most urgent level first. */
import type { Uniform } from '../../kernel/random.js';
import { requestUniform } from './requestUniform.js';

export class PriorityLevels {
  private readonly seed: number;
  private readonly cumulated: readonly number[];

  /** @param shares of the levels, most urgent first; they need not sum to one */
  constructor(shares: readonly number[], uniform: Uniform) {
    this.seed = Math.floor(uniform() * 2 ** 32);
    const total = shares.reduce((sum, share) => sum + share, 0);
    let below = 0;
    this.cumulated = shares.map((share) => (below += share / total));
  }

  get levels(): number {
    return this.cumulated.length;
  }

  levelOf(request: number): number {
    const u = requestUniform(this.seed, request, 0);
    let level = 0;
    while (level < this.cumulated.length - 1 && u >= this.cumulated[level]!) level++;
    return level;
  }
}
