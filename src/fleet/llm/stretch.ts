/**
 * A stretch of decode steps between two events, in closed form. While the batch stays the same, its context grows by the same
 * amount at each step, so step i (from 0) lasts
 *
 *     t_i = max(gpu0 + i·slope, floor) + host        (seconds, slope ≥ 0)
 *
 * a constant while the floor holds and an arithmetic progression after it.
 */
import type { Histogram } from '../../kernel/histogram.js';

/** No stretch has more steps; beyond it, a slope may be too small for a double to change by. */
const MANY = 2 ** 31;

export class Stretch {
  /** Steps from the start that the floor decides. */
  private flat = 0;
  private flatStep = 0;
  /** What the steps follow from (see above): to be set, and then begun. In fields, as all fractions here: hot loops ask (see `Clock`). */
  gpu0 = 0;
  slope = 0;
  floor = 0;
  host = 0;
  /** A quantity to weigh: at the first step, and its growth a step. */
  base = 0;
  growth = 0;
  /** What has been measured, what has been weighed, and how many seconds to reach. */
  seconds = 0;
  total = 0;
  reach = 0;
  private readonly terms = { first: 0, step: 0 };

  /** A stretch of the steps that `gpu0`, `slope`, `floor` and `host` tell. */
  begin(): void {
    const { gpu0, slope, floor, host } = this;
    this.flatStep = floor + host;
    if (gpu0 >= floor) this.flat = 0;
    else if (slope <= 0) this.flat = Infinity;
    else {
      let flat = Math.ceil((floor - gpu0) / slope);
      if (flat > MANY) {
        this.flat = Infinity;
        return;
      }
      // Rounding may put the quotient off by one: the terms themselves decide.
      while (flat > 0 && gpu0 + (flat - 1) * slope >= floor) flat--;
      while (gpu0 + flat * slope < floor) flat++;
      this.flat = flat;
    }
  }

  /** Seconds of the first `steps` steps. */
  duration(steps: number): number {
    this.measure(steps);
    return this.seconds;
  }

  /** Puts the seconds of the first `steps` steps into `seconds`. */
  measure(steps: number): void {
    const { flat } = this;
    if (steps <= flat) {
      this.seconds = steps * this.flatStep;
      return;
    }
    const sloped = steps - flat;
    const first = this.gpu0 + flat * this.slope + this.host;
    this.seconds = (flat > 0 ? flat * this.flatStep : 0) + sloped * (first + ((sloped - 1) * this.slope) / 2);
  }

  /** The fewest steps (at least one, at most `limit`) that take `reach` seconds or longer. */
  stepsToReach(limit: number): number {
    const { reach: seconds, flat, slope } = this;
    let steps: number;
    const flatSeconds = flat > 0 ? (flat === Infinity ? Infinity : flat * this.flatStep) : 0;
    if (flat > 0 && seconds <= flatSeconds) steps = Math.ceil(seconds / this.flatStep);
    else {
      // sloped·first + slope·sloped·(sloped − 1)/2 = rest: the positive root, in the form that keeps its digits for small slopes.
      const first = this.gpu0 + flat * slope + this.host;
      const rest = seconds - flatSeconds;
      const b = first - slope / 2;
      steps = flat + Math.ceil((2 * rest) / (b + Math.sqrt(b * b + 2 * slope * rest)));
    }
    if (steps > limit) steps = limit;
    if (steps < 1) steps = 1;
    while (steps > 1 && this.takes(steps - 1)) steps--;
    while (steps < limit && !this.takes(steps)) steps++;
    return steps;
  }

  /** Whether `steps` steps take `reach` seconds or longer. */
  private takes(steps: number): boolean {
    this.measure(steps);
    return this.seconds >= this.reach;
  }

  /** Adds the durations of the steps from the `from`th up to (without) the `to`th to `histogram`, each with `weight`. */
  record(histogram: Histogram, from: number, to: number, weight: number): void {
    const bend = Math.min(to, Math.max(from, this.flat));
    if (bend > from) {
      this.terms.first = this.flatStep;
      this.terms.step = 0;
      histogram.addProgression(this.terms, bend - from, weight);
    }
    if (to <= bend) return;
    this.terms.first = this.gpu0 + bend * this.slope + this.host;
    this.terms.step = this.slope;
    histogram.addProgression(this.terms, to - bend, weight);
  }

  /** Puts Σ t_i·(base + i·growth) over the first `steps` steps into `total`: the time integral of the quantity. */
  weigh(steps: number): void {
    const { base, growth } = this;
    const flat = this.flat < steps ? this.flat : steps;
    let total = flat > 0 ? this.flatStep * (flat * base + (growth * flat * (flat - 1)) / 2) : 0;
    const n = steps - flat;
    if (n > 0) {
      const t0 = this.gpu0 + flat * this.slope + this.host;
      const q0 = base + flat * growth;
      const sum1 = (n * (n - 1)) / 2;
      const sum2 = ((n - 1) * n * (2 * n - 1)) / 6;
      total += n * t0 * q0 + (t0 * growth + this.slope * q0) * sum1 + this.slope * growth * sum2;
    }
    this.total = total;
  }
}
