/** Warm-up of a window that starts from an empty system: MSER-5 over the number in system of one pilot run. */
import { warmupLength } from '../kernel/warmup.js';
import type { Probe } from './runSpec.js';

const PROBES = 200;

/** Seconds to drop, found by a pilot run of `windowS` that reports through the probe. */
export function detectWarmup(windowS: number, pilot: (probe: Probe) => void): number {
  const everyS = windowS / PROBES;
  const seen: number[] = [];
  pilot({ everyS, observe: (inSystem) => seen.push(inSystem) });
  return warmupLength(seen) * everyS;
}
