import type { Interval } from '../../simulate/result.js';
import { isShownInSeconds } from './duration.js';
import { shortUsdDigits } from './money.js';
import { formatSignificant } from './numbers.js';

/** `[3.51 … 4.20]`; empty where there is no interval or no width, so that a table cell stays quiet. */
export function formatInterval(interval: Interval | undefined, digits: (bound: number) => string = bound): string {
  if (interval === null || interval === undefined || interval[0] === interval[1]) return '';
  return `[${digits(interval[0])} … ${digits(interval[1])}]`;
}

/** Both bounds in the unit in which the figure itself is shown. */
export function formatMsInterval(interval: Interval | undefined, figureMs: number | null): string {
  const scale = isShownInSeconds(figureMs ?? interval?.[1] ?? 0) ? 1000 : 1;
  return formatInterval(interval, (ms) => formatSignificant(ms / scale));
}

/** `[169.0k … 175.2k]`. */
export const formatUsdInterval = (interval: Interval | undefined): string => formatInterval(interval, shortUsdDigits);

const bound = (value: number): string => formatSignificant(value);
