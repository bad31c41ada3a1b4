/**
 * Named random streams: one independent stream per source of randomness, derived from (seed, replication, name), so that adding a
 * service never shifts another's draws and two scenarios that differ in one lever see the same arrivals.
 */
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** Draws uniform doubles in [0, 1) with 53 random bits. */
export type Uniform = () => number;

const TWO_POW_26 = 67108864;
const TWO_POW_MINUS_53 = 1 / 9007199254740992;

/** The stream called `name` of replication `replication` under `seed`. */
export function stream(seed: number, replication: number, name: string): Uniform {
  const generator = xoroshiro128plusFromState(hash128(`${seed}/${replication}/${name}`));
  return () => {
    const high = generator.next() >>> 5;
    const low = generator.next() >>> 6;
    return (high * TWO_POW_26 + low) * TWO_POW_MINUS_53;
  };
}

/** Four 32-bit words that depend on every character; mixing constants of MurmurHash3's finaliser (public domain). */
function hash128(text: string): [number, number, number, number] {
  let h1 = 1779033703;
  let h2 = 3144134277;
  let h3 = 1013904242;
  let h4 = 2773480762;
  for (let i = 0; i < text.length; i++) {
    const k = text.charCodeAt(i);
    h1 = h2 ^ Math.imul(h1 ^ k, 597399067);
    h2 = h3 ^ Math.imul(h2 ^ k, 2869860233);
    h3 = h4 ^ Math.imul(h3 ^ k, 951274213);
    h4 = h1 ^ Math.imul(h4 ^ k, 2716044179);
  }
  const state: [number, number, number, number] = [
    finalise(h1 ^ h3),
    finalise(h2 ^ h4),
    finalise(h3 + 1),
    finalise(h4 + 2),
  ];
  if (state.every((word) => word === 0)) state[0] = 1;
  return state;
}

function finalise(word: number): number {
  let h = word ^ (word >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) | 0;
}
