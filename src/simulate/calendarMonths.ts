/** Calendar arithmetic on ISO dates, in UTC and without the clock. */

const DAY_MS = 86_400_000;

/** `months` months after an ISO date; the day is capped by the month's length (31 January + 1 → 28 or 29 February). */
export function addMonths(isoDate: string, months: number): string {
  const [year, month, day] = isoDate.split('-').map(Number) as [number, number, number];
  const index = year * 12 + (month - 1) + months;
  const y = Math.floor(index / 12);
  const m = index - y * 12;
  const last = new Date(Date.UTC(y, m + 1, 0)).getUTCDate();
  return new Date(Date.UTC(y, m, Math.min(day, last))).toISOString().slice(0, 10);
}

/** The date a share of the way from one ISO date to another. */
export function between(from: string, to: string, share: number): string {
  const start = Date.parse(from);
  return new Date(start + Math.round(((Date.parse(to) - start) * share) / DAY_MS) * DAY_MS).toISOString().slice(0, 10);
}
