const UNIT_S: Readonly<Record<string, number>> = { ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };
const PART = /(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/gy;

/** Seconds of a Go duration such as `1h30m` or `500ms`; null if it is not one. A bare number is not one, except 0. */
export function goDurationS(text: string): number | null {
  if (text === '0') return 0;
  let seconds = 0;
  let at = 0;
  PART.lastIndex = 0;
  for (let match = PART.exec(text); match !== null; match = PART.exec(text)) {
    seconds += Number(match[1]) * UNIT_S[match[2]!]!;
    at = PART.lastIndex;
  }
  return at === text.length && text !== '' ? seconds : null;
}
