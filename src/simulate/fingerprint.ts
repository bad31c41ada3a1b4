/** What a result depends on, as short hashes: equal fingerprints mean equal results. */
import { once } from '../catalog/kept.js';
import { sha256 } from '../catalog/sha256.js';
import { VERSION } from '../version.js';
import type { Trace } from '../workload/trace.js';
import type { Fingerprint } from './result.js';
import type { World } from './world/world.js';

/** Hashes are made when they are read: most answers do not show them. */
export function fingerprintOf(world: World, seed: number): Fingerprint {
  const scenario = once(() => hashOfScenario(world));
  const catalogs = once(() => world.catalogFingerprint().slice(0, 12));
  return {
    get scenario() {
      return scenario();
    },
    get catalogs() {
      return catalogs();
    },
    seed,
    version: VERSION,
  };
}

function hashOfScenario(world: World): string {
  const { seed: _, rules, ...scenario } = world.scenario;
  // Traces count by what they hold, not by where they lie.
  const traces = Object.fromEntries(
    world.services.flatMap(({ name, trace }) => (trace ? [[name, hashOf(trace)]] : [])),
  );
  const services = Object.fromEntries(
    Object.entries(scenario.services).map(([name, service]) => [
      name,
      { ...service, traffic: { ...service.traffic, ...(name in traces && { trace: traces[name] }) } },
    ]),
  );
  // Nor does it count how the path of the file was typed, which the place of a rule begins with.
  const placeless = rules.map(({ location: _at, ...rule }) => rule);
  return shortHash(canonical({ scenario: { ...scenario, rules: placeless, services }, drivers: world.drivers }));
}

function hashOf({ arrivedAtS, promptTokens, outputTokens }: Trace): string {
  const hash = sha256();
  for (const column of [arrivedAtS, promptTokens, outputTokens])
    hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  return hash.digest('hex');
}

function shortHash(text: string): string {
  return sha256().update(text).digest('hex').slice(0, 12);
}

/** JSON with sorted keys, so that the order of keys in a file does not matter; infinities keep their name. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner === 'number' && !Number.isFinite(inner)) return String(inner);
    if (inner === null || typeof inner !== 'object' || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
