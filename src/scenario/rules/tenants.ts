import { type Path, valueAt } from '../path.js';
import { type Data, has, isMap, maps } from './rule.js';

/** The services that run on each pool, by name, in order. */
export const tenantsOf = (
  data: unknown,
): ReadonlyMap<string, readonly { readonly path: Path; readonly value: Data }[]> => {
  const pools = valueAt(data, ['pools']);
  const names = isMap(pools) ? Object.keys(pools) : [];
  const services = maps(data, 'services.*');
  return new Map(names.map((name) => [name, services.filter(({ value }) => poolNames(value, names).includes(name))]));
};

const poolNames = (service: Data, names: readonly string[]): readonly unknown[] => {
  const stated = service['runs_on'];
  if (typeof stated === 'string') return [stated];
  if (Array.isArray(stated)) return stated;
  if (isMap(stated)) return [stated['prefill'], stated['decode']];
  const needsOne = service['kind'] === 'llm' || service['kind'] === 'inference';
  return stated === undefined && needsOne && names.length === 1 ? names : [];
};

/** Whether anything varies the replicas on a pool: its own autoscaler, or one of a service. */
export const isScaled = (data: unknown, path: Path, pool: Data): boolean =>
  has(pool, 'autoscaler') || (tenantsOf(data).get(String(path[1])) ?? []).some(({ value }) => has(value, 'autoscaler'));
