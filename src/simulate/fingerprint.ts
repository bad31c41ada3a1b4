/** What a result depends on, as short hashes: equal fingerprints mean equal results. */
import { createHash } from 'node:crypto';
import { VERSION } from '../version.js';
import type { Fingerprint } from './result.js';
import type { World } from './world.js';

export function fingerprintOf(world: World, seed: number): Fingerprint {
  const { seed: _, ...scenario } = world.scenario;
  return {
    scenario: shortHash(canonical({ scenario, drivers: world.drivers })),
    catalogs: world.catalogFingerprint.slice(0, 12),
    seed,
    version: VERSION,
  };
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

/** JSON with sorted keys, so that the order of keys in a file does not matter; infinities keep their name. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner === 'number' && !Number.isFinite(inner)) return String(inner);
    if (inner === null || typeof inner !== 'object' || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
