/**
 * The time of a simulation, seconds.
 *
 * A fraction that is handed to a function is an object on the heap, unless the engine inlines the call; fields and typed arrays hold
 * fractions as they are. So whoever needs the time in a hot loop looks here, and methods that must be handed a fraction put it into a field
 * first and are small enough to be inlined always.
 */
export class Clock {
  now = 0;
}
