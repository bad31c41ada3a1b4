/** How much a pool may hold. */
import { instancesFor } from '../../billing/usage.js';
import { sum } from '../arithmetic.js';
import { acceleratorsPerReplica, mostReplicas } from '../services/instances.js';
import type { PreparedJob, PreparedPool, PreparedService, World, WorldFinding } from '../world/types.js';
import { poolFor, tenantsOf } from './shares.js';

type Services = Pick<World, 'services' | 'pools' | 'shares'>;

/**
 * Accelerators (machines, where there are none) that a pool may hold: its quota; without one, the machines that its services may need or
 * that are committed to.
 */
export function limitOf(world: Services, onPool: PreparedPool): number {
  const { name, pool, hardware, purchase } = onPool;
  if (pool.quota !== undefined && hardware.accelerator) return pool.quota;
  const per = hardware.accelerator ? hardware.acceleratorsPerInstance : 1;
  const units = sum(tenantsOf(world, name).map((service) => mostUnits(world, service, name)));
  return Math.max(instancesFor(units, per), purchase.committed1y + purchase.committed3y) * per;
}

/** The most that a service may hold of a pool: accelerators, or machines where there are none. */
export function mostUnits(world: Services, service: PreparedService, pool: string): number {
  const onPool = poolFor(world, service.name, pool);
  const lane = service.kind === 'llm' ? { ...service, ...service.lanes.find((each) => each.pool === pool)! } : service;
  return mostReplicas(lane, onPool) * Math.max(1, acceleratorsPerReplica(lane, onPool));
}

/** Jobs that need more at once than their pool may hold, whatever services leave. */
export function oversizedJobs(world: Services, jobs: readonly PreparedJob[]): WorldFinding[] {
  return jobs.flatMap(({ name, job, pool, accelerators }): WorldFinding[] => {
    const limit = limitOf(world, world.pools[pool]!);
    if (accelerators <= limit) return [];
    const of = world.pools[pool]!.pool.quota === undefined ? 'machines of its services have' : 'quota is';
    return [
      {
        code: 'E1303',
        path: ['jobs', name, job.kind === 'training' ? 'accelerators' : 'runs_on'],
        message: `it needs ${accelerators} accelerators at once; on the pool "${pool}" the ${of} ${limit}`,
        hint: 'give the pool a larger quota, or the job fewer accelerators',
      },
    ];
  });
}
