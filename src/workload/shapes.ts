/**
 * Weekly load curves by name: 168 hourly weights with mean 1, Monday 00:00 first, in UTC (shift them yourself for other zones).
 *
 * The curves are assumed, not measured. They are composed of plain statements about people (offices work nine to five, evenings
 * are for leisure), so that they can be argued with; load that matters should come from one's own metrics as 168 weights or a CSV.
 */

/** Hourly activity of one day, 24 values, any scale. */
type Day = readonly number[];

const OFFICE: Day = [4, 3, 3, 3, 3, 5, 10, 30, 70, 95, 100, 95, 80, 90, 100, 95, 85, 60, 35, 22, 15, 10, 7, 5];
const WEEKEND_OFFICE: Day = [3, 2, 2, 2, 2, 2, 3, 5, 8, 11, 13, 13, 12, 12, 12, 12, 11, 10, 9, 8, 7, 6, 5, 4];
const EVENING: Day = [30, 18, 11, 8, 7, 9, 15, 26, 35, 38, 42, 48, 55, 52, 48, 50, 58, 68, 80, 92, 100, 98, 80, 52];
const WEEKEND_EVENING: Day = [
  42, 28, 17, 11, 8, 8, 11, 18, 30, 44, 56, 64, 70, 70, 68, 68, 72, 80, 88, 96, 100, 96, 78, 56,
];
const AROUND_THE_CLOCK: Day = [
  62, 58, 56, 55, 56, 60, 66, 74, 84, 92, 97, 99, 100, 100, 99, 98, 97, 95, 92, 88, 83, 78, 72, 67,
];
const NIGHT: Day = [100, 100, 100, 100, 80, 40, 5, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 5, 10, 30, 60, 90];
const WORKDAY: Day = Array.from({ length: 24 }, () => 100);
const QUIET_DAY: Day = Array.from({ length: 24 }, () => 30);

const week = (workday: Day, weekend: Day): readonly number[] =>
  withMeanOne([...Array.from({ length: 5 }, () => workday), weekend, weekend].flat());

/** Scales weights to a mean of one. They must not be negative and not all be zero. */
export const withMeanOne = (weights: readonly number[]): readonly number[] => {
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  return weights.map((weight) => weight / mean);
};

/** The shapes we know. */
export const SHAPES: Readonly<Record<string, { readonly summary: string; readonly weights: readonly number[] }>> = {
  flat: { summary: 'the same load in every hour', weights: Array.from({ length: 168 }, () => 1) },
  'office-hours': {
    summary: 'weekdays nine to five with a lunch dip, nights and weekends nearly idle',
    weights: week(OFFICE, WEEKEND_OFFICE),
  },
  'consumer-evening': {
    summary: 'leisure: rising through the day, highest at 20:00, busier weekends',
    weights: week(EVENING, WEEKEND_EVENING),
  },
  weekdays: { summary: 'constant on weekdays, 30 % of that at weekends', weights: week(WORKDAY, QUIET_DAY) },
  global: {
    summary: 'users in all time zones: never below half of the peak',
    weights: week(
      AROUND_THE_CLOCK,
      AROUND_THE_CLOCK.map((w) => w * 0.85),
    ),
  },
  'nightly-batch': {
    summary: 'jobs from 22:00 to 05:00 every night, nearly nothing by day',
    weights: week(NIGHT, NIGHT),
  },
};

/** Names in a stable order. */
export const shapeNames: readonly string[] = Object.keys(SHAPES);
