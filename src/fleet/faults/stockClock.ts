/** When an instance type can be had: in stock for exponential times, out of stock for others, as it has been for long before the run. */
import type { Uniform } from '../../kernel/random.js';
import { exponential } from '../../kernel/variates.js';

export interface StockTimes {
  /** Mean seconds from the end of a stock-out to the next. */
  readonly betweenS: number;
  /** Mean seconds that one lasts. */
  readonly lastsS: number;
}

/** Share of time that a type cannot be had: the chance that a request for one is in vain. */
export const shareOutOfStock = ({ betweenS, lastsS }: StockTimes): number => lastsS / (betweenS + lastsS);

export class StockClock {
  isOut: boolean;
  /** When that changes. */
  nextAt: number;
  private readonly between: () => number;
  private readonly lasts: () => number;

  constructor(times: StockTimes, uniform: Uniform) {
    this.between = exponential(uniform, times.betweenS);
    this.lasts = exponential(uniform, times.lastsS);
    this.isOut = uniform() < shareOutOfStock(times);
    this.nextAt = (this.isOut ? this.lasts : this.between)();
  }

  /** It changes at `nextAt`. */
  turn(): void {
    this.isOut = !this.isOut;
    this.nextAt += (this.isOut ? this.lasts : this.between)();
  }
}
