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
      const isName = path.length === 1 && ['services', 'pools', 'data', 'regions'].includes(String(path[0]));
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
    if (typeof pool === 'string' || Array.isArray(pool)) return poolFindings(pool, at, names);
    const kind = String(value['kind']);
    if (pool !== undefined || !['llm', 'inference'].includes(kind) || names.length === 1) return [];
    const hint = names.length === 0 ? 'add a pool and runs_on' : `add runs_on with one of: ${names.join(', ')}`;
    const message = `"runs_on" is missing in ${formatPath(path)}: a service of kind ${kind} needs a pool`;
    return [{ code: 'E1201', path: at, at: 'key', message, hint }];
  });
};

/** Pools that a service names and that are not there, or named twice. */
const poolFindings = (runsOn: string | readonly unknown[], at: Path, names: readonly string[]): readonly Finding[] => {
  const stated = typeof runsOn === 'string' ? [runsOn] : runsOn;
  return stated.flatMap((pool, i): readonly Finding[] => {
    if (typeof pool !== 'string') return [];
    const path: Path = typeof runsOn === 'string' ? at : [...at, i];
    if (stated.indexOf(pool) < i)
      return [{ code: 'E1303', path, message: `"${pool}" is named twice`, hint: 'name each pool once' }];
    if (names.includes(pool)) return [];
    const hint = names.length === 0 ? 'the scenario has no pools' : didYouMean(pool, names, 'pools');
    return [{ code: 'E1302', path, message: `no pool is named "${pool}"`, hint }];
  });
};
