/**
 * Random numbers that belong to a request: functions of (seed, number of the request, number of the draw) without state, so that what one
 * request draws shifts nothing for another.
 */

/** 32 random bits as a signed integer (see `Clock`): MurmurHash3's finaliser (public domain) over a Weyl sequence, twice. */
export function requestBits(seed: number, request: number, draw: number): number {
  const mixed = finalise(seed ^ Math.imul(request + 1, 0x9e3779b1));
  return finalise(mixed + Math.imul(draw + 1, 0x9e3779b1));
}

/** The uniform number in [0, 1) that random bits stand for. */
export function uniformOf(bits: number): number {
  return (bits >>> 0) / 2 ** 32;
}

function finalise(word: number): number {
  let h = word ^ (word >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}
