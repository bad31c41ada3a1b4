import type { Tolerance } from './types.js';

/** Whether a usage ratio is too close to one to act on; both edges belong to the band. NaN is outside. */
export function isWithin(ratio: number, tolerance: Tolerance): boolean {
  return 1 - tolerance.scaleDown <= ratio && ratio <= 1 + tolerance.scaleUp;
}
