/** A service's part of its pool: the pool's machines with replicas, an autoscaler and parallelism of the service's own. */
import { poolsOf } from '../../scenario/runsOn.js';
import type { Scenario } from '../../scenario/types.js';
import { prepareScaling } from '../world/scaling.js';
import type { PreparedPool, PreparedService, World, WorldFinding } from '../world/types.js';

/** @returns `undefined` where the service takes its pool as it is */
export function shareOf(
  name: string,
  { services }: Scenario,
  pools: Readonly<Record<string, PreparedPool>>,
  findings: WorldFinding[],
): PreparedPool | undefined {
  const service = services[name]!;
  if (service.kind === 'queue') return undefined;
  const { replicas, autoscaler, parallelism } = service;
  const onPool = pools[poolsOf(service)[0] ?? ''];
  if (!onPool || (!replicas && !autoscaler && !parallelism)) return undefined;
  const own = {
    ...(replicas && { replicas }),
    ...(autoscaler && { autoscaler }),
    ...(parallelism && { parallelism }),
  };
  const pool = { ...onPool.pool, ...own };
  const { scaling: poolScaling, ...machines } = onPool;
  const at = autoscaler ? ['services', name, 'autoscaler'] : ['pools', onPool.name, 'autoscaler'];
  // Bounds of the replicas belong to the scaling.
  const scaling = autoscaler || poolScaling ? prepareScaling(at, pool, findings) : undefined;
  const isShared = Object.values(services).filter((other) => poolsOf(other).includes(onPool.name)).length > 1;
  const on = { pool, ...(scaling && { scaling }), ...(isShared && { isShared }) };
  const fallback = machines.fallback?.map(({ scaling: _, ...other }) => ({
    ...other,
    ...on,
    pool: { ...other.pool, ...own },
  }));
  return { ...machines, ...on, ...(fallback && { fallback }) };
}

/** A pool as a service has it. */
export function poolFor(world: Pick<World, 'pools' | 'shares'>, service: string, pool: string): PreparedPool {
  return world.shares[service] ?? world.pools[pool]!;
}

/** The pool of a service that has one alone, or its first. */
export function onlyPoolFor(
  world: Pick<World, 'pools' | 'shares'>,
  { name, pool }: PreparedService,
): PreparedPool | undefined {
  return pool === undefined ? undefined : poolFor(world, name, pool);
}

/** A service by its name, or the worker of a job. */
export function serviceOf({ services, jobs }: Pick<World, 'services' | 'jobs'>, name: string): PreparedService {
  return services.find((service) => service.name === name) ?? jobs.find(({ worker }) => worker?.name === name)!.worker!;
}

/** Services that run on a pool, in the order of the scenario. */
export function tenantsOf({ services }: Pick<World, 'services'>, pool: string): readonly PreparedService[] {
  return services.filter(({ service }) => poolsOf(service).includes(pool));
}
