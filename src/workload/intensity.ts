/** A demand that changes by the hour: multipliers of the mean rate over the simulated time. */
export interface Intensity {
  /** Multiplier at time `t` (seconds from the start of the run) and the time at which it changes next. */
  at(t: number): { readonly factor: number; readonly until: number };
}

/** Hours by which a time at a full hour may seem to fall short of it: below a double's digits even after years of seconds. */
const ROUNDING = 1e-9;

/**
 * The weekly shape from `startHour` on (0–167, Monday 00:00 first); during the first `leadS` seconds (a warm-up) the first hour's
 * multiplier applies.
 */
export function weeklyIntensity(weights: readonly number[], startHour: number, leadS: number): Intensity {
  if (weights.every((weight) => weight === weights[0])) {
    const flat = { factor: weights[0] ?? 1, until: Infinity };
    return { at: () => flat };
  }
  return {
    at(t) {
      const hour = t < leadS ? 0 : Math.floor((t - leadS) / 3600 + ROUNDING);
      return { factor: weights[(startHour + hour) % weights.length]!, until: leadS + (hour + 1) * 3600 };
    },
  };
}

/** The start of the busiest run of `hours` hours in a week, and the mean multiplier over it. */
export function busiestHours(
  weights: readonly number[],
  hours: number,
): { readonly startHour: number; readonly factor: number } {
  let best = 0;
  let most = -Infinity;
  const n = weights.length;
  for (let start = 0; start < n; start++) {
    let sum = 0;
    for (let i = 0; i < hours; i++) sum += weights[(start + i) % n]!;
    if (sum > most + 1e-12) {
      most = sum;
      best = start;
    }
  }
  return { startHour: best, factor: most / hours };
}
