/**
 * Random numbers that belong to a request: functions of (seed, number of the request, number of the draw) without state, so that what one
 * request draws shifts nothing for another.
 */

/** A uniform number in [0, 1) with 32 random bits: MurmurHash3's finaliser (public domain) over a Weyl sequence, twice. */
export function requestUniform(seed: number, request: number, draw: number): number {
  const mixed = finalise(seed ^ Math.imul(request + 1, 0x9e3779b1));
  return (finalise(mixed + Math.imul(draw + 1, 0x9e3779b1)) >>> 0) / 2 ** 32;
}

function finalise(word: number): number {
  let h = word ^ (word >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}
