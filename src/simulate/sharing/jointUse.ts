/** What services that share a pool use of it together: machines are counted once, under what all replicas hold. */
import { mean, ratio, sum } from '../arithmetic.js';
import type { PoolUse } from '../results/poolUse.js';
import type { ServiceRun } from '../results/serviceRun.js';
import { instancesBilled } from '../services/instances.js';
import type { PreparedPool, PreparedService } from '../world/types.js';
import { heldSteps, machineRuns, mostHeld, type Place } from './jointMachines.js';

/** A service on a pool. */
export interface Tenant {
  readonly service: PreparedService;
  /** The pool as the service has it. */
  readonly onPool: PreparedPool;
  readonly run: ServiceRun;
  readonly use: PoolUse;
}

/** A load level of the week, and the hours that it stands for. */
export interface PoolPart {
  readonly hours: number;
  readonly use: PoolUse;
  readonly windowS: number;
}

/** What several services use of a pool, as if they were one. */
export function jointUse(
  pool: PreparedPool,
  tenants: readonly Pick<Tenant, 'use' | 'service'>[],
  windowS: number,
): PoolUse {
  const uses = tenants.map(({ use }) => use);
  const seconds = uses.map((use) => use.replicas.mean * unitsOf(use));
  const replicas = sum(uses.map((use) => use.replicas.mean));
  const units = sum(seconds);
  const common = {
    pool: pool.name,
    share: 1,
    utilization: ratio(sum(uses.map((use, i) => use.utilization * seconds[i]!)), units),
    most: sum(uses.map((use) => use.most)),
    acceleratorsPerReplica: ratio(sum(uses.map((use) => use.replicas.mean * use.acceleratorsPerReplica)), replicas),
    ...(uses.some(({ egressBytes }) => egressBytes !== undefined) && {
      egressBytes: sum(uses.map(({ egressBytes }) => egressBytes ?? 0)),
    }),
  };
  const replications = Math.max(0, ...uses.map(({ places }) => places?.length ?? 0));
  if (replications === 0) {
    const held = sum(uses.map((use) => use.replicas.max * unitsOf(use)));
    const machines = instancesBilled(held, 1, perInstanceOf(pool));
    return {
      ...common,
      replicas: { mean: replicas, max: sum(uses.map((use) => use.replicas.max)) },
      accelerators: { mean: held, max: held },
      instances: { mean: machines, max: machines },
    };
  }
  const steps = Array.from({ length: replications }, (_, r) =>
    heldSteps(uses.flatMap((use) => placesOf(use, unitsOf(use), r, windowS))),
  );
  const nodes = steps.map((each) =>
    machineRuns(each, perInstanceOf(pool), pool.pool.startup?.keep_nodes ?? 0, windowS),
  );
  const counts = Array.from({ length: replications }, (_, r) =>
    mostHeld(heldSteps(uses.flatMap((use) => placesOf(use, 1, r, windowS))), windowS),
  );
  const machines = nodes.map((each) => mostHeld(heldSteps(each.map((run) => ({ ...run, accelerators: 1 }))), windowS));
  return {
    ...common,
    replicas: { mean: replicas, max: Math.max(...counts) },
    accelerators: { mean: units, max: Math.max(...steps.map((each) => mostHeld(each, windowS))) },
    instances: {
      mean: mean(nodes.map((each) => sum(each.map(({ startS, endS }) => endS - startS)) / windowS)),
      max: Math.max(...machines),
    },
    nodes,
  };
}

/** The places of a service's replicas in one replication; those of a fixed fleet hold throughout. */
export function placesOf(
  { places, replicas }: PoolUse,
  accelerators: number,
  replication: number,
  windowS: number,
): readonly Place[] {
  const own = places?.[replication];
  if (own) return own.map((each) => ({ ...each, accelerators }));
  return replicas.max === 0 ? [] : [{ startS: 0, endS: windowS, accelerators: replicas.max * accelerators }];
}

/** What a replica counts for among machines: its accelerators; on machines without any, a whole machine. */
export const unitsOf = ({ acceleratorsPerReplica }: Pick<PoolUse, 'acceleratorsPerReplica'>): number =>
  acceleratorsPerReplica === 0 ? 1 : acceleratorsPerReplica;

export const perInstanceOf = ({ hardware }: PreparedPool): number =>
  hardware.accelerator ? hardware.acceleratorsPerInstance : 1;

/** A run's part on one of its pools. */
export function partOn({ uses }: ServiceRun, pool: string): PoolUse {
  return uses.find((use) => use.pool === pool)!;
}
