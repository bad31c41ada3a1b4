/** When each of a set of machines is struck: exponential times from the moment at which each begins to serve. */

export class HazardClock {
  nextAt = Infinity;
  private readonly strikesAt = new Map<number, number>();

  /** @param lifetime seconds that a machine of an instance type serves until it is struck */
  constructor(private readonly lifetime: (type: number) => number) {}

  /** Winds the clocks of machines that serve now, and forgets those of machines that do not. */
  wind(serving: Iterable<{ readonly machine: number; readonly type?: number; readonly readyAtS: number }>): void {
    const held = new Set<number>();
    for (const { machine, type = 0, readyAtS } of serving) {
      held.add(machine);
      if (!this.strikesAt.has(machine)) this.strikesAt.set(machine, readyAtS + this.lifetime(type));
    }
    this.nextAt = Infinity;
    for (const [machine, at] of this.strikesAt) {
      if (held.has(machine)) this.nextAt = Math.min(this.nextAt, at);
      else this.strikesAt.delete(machine);
    }
  }

  /** The machines that are struck by `now`; each starts anew with the next winding. */
  struck(now: number): readonly number[] {
    if (this.nextAt > now) return [];
    const due = [...this.strikesAt].filter(([, at]) => at <= now).map(([machine]) => machine);
    for (const machine of due) this.strikesAt.delete(machine);
    return due;
  }
}
