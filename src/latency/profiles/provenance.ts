/** Where the fitted numbers of these profiles come from. */
export const fit =
  'joint robust fit (soft L1 on log errors, ridge towards the level above) of base, engine eras and device families over 3,000 serving runs, ' +
  'each simulated as it was measured';

/** Layers that were fitted again over the same levels, by the same objective. */
export const refit =
  'this layer again 2026-11, once host work that runs beside the device and the noise of each metric were told apart';

/** Errors of what no fit saw. */
export const leftOut = 'with its hardware or its model family left out: accuracy table of the README';
