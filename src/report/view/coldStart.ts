import { formatSpan } from '../format/duration.js';

/** A part of a cold start: its seconds, and where they come from (empty where they were given). */
export interface ColdStartPart {
  readonly part: string;
  readonly seconds: number;
  readonly why: string;
}

export const coldStartS = (parts: readonly ColdStartPart[]): number =>
  parts.reduce((sum, { seconds }) => sum + seconds, 0);

/** `gpu in 2 min: node 1 min, image 30 s, weights 20 s (…), engine 10 s`. */
export function coldStartText(pool: string, parts: readonly ColdStartPart[]): string {
  const each = parts.map(({ part, seconds, why }) => `${part} ${formatSpan(seconds)}${why === '' ? '' : ` (${why})`}`);
  return `${pool} in ${formatSpan(coldStartS(parts))}: ${each.join(', ')}`;
}
