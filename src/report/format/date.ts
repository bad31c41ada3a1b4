import { ABSENT } from './numbers.js';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
const ISO_DATE = /^(\d{4})-(\d{2})(?:-(\d{2}))?/;

/** `2027-04-12` → `12 Apr 2027`; text that is no ISO date is returned as it is, null gives `–`. */
export function formatDate(iso: string | null): string {
  if (iso === null) return ABSENT;
  const [, year, month, day] = ISO_DATE.exec(iso) ?? [];
  const name = MONTHS[Number(month) - 1];
  if (year === undefined || name === undefined) return iso;
  return day === undefined ? `${name} ${year}` : `${Number(day)} ${name} ${year}`;
}

/** `2027-04-12` → `Apr 2027`. */
export const formatMonth = (iso: string | null): string => formatDate(iso === null ? null : iso.slice(0, 7));

/** The period a start date stands for, as a table key: `2027-04`, or the whole date where it is not the first of a month. */
export const formatPeriod = (iso: string): string =>
  /-01(T|$)/.test(iso.slice(7)) ? iso.slice(0, 7) : iso.slice(0, 10);
