/**
 * The event calendar: a 4-ary heap on typed arrays, ordered by (time, priority, sequence). Each event belongs to a slot
 * (an integer id); a slot has at most one pending event, so rescheduling and cancelling need no search.
 */
export class Calendar {
  /** Events scheduled so far: the tie-breaker that makes equal times first-come, first-served. */
  private sequence = 0;
  private size = 0;
  private heap: Int32Array;
  private position: Int32Array;
  /** Times of the events, in the order of the heap: what is compared lies side by side. */
  private times: Float64Array;
  private priorities: Int32Array;
  private sequences: Float64Array;
  /** Time of the earliest event, `Infinity` when none is pending: for reading (see `Clock`). */
  earliest = Infinity;
  /** Time of the event that is scheduled: hot loops put it here, then call `enter` (see `Clock`). */
  time = 0;

  constructor(capacity = 64) {
    this.heap = new Int32Array(capacity);
    this.position = new Int32Array(capacity).fill(-1);
    this.times = new Float64Array(capacity);
    this.priorities = new Int32Array(capacity);
    this.sequences = new Float64Array(capacity);
  }

  get length(): number {
    return this.size;
  }

  /** Time of the earliest event, `Infinity` when none is pending. */
  peekTime(): number {
    return this.earliest;
  }

  /** Slot of the earliest event, −1 when none is pending. */
  peekSlot(): number {
    return this.size === 0 ? -1 : this.heap[0]!;
  }

  /** Time of a slot's pending event, `Infinity` when it has none. */
  timeOf(slot: number): number {
    return slot < this.position.length && this.position[slot]! >= 0 ? this.times[this.position[slot]!]! : Infinity;
  }

  /** Whether a slot has a pending event. */
  has(slot: number): boolean {
    return slot < this.position.length && this.position[slot]! >= 0;
  }

  /** Sets the slot's only event; an earlier one is replaced. Lower priority goes first at equal times. */
  schedule(slot: number, time: number, priority?: number): void {
    this.time = time;
    this.enter(slot, priority);
  }

  /** Sets the slot's only event to `this.time`. */
  enter(slot: number, priority = 0): void {
    if (slot >= this.position.length) this.grow(slot);
    this.priorities[slot] = priority;
    this.sequences[slot] = this.sequence++;
    let at = this.position[slot]!;
    const isNew = at < 0;
    if (isNew) at = this.size++;
    this.heap[at] = slot;
    this.times[at] = this.time;
    at = this.up(at);
    if (!isNew) this.down(at);
    this.earliest = this.times[0]!;
  }

  cancel(slot: number): void {
    const at = slot < this.position.length ? this.position[slot]! : -1;
    if (at < 0) return;
    this.position[slot] = -1;
    const last = --this.size;
    if (at < last) {
      this.heap[at] = this.heap[last]!;
      this.times[at] = this.times[last]!;
      this.down(at > 0 ? this.up(at) : 0);
    }
    this.earliest = last === 0 ? Infinity : this.times[0]!;
  }

  /** Removes the earliest event and returns its slot, −1 when none is pending. */
  pop(): number {
    if (this.size === 0) return -1;
    const slot = this.heap[0]!;
    this.cancel(slot);
    return slot;
  }

  /** Whether the event of slot `a` goes before that of slot `b`, which has the same time. */
  private goesFirst(a: number, b: number): boolean {
    const pa = this.priorities[a]!;
    const pb = this.priorities[b]!;
    return pa === pb ? this.sequences[a]! < this.sequences[b]! : pa < pb;
  }

  /** Moves the event at `start` towards the front as far as it goes; returns its place. */
  private up(start: number): number {
    const { heap, times, position } = this;
    const slot = heap[start]!;
    const time = times[start]!;
    let at = start;
    while (at > 0) {
      const parent = (at - 1) >> 2;
      const other = heap[parent]!;
      const above = times[parent]!;
      if (above < time || (above === time && !this.goesFirst(slot, other))) break;
      heap[at] = other;
      times[at] = above;
      position[other] = at;
      at = parent;
    }
    heap[at] = slot;
    times[at] = time;
    position[slot] = at;
    return at;
  }

  /** Moves the event at `start` towards the end as far as it goes. */
  private down(start: number): void {
    const { heap, times, position, size } = this;
    const slot = heap[start]!;
    const time = times[start]!;
    let at = start;
    for (;;) {
      const first = (at << 2) + 1;
      if (first >= size) break;
      let best = first;
      let least = times[first]!;
      const end = first + 4 < size ? first + 4 : size;
      for (let child = first + 1; child < end; child++) {
        const here = times[child]!;
        if (here < least || (here === least && this.goesFirst(heap[child]!, heap[best]!))) {
          best = child;
          least = here;
        }
      }
      const other = heap[best]!;
      if (time < least || (time === least && this.goesFirst(slot, other))) break;
      heap[at] = other;
      times[at] = least;
      position[other] = at;
      at = best;
    }
    heap[at] = slot;
    times[at] = time;
    position[slot] = at;
  }

  private grow(slot: number): void {
    const capacity = Math.max(slot + 1, this.position.length * 2);
    const position = new Int32Array(capacity).fill(-1);
    position.set(this.position);
    this.position = position;
    this.heap = extend(this.heap, new Int32Array(capacity));
    this.times = extend(this.times, new Float64Array(capacity));
    this.priorities = extend(this.priorities, new Int32Array(capacity));
    this.sequences = extend(this.sequences, new Float64Array(capacity));
  }
}

function extend<T extends Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
