/**
 * The sums that a station keeps, as positions in one flat record. A record covers a stretch of time (a batch) and starts at zero; records
 * of consecutive stretches add up. Times in seconds.
 */
export const FIELD = {
  duration: 0,
  /** ∫ requests in the system dt, and of its square. */
  inSystem: 1,
  inSystemSquared: 2,
  waiting: 3,
  busy: 4,
  settingUp: 5,
  /** Time with nobody in the system. */
  empty: 6,
  /** Time with no server busy and none waking. */
  off: 7,
  offered: 8,
  rejected: 9,
  abandoned: 10,
  /** Admitted requests that had to wait at their first visit. */
  delayed: 11,
  completed: 12,
  /** Services finished, feedback included. */
  visits: 13,
  busyPeriods: 14,
  /** Batches begun, and requests that were taken into them (joiners included). */
  batches: 15,
  batchItems: 16,
  /** Over completed requests: time not in service, time in the system. */
  waitSum: 17,
  sojournSum: 18,
  /** Over completed requests (processor sharing): sojourn over requirement. */
  slowdownSum: 19,
  /** Waking times: how many were drawn, and their sum. */
  setups: 20,
  setupSum: 21,
  /** Gaps between arrivals: how many, and sums weighted with N, N² at the time of the draw (N: requests then in the system). */
  gaps: 22,
  gapsN: 23,
  gapsNN: 24,
  gapSum: 25,
  gapSumN: 26,
  gapSumNN: 27,
  /** The same for service requirements. */
  services: 28,
  servicesN: 29,
  servicesNN: 30,
  requirementSum: 31,
  requirementSumN: 32,
  requirementSumNN: 33,
  length: 34,
} as const;

/** Fields of each class, after the station's own. */
export const CLASS_FIELD = { completed: 0, waitSum: 1, sojournSum: 2, length: 3 } as const;

/** Position of a class's field in the record. */
export function classField(cls: number, field: number): number {
  return FIELD.length + cls * CLASS_FIELD.length + field;
}

/** A requirement within this share of a watched size counts as that size. */
export const SIZE_BAND = 0.05;

/** Fields of each watched size, after the classes'. */
export const SIZE_FIELD = { completed: 0, slowdownSum: 1, length: 2 } as const;

/** Position of a watched size's field in a record of `classes` classes; the times at each level follow the last size. */
export function sizeField(classes: number, size: number, field: number): number {
  return classField(classes, 0) + size * SIZE_FIELD.length + field;
}
