/** The servers at work, ordered by when each is done: a binary heap of (time, slot) on typed arrays. Ties go in no particular order. */
export class DepartureHeap {
  times: Float64Array;
  slots: Int32Array;
  length = 0;

  constructor(capacity: number) {
    this.times = new Float64Array(capacity).fill(Infinity);
    this.slots = new Int32Array(capacity);
  }

  /** Time of the next departure, `Infinity` when no server is at work. */
  next(): number {
    return this.times[0]!;
  }

  push(time: number, slot: number): void {
    if (this.length === this.times.length) this.grow();
    let at = this.length++;
    const { times, slots } = this;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const other = times[parent]!;
      if (other <= time) break;
      times[at] = other;
      slots[at] = slots[parent]!;
      at = parent;
    }
    times[at] = time;
    slots[at] = slot;
  }

  /** Puts a new departure in the place of the next one. */
  replaceTop(time: number, slot: number): void {
    const { times, slots, length } = this;
    let at = 0;
    for (;;) {
      let child = (at << 1) + 1;
      if (child >= length) break;
      if (child + 1 < length && times[child + 1]! < times[child]!) child++;
      const other = times[child]!;
      if (other >= time) break;
      times[at] = other;
      slots[at] = slots[child]!;
      at = child;
    }
    times[at] = time;
    slots[at] = slot;
  }

  dropTop(): void {
    const last = --this.length;
    const time = this.times[last]!;
    const slot = this.slots[last]!;
    this.times[last] = Infinity;
    if (last > 0) this.replaceTop(time, slot);
  }

  private grow(): void {
    const times = new Float64Array(this.times.length * 2).fill(Infinity);
    times.set(this.times);
    const slots = new Int32Array(times.length);
    slots.set(this.slots);
    this.times = times;
    this.slots = slots;
  }
}
