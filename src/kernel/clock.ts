/**
 * The time of a simulation, seconds. Whoever needs the time looks here: a fraction that is handed from call to call is an object each time
 * that a call is not inlined, and a clock is one object for the whole run.
 */
export class Clock {
  now = 0;
}
