import { ABSENT, formatQuantity, formatSignificant, isFigure } from './numbers.js';

/** Milliseconds to three significant digits, in ms below one second and in s above: `38.0 ms`, `1.42 s`, `3,720 s`. */
export function formatMs(ms: number | null | undefined): string {
  if (!isFigure(ms)) return ABSENT;
  if (ms === 0) return '0 ms';
  return isShownInSeconds(ms) ? `${formatSignificant(ms / 1000)} s` : `${formatSignificant(ms)} ms`;
}

/** A limit as someone typed it, without the zeros that three digits would add: `50 ms`, `2 s`, `1.5 s`. */
export function formatLimitMs(ms: number | null | undefined): string {
  if (!isFigure(ms)) return ABSENT;
  return isShownInSeconds(ms) ? `${formatQuantity(ms / 1000)} s` : `${formatQuantity(ms)} ms`;
}

/** True where `formatMs` uses seconds, so that both ends of an interval can follow the figure they belong to. */
export const isShownInSeconds = (ms: number): boolean => Math.abs(ms) >= 999.5;

const SPANS = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
] as const;

/** A span in seconds in the largest unit that gives a short figure: `45 s`, `5 min`, `1 h`, `7 d`, `1.50 h`. */
export function formatSpan(seconds: number | null | undefined): string {
  if (!isFigure(seconds)) return ABSENT;
  for (const [size, unit] of SPANS) {
    if (seconds < size) continue;
    const amount = seconds / size;
    return `${Number.isInteger(amount) ? amount : formatSignificant(amount)} ${unit}`;
  }
  return `${Number.isInteger(seconds) ? seconds : formatSignificant(seconds)} s`;
}
