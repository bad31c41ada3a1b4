/** The quota of a pool that several services share. */
import { acceleratorsPerReplica, mostReplicas } from './instances.js';
import { onlyPoolFor, tenantsOf } from './shares.js';
import type { World, WorldFinding } from './worldTypes.js';

/** Services that may together ask for more than the quota of their pool: who gets what is left would have to be decided. */
export function bindingQuotas(world: Pick<World, 'services' | 'pools' | 'shares'>): WorldFinding[] {
  return Object.values(world.pools).flatMap(({ name, pool }): WorldFinding[] => {
    const tenants = tenantsOf(world, name);
    if (tenants.length < 2 || pool.quota === undefined) return [];
    const parts = tenants.map((service) => {
      const onPool = onlyPoolFor(world, service)!;
      return {
        scales: onPool.scaling !== undefined,
        most: mostReplicas(service, onPool) * acceleratorsPerReplica(service, onPool),
      };
    });
    const most = parts.reduce((sum, part) => sum + part.most, 0);
    if (most <= pool.quota || parts.every(({ scales }) => !scales)) return [];
    return [
      {
        code: 'E1501',
        path: ['pools', name, 'quota'],
        message: `not supported yet: services that contend for a quota (${tenants.map((each) => each.name).join(' and ')} may grow to ${most} accelerators, the quota is ${pool.quota})`,
        hint: 'lower max of their replicas until they fit, or raise the quota',
      },
    ];
  });
}
