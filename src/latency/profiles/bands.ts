/**
 * How far predictions are off, by how far a question is from what was measured: factors that contain 80 % of measured/predicted on
 * groups that the joint fit did not see. Written by `npm run accuracy -- --bands FILE`; 2026-11.
 */
export const leftOutBands = {
  /** Another family of models of a class that was measured with the engine's era. */
  sameHardware: { tpot: 1.21, ttft: 1.64, e2e: 1.28 },
  /** Another device of a vendor that was measured with the engine's era. */
  newHardware: { tpot: 1.27, ttft: 1.7, e2e: 1.44 },
  /** A vendor that was not. */
  otherVendor: { tpot: 1.8, ttft: 2.5, e2e: 2.07 },
  /** A class of models that was not. */
  newModel: { tpot: 1.6, ttft: 2.95, e2e: 1.63 },
  /** An era of the engine that was not. */
  unknownEra: { tpot: 1.83, ttft: 2.8, e2e: 1.8 },
} as const;
