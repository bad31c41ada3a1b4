import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Calendar } from '../../src/kernel/calendar.js';

interface Event {
  readonly slot: number;
  readonly time: number;
  readonly priority: number;
  readonly sequence: number;
}

/** The same as a sorted array. */
class SortedEvents {
  private events: Event[] = [];
  private sequence = 0;

  schedule(slot: number, time: number, priority: number): void {
    this.cancel(slot);
    this.events.push({ slot, time, priority, sequence: this.sequence++ });
    this.events.sort((a, b) => a.time - b.time || a.priority - b.priority || a.sequence - b.sequence);
  }
  cancel(slot: number): void {
    this.events = this.events.filter((event) => event.slot !== slot);
  }
  pop(): number {
    return this.events.shift()?.slot ?? -1;
  }
  first(): Event | undefined {
    return this.events[0];
  }
  timeOf(slot: number): number {
    return this.events.find((event) => event.slot === slot)?.time ?? Infinity;
  }
  get length(): number {
    return this.events.length;
  }
}

// Few times and priorities, so that ties are common.
const operation = fc.record({
  kind: fc.constantFrom('schedule', 'schedule', 'schedule', 'cancel', 'pop'),
  slot: fc.nat({ max: 40 }),
  time: fc.nat({ max: 12 }),
  priority: fc.nat({ max: 2 }),
});

describe('Calendar', () => {
  it('gives events by time, priority and order of scheduling, as a sorted array does', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 300 }), fc.integer({ min: 1, max: 64 }), (operations, capacity) => {
        const calendar = new Calendar(capacity);
        const model = new SortedEvents();
        for (const { kind, slot, time, priority } of operations) {
          if (kind === 'schedule') {
            calendar.schedule(slot, time, priority);
            model.schedule(slot, time, priority);
          } else if (kind === 'cancel') {
            calendar.cancel(slot);
            model.cancel(slot);
          } else expect(calendar.pop()).toBe(model.pop());
          expect(calendar.length).toBe(model.length);
          expect(calendar.peekSlot()).toBe(model.first()?.slot ?? -1);
          expect(calendar.peekTime()).toBe(model.first()?.time ?? Infinity);
          expect(calendar.timeOf(slot)).toBe(model.timeOf(slot));
        }
        while (model.length > 0) expect(calendar.pop()).toBe(model.pop());
        expect(calendar.pop()).toBe(-1);
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it('sorts a hundred thousand events', () => {
    const calendar = new Calendar(1);
    for (let slot = 0; slot < 100_000; slot++) calendar.schedule(slot, (slot * 7919) % 100_003);
    const times: number[] = [];
    while (calendar.length > 0) {
      times.push(calendar.peekTime());
      calendar.pop();
    }
    expect(times.length).toBe(100_000);
    expect(times.every((time, i) => i === 0 || time >= times[i - 1]!)).toBe(true);
  });

  it('ignores cancelling what is not there, even beyond its capacity', () => {
    const calendar = new Calendar(2);
    calendar.cancel(0);
    calendar.cancel(1000);
    expect(calendar.timeOf(1000)).toBe(Infinity);
    expect(calendar.pop()).toBe(-1);
  });
});
