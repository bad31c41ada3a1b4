import { Calendar } from '../../kernel/calendar.js';
import type { Draw } from '../../kernel/variates.js';
import type { ArrivalSource } from './types.js';

/** Arrivals with independent gaps (seconds), the first after one gap; ends after `limit` arrivals. */
export class RenewalArrivals implements ArrivalSource {
  time: number;
  readonly user = -1;
  private left: number;

  constructor(
    private readonly gap: Draw,
    limit = Infinity,
  ) {
    this.left = limit;
    this.time = 0;
    this.advance();
  }

  advance(): void {
    this.time = --this.left >= 0 ? this.time + this.gap() : Infinity;
  }

  answered(): void {}
}

/** Arrivals at the given times, in order. */
export class GivenArrivals implements ArrivalSource {
  time = Infinity;
  readonly user = -1;
  private at = 0;

  constructor(private readonly times: ArrayLike<number>) {
    this.advance();
  }

  advance(): void {
    this.time = this.at < this.times.length ? this.times[this.at++]! : Infinity;
  }

  answered(): void {}
}

/** A fixed population: each user thinks, asks, waits for the answer and thinks again. All think at time 0. */
export class ClosedArrivals implements ArrivalSource {
  time = Infinity;
  user = -1;
  private readonly calendar: Calendar;

  constructor(
    users: number,
    private readonly think: Draw,
  ) {
    this.calendar = new Calendar(users);
    for (let user = 0; user < users; user++) this.calendar.schedule(user, think());
    this.show();
  }

  advance(): void {
    this.calendar.pop();
    this.show();
  }

  answered(user: number, time: number): void {
    this.calendar.schedule(user, time + this.think());
    this.show();
  }

  private show(): void {
    this.time = this.calendar.earliest;
    this.user = this.calendar.peekSlot();
  }
}
