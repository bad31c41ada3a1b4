/**
 * The time of a simulation, seconds.
 *
 * A fraction that is handed to a function is an object on the heap, unless the engine inlines the call; fields and typed arrays hold
 * fractions as they are. So whoever needs the time in a hot loop looks here; and a method of a hot loop that must be handed a fraction, or
 * hand one back, does no more than to put it into a field, or take it from one, so that it is inlined. Such a field is declared with a
 * number: one that is declared without a value is `undefined` at first, and holds a new object for each fraction from then on.
 */
export class Clock {
  now = 0;
}
