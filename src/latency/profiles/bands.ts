/**
 * How far predictions are off, by how far a question is from what was measured: factors that contain 80 % of measured/predicted on
 * groups that the joint fit did not see. Written by `npm run accuracy -- --bands FILE`; 2026-11-30.
 */
export const leftOutBands = {
  /** Another family of models of a class that was measured with the engine’s era. Rows: tpot 320, ttft 442, e2e 2037. */
  sameHardware: { tpot: 1.18, ttft: 1.41, e2e: 1.23 },
  /** Another device of a vendor that was measured with the engine’s era. Rows: tpot 524, ttft 608, e2e 515. */
  newHardware: { tpot: 1.15, ttft: 1.53, e2e: 1.28 },
  /** A vendor that was not. Rows: tpot as before, ttft as before, e2e 787. */
  otherVendor: { tpot: 1.8, ttft: 2.5, e2e: 1.35 },
  /** A class of models that was not. Rows: tpot 25, ttft 31, e2e 202. */
  newModel: { tpot: 1.36, ttft: 2.96, e2e: 1.55 },
  /** An era of the engine that was not. Rows: tpot 541, ttft 513, e2e 937. */
  unknownEra: { tpot: 1.48, ttft: 1.84, e2e: 1.23 },
} as const;
