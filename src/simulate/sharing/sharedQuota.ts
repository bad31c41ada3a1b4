/** Services that may together ask for more than the quota of their pool: who comes first is a matter of priority. */

import type { PreparedService, World, WorldFinding } from '../world/types.js';
import { limitOf, mostUnits } from './poolLimit.js';
import { onlyPoolFor, tenantsOf } from './shares.js';

type Services = Pick<World, 'services' | 'pools' | 'shares'>;

const priorityOf = ({ service }: PreparedService): number => (service.kind === 'queue' ? 0 : (service.priority ?? 0));

/** Services on a pool, where what they may grow to is more than its quota. */
function contenders(world: Services, pool: string): readonly PreparedService[] {
  const tenants = tenantsOf(world, pool);
  const onPool = world.pools[pool]!;
  if (tenants.length < 2 || onPool.pool.quota === undefined || !onPool.hardware.accelerator) return [];
  if (tenants.every((service) => !onlyPoolFor(world, service)?.scaling)) return [];
  return mostOf(world, tenants, pool) > onPool.pool.quota ? tenants : [];
}

const mostOf = (world: Services, tenants: readonly PreparedService[], pool: string): number =>
  tenants.reduce((sum, service) => sum + mostUnits(world, service, pool), 0);

/**
 * The services whose accelerators are taken before those of `prepared`, the most urgent first: they do not notice it, and it has what they
 * leave. Fixed fleets of the same priority count as earlier where they stand earlier in the scenario.
 */
export function servicesBefore(world: Services, prepared: PreparedService): readonly PreparedService[] {
  if (prepared.pool === undefined) return [];
  const all = contenders(world, prepared.pool);
  if (!all.includes(prepared)) return [];
  const ordered = [...all].sort((a, b) => priorityOf(b) - priorityOf(a) || all.indexOf(a) - all.indexOf(b));
  return ordered.slice(0, ordered.indexOf(prepared));
}

/** Whether any service of a pool may be preempted or kept from growing by another. */
export const isContended = (world: Services, pool: string): boolean => contenders(world, pool).length > 0;

/** Contention without an order: two services of one priority, of which one grows. */
export function undecidedQuotas(world: Services): WorldFinding[] {
  return Object.keys(world.pools).flatMap((name): WorldFinding[] => {
    const tenants = contenders(world, name);
    const scales = (service: PreparedService): boolean => onlyPoolFor(world, service)?.scaling !== undefined;
    const tied = tenants.find((service) =>
      tenants.some(
        (other) => other !== service && priorityOf(other) === priorityOf(service) && (scales(service) || scales(other)),
      ),
    );
    if (!tied) return [];
    const most = mostOf(world, tenants, name);
    const names = tenants.map((each) => each.name).join(' and ');
    return [
      {
        code: 'E1303',
        path: ['pools', name, 'quota'],
        message: `${names} may grow to ${most} accelerators together, the quota is ${limitOf(world, world.pools[name]!)}, and nothing says who comes first`,
        hint: `give each a priority of its own (services.${tied.name}.priority: 10), lower max of their replicas, or raise the quota`,
      },
    ];
  });
}
