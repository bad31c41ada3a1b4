/** The time average and maximum of a quantity that jumps at events and is constant between them. */
export class TimeAverage {
  value = 0;
  max = 0;
  private area = 0;
  private since = 0;
  private started = 0;
  /** When the value changes: hot loops put it here, then call `change` (see `Clock`). */
  now = 0;

  /** Changes the value at time `now`; calls must not go back in time. */
  set(now: number, value: number): void {
    this.now = now;
    this.become(value);
  }

  add(now: number, change: number): void {
    this.now = now;
    this.change(change);
  }

  /** Changes the value by `by` at time `this.now`. */
  change(by: number): void {
    this.become(this.value + by);
  }

  private become(value: number): void {
    this.area += this.value * (this.now - this.since);
    this.since = this.now;
    this.value = value;
    if (value > this.max) this.max = value;
  }

  /** Forgets the past: the average starts at `now` with the present value. */
  reset(now: number): void {
    this.area = 0;
    this.since = now;
    this.started = now;
    this.max = this.value;
  }

  /** ∫ value dt since the start, up to `now`. */
  integral(now: number): number {
    return this.area + this.value * (now - this.since);
  }

  mean(now: number): number {
    return now > this.started ? this.integral(now) / (now - this.started) : this.value;
  }
}
