import { formatPath, type Path, valueAt } from '../path.js';
import type { Finding } from '../source.js';
import { didYouMean } from '../suggest.js';
import { type Data, isMap, maps, type Rule } from './rule.js';

/** Names with a meaning in JavaScript are never scenario keys; a schema cannot see them all. */
export const reservedNames: Rule = (data) => {
  const findings: Finding[] = [];
  const walk = (value: unknown, path: Path): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const key of Object.keys(value)) {
      const below: Path = [...path, Array.isArray(value) ? Number(key) : key];
      const isName = path.length === 1 && ['services', 'pools', 'data', 'regions', 'jobs'].includes(String(path[0]));
      if (key === '__proto__' || (isName && (key === 'constructor' || key === 'prototype'))) {
        const hint = 'this name cannot be used; choose another';
        findings.push({ code: 'E1203', path: below, at: 'key', message: `unknown key "${key}"`, hint });
      } else walk((value as Data)[key], below);
    }
  };
  walk(data, []);
  return findings;
};

export const hasServices: Rule = (data) => {
  const services = valueAt(data, ['services']);
  if (!isMap(services) || Object.keys(services).length > 0) return [];
  const hint = 'add at least one, with traffic';
  return [{ code: 'E1201', path: ['services'], at: 'key', message: 'the scenario has no services', hint }];
};

/** `runs_on` names a pool; only where there is a single pool may it be left out. */
export const runsOn: Rule = (data) => {
  const pools = valueAt(data, ['pools']);
  const names = isMap(pools) ? Object.keys(pools) : [];
  return maps(data, 'services.*').flatMap(({ path, value }): readonly Finding[] => {
    const at: Path = [...path, 'runs_on'];
    const pool = value['runs_on'];
    const stated = statedPools(pool, at);
    if (stated !== undefined) return poolFindings(stated, names);
    const kind = String(value['kind']);
    if (pool !== undefined || !['llm', 'inference'].includes(kind) || names.length === 1) return [];
    const hint = names.length === 0 ? 'add a pool and runs_on' : `add runs_on with one of: ${names.join(', ')}`;
    const message = `"runs_on" is missing in ${formatPath(path)}: a service of kind ${kind} needs a pool`;
    return [{ code: 'E1201', path: at, at: 'key', message, hint }];
  });
};

interface StatedPool {
  readonly pool: unknown;
  readonly path: Path;
}

/** The pools of `runs_on`, each where it stands; undefined where it has none of its shapes. */
const statedPools = (runsOn: unknown, at: Path): readonly StatedPool[] | undefined => {
  if (typeof runsOn === 'string') return [{ pool: runsOn, path: at }];
  if (Array.isArray(runsOn)) return runsOn.map((pool: unknown, i) => ({ pool, path: [...at, i] }));
  return isMap(runsOn)
    ? ['prefill', 'decode'].map((phase) => ({ pool: runsOn[phase], path: [...at, phase] }))
    : undefined;
};

/** Pools that a service names and that are not there, or named twice. */
const poolFindings = (stated: readonly StatedPool[], names: readonly string[]): readonly Finding[] =>
  stated.flatMap(({ pool, path }, i): readonly Finding[] => {
    if (typeof pool !== 'string') return [];
    if (stated.findIndex((other) => other.pool === pool) < i)
      return [{ code: 'E1303', path, message: `"${pool}" is named twice`, hint: 'name each pool once' }];
    if (names.includes(pool)) return [];
    const hint = names.length === 0 ? 'the scenario has no pools' : didYouMean(pool, names, 'pools');
    return [{ code: 'E1302', path, message: `no pool is named "${pool}"`, hint }];
  });
