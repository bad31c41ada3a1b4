/** What ran on each pool: a service alone, or several whose replicas share its machines. */
import { jointUse, type PoolPart, partOn, type Tenant } from '../sharing/jointUse.js';
import { jointWeek } from '../sharing/jointWeek.js';
import { poolFor } from '../sharing/shares.js';
import type { PreparedPool, World } from '../world/types.js';
import type { PoolUse } from './poolUse.js';
import type { ServiceRun } from './serviceRun.js';

export interface PoolRun {
  readonly pool: PreparedPool;
  readonly tenants: readonly Tenant[];
  /** Of all tenants together: machines are counted once. */
  readonly use: PoolUse;
  readonly windowS: number;
  /** Where replicas follow a load that changes: what months are made of. */
  readonly week?: readonly PoolPart[];
}

/** The pools that are used, in the order in which services name them. */
export function poolRuns(world: World, runs: ReadonlyMap<string, ServiceRun>): readonly PoolRun[] {
  const tenants = new Map<string, Tenant[]>();
  for (const service of world.services) {
    const run = runs.get(service.name)!;
    for (const use of run.uses) {
      const tenant = { service, onPool: poolFor(world, service.name, use.pool), run, use };
      const own = tenants.get(use.pool);
      if (own) own.push(tenant);
      else tenants.set(use.pool, [tenant]);
    }
  }
  return [...tenants].map(([name, on]) => (on.length === 1 ? aloneOn(on[0]!) : together(world, name, on)));
}

function aloneOn(tenant: Tenant): PoolRun {
  const { onPool, run, use } = tenant;
  return {
    pool: onPool,
    tenants: [tenant],
    use,
    windowS: run.windowS,
    ...(run.week && {
      week: run.week.map((part) => ({ hours: part.hours, use: partOn(part.run, use.pool), windowS: part.run.windowS })),
    }),
  };
}

function together(world: World, name: string, tenants: readonly Tenant[]): PoolRun {
  const pool = world.pools[name]!;
  const windowS = Math.max(...tenants.map(({ run }) => run.windowS));
  const week = jointWeek(pool, tenants);
  return { pool, tenants, use: jointUse(pool, tenants, windowS), windowS, ...(week && { week }) };
}
