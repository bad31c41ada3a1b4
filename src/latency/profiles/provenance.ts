/** Where the fitted numbers of these profiles come from. */
export const fit =
  'joint robust fit (soft L1 on log errors, ridge towards the level above) of base, engine eras and device families over 3,000 serving runs, ' +
  'each simulated as it was measured';
