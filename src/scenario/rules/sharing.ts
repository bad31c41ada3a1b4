import { formatPath, type Path, valueAt } from '../path.js';
import type { Finding } from '../source.js';
import { orderOfReplicas } from './pools.js';
import { has, isMap, maps, type Rule } from './rule.js';
import { tenantsOf } from './tenants.js';

const OWN = ['replicas', 'autoscaler', 'parallelism'] as const;

/** A number of replicas stands in one place: on a pool with one service there or at the service, on a shared pool at each service. */
export const replicasOnce: Rule = (data) =>
  [...tenantsOf(data)].flatMap(([pool, tenants]): readonly Finding[] => {
    const isShared = tenants.length > 1;
    return (['replicas', 'autoscaler'] as const).flatMap((key): readonly Finding[] => {
      const at: Path = ['pools', pool, key];
      if (valueAt(data, at) === undefined) return [];
      if (isShared) {
        const names = tenants.map(({ path }) => path[1]);
        const message = `${names.join(' and ')} share the pool "${pool}": its ${key} would belong to neither`;
        const hint = `give each service its own: services.${names[0]}.${key}`;
        return [{ code: 'E1303', path: at, at: 'key', message, hint }];
      }
      const twice = tenants.find(({ value }) => has(value, key));
      if (!twice) return [];
      const message = `${key} is also given at ${formatPath(at)}`;
      return [{ code: 'E1303', path: [...twice.path, key], at: 'key', message, hint: 'keep one of them' }];
    });
  });

/** Keys of its own belong to a service on one pool; a queue has no replicas. */
export const ownDeployments: Rule = (data) =>
  maps(data, 'services.*').flatMap(({ path, value }): readonly Finding[] => {
    if (typeof value['runs_on'] === 'string' || value['runs_on'] === undefined) return [];
    return OWN.filter((key) => has(value, key)).map((key): Finding => {
      const message = `not supported yet: ${key} of a service on several pools`;
      return { code: 'E1501', path: [...path, key], at: 'key', message, hint: `give each pool its own ${key}` };
    });
  });

/** min ≤ initial ≤ max, and nothing between them without an autoscaler. */
export const ownReplicas: Rule = (data) =>
  maps(data, 'services.*').flatMap(({ path, value }): readonly Finding[] => {
    const { replicas } = value;
    if (!isMap(replicas)) return [];
    const at = [...path, 'replicas'];
    const pool = value['runs_on'];
    const scales =
      has(value, 'autoscaler') || (typeof pool === 'string' && has(valueAt(data, ['pools', pool]), 'autoscaler'));
    if (scales || !(Number(replicas['min']) < Number(replicas['max']))) return orderOfReplicas(at, replicas);
    const message = 'nothing varies the number of replicas between min and max';
    const hint = 'add an autoscaler to the service, give a fixed number, or min equal to max';
    return [...orderOfReplicas(at, replicas), { code: 'E1303', path: at, message, hint }];
  });

/** What a pool that several services share cannot have yet. */
export const sharedPools: Rule = (data) =>
  [...tenantsOf(data)].flatMap(([name, tenants]): readonly Finding[] => {
    if (tenants.length < 2) return [];
    const pool = valueAt(data, ['pools', name]);
    const refuse = (path: Path, what: string, hint: string): Finding => ({
      code: 'E1501',
      path,
      at: 'key',
      message: `not supported yet: ${what} several services share`,
      hint,
    });
    const at = (...keys: string[]): Path => ['pools', name, ...keys];
    const found: Finding[] = tenants.flatMap(({ path, value }): readonly Finding[] => {
      const hint = 'give it a pool of its own';
      if (value['kind'] === 'queue') return [refuse([...path, 'runs_on'], 'a queue on a pool that', hint)];
      if (typeof value['runs_on'] === 'string' || value['runs_on'] === undefined) return [];
      return [refuse([...path, 'runs_on'], 'a service on several pools of which one is a pool that', hint)];
    });
    if (!isMap(pool)) return found;
    for (const key of ['fallback', 'stock_outs', 'consolidation'])
      if (has(pool, key)) found.push(refuse(at(key), `${key} of a pool that`, `remove ${key}`));
    if (has(pool, 'failures')) found.push(refuse(at('failures'), 'failures of a pool that', 'remove failures'));
    const spot = isMap(pool['purchase']) ? pool['purchase']['spot'] : undefined;
    if (spot !== undefined && Number.parseFloat(String(spot)) > 0)
      found.push(refuse(at('purchase', 'spot'), 'spot machines of a pool that', 'remove spot from its purchase'));
    const warm = isMap(pool['startup']) ? pool['startup']['warm_nodes'] : undefined;
    if (warm !== undefined && Number(warm) > 0)
      found.push(refuse(at('startup', 'warm_nodes'), 'warm nodes of a pool that', 'raise min of a service instead'));
    return found;
  });

/** Nobody else is there to take accelerators from. */
export const idlePriority: Rule = (data) => {
  const shared = [...tenantsOf(data).values()].filter((tenants) => tenants.length > 1).flat();
  return maps(data, 'services.*').flatMap(({ path, value }): readonly Finding[] => {
    if (typeof value['priority'] !== 'number' || shared.some((tenant) => tenant.path[1] === path[1])) return [];
    const message = 'priority has no effect: no other service runs on its pool';
    return [{ code: 'E1303', path: [...path, 'priority'], at: 'key', message, hint: 'remove it' }];
  });
};
