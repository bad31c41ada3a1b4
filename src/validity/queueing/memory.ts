/** What bounds how long a station remembers. */
export interface MemoryInputs {
  readonly load: number;
  /** Arrivals a second. */
  readonly rate: number;
  /** Squared coefficients of variation of gaps and services. */
  readonly gapScv?: number;
  readonly serviceScv?: number;
  /** Typical time a request, a waking or a thought takes (seconds). */
  readonly spanS: number;
  /** Places in the line, where they are few. */
  readonly places?: number;
  /** Mean patience in seconds. */
  readonly patienceS?: number;
}

/**
 * Arrivals after which a station has forgotten its state: the relaxation time of reflected Brownian motion with the station's drift and
 * variance, 4·(ca² + cs²)/2 ÷ (1 − ρ)² arrivals (Whitt 1989, "Planning queueing simulations"), cut short by a small line or by impatience,
 * and never less than a few service times.
 */
export function memoryArrivals(inputs: MemoryInputs): number {
  const { load, rate, spanS, places = Infinity, patienceS = Infinity } = inputs;
  const variability = Math.max(0.5, ((inputs.gapScv ?? 1) + (inputs.serviceScv ?? 1)) / 2);
  const drift = 1 - load;
  const heavy = (4 * variability) / (drift * drift);
  return Math.min(heavy, places * places, rate * patienceS * 4) + 3 * rate * spanS;
}
