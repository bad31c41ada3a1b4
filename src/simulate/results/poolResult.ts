/** A pool's part of the result. */
import type { DrillRecord } from '../../fleet/faults/drill.js';
import type { Fault } from '../../fleet/faults/faultyFleet.js';
import type { ConsolidationCounts } from '../../fleet/scaling/consolidation/consolidator.js';
import type { ScalingCounts } from '../../fleet/scaling/poolScaler.js';
import { mean, sum } from '../arithmetic.js';
import type { PoolResult, PoolTenant } from '../result.js';
import { wholeAccelerators } from '../services/instances.js';
import { coldStart } from '../services/startup.js';
import { partOn, type Tenant } from '../sharing/jointUse.js';
import { fleetOfWeek } from '../week/fleetWeek.js';
import type { PreparedPool, PreparedService } from '../world/types.js';
import { poolLoad } from './bottleneck.js';
import type { PoolRun } from './poolRuns.js';

export function poolResult({ pool: onPool, tenants, use, week }: PoolRun): PoolResult {
  const { pool, hardware } = onPool;
  const held = use.accelerators?.max ?? wholeAccelerators(use.replicas.max, use.acceleratorsPerReplica);
  const common = {
    instance: hardware.instance ? `${hardware.instance.provider}/${hardware.instance.type}` : (pool.accelerator ?? ''),
    accelerator: hardware.accelerator?.name ?? '',
    ...(hardware.slice && { slice: { profile: hardware.slice.profile, per_accelerator: hardware.slice.instances } }),
  };
  const shared = {
    instances_billed: use.instances.mean,
    ...(use.machines && {
      machines: use.machines.map(({ outOfStock, ...of }) => ({ ...of, out_of_stock: outOfStock })),
    }),
  };
  const quota_used = pool.quota === undefined ? null : held / pool.quota;
  const [only] = tenants;
  if (tenants.length === 1 && only) {
    const { autoscaling, week: ofWeek, ...rest } = tenantResult(only);
    return {
      ...common,
      ...rest,
      ...shared,
      ...(ofWeek && { week: ofWeek }),
      ...(autoscaling && { autoscaling }),
      ...(use.consolidation && { consolidation: consolidationOf(onPool, use.consolidation) }),
      ...(use.faults && { failures: failuresOf(use.faults, onPool) }),
      ...(use.drills && { drills: drillResults(use.drills) }),
      quota_used,
    };
  }
  const services = Object.fromEntries(tenants.map((tenant) => [tenant.service.name, tenantResult(tenant)]));
  return {
    ...common,
    accelerators_per_replica: use.acceleratorsPerReplica,
    utilization: {
      mean: use.utilization,
      of_capacity: Math.max(...Object.values(services).map(({ utilization }) => utilization.of_capacity)),
    },
    replicas: use.replicas,
    ...shared,
    ...(week && { week: fleetOfWeek(week) }),
    quota_used,
    services,
  };
}

function tenantResult({ service, onPool, run, use }: Tenant): PoolTenant {
  const week = run.week?.map((part) => ({
    hours: part.hours,
    use: partOn(part.run, use.pool),
    windowS: part.run.windowS,
  }));
  return {
    accelerators_per_replica: use.acceleratorsPerReplica,
    utilization: { mean: use.utilization, of_capacity: poolLoad(service, run, use) },
    replicas: use.replicas,
    ...(use.kvUtilization && { kv_utilization: use.kvUtilization }),
    ...(use.batchSize && { batch_size: use.batchSize }),
    ...(week && { week: fleetOfWeek(week) }),
    ...(use.scaling && { autoscaling: autoscalingOf(service, onPool, use.scaling) }),
    ...(use.preempted !== undefined && { replicas_preempted: use.preempted }),
  };
}

function consolidationOf(
  { consolidation }: PreparedPool,
  counts: ConsolidationCounts,
): NonNullable<PoolResult['consolidation']> {
  return {
    policy: consolidation!.kind === 'karpenter' ? consolidation!.policy : consolidation!.kind,
    removed_empty: counts.removedEmpty,
    removed_underutilized: counts.removedUnderutilized,
    replacements: counts.replacements,
    replicas_moved: counts.moved,
    looks_held_by_budget: counts.heldLooks,
  };
}

function failuresOf(faults: readonly Fault[], { pool, spot }: PreparedPool): NonNullable<PoolResult['failures']> {
  const kinds: Record<string, number> = {
    ...(pool.failures?.mtbf !== undefined && { node: 0 }),
    ...(spot && { spot: 0 }),
  };
  for (const { kind } of faults) kinds[kind] = (kinds[kind] ?? 0) + 1;
  return {
    by_kind: kinds,
    replicas_lost: sum(faults.map(({ replicas }) => replicas)),
    requests_lost: sum(faults.map(({ requests }) => requests)),
  };
}

function drillResults(byReplication: readonly (readonly DrillRecord[])[]): NonNullable<PoolResult['drills']> {
  return byReplication[0]!.map(({ name }, i) => {
    const each = byReplication.map((records) => records[i]!);
    const recovered = each.flatMap(({ recoveredAfterS }) => recoveredAfterS ?? []);
    return {
      drill: name,
      replicas_lost: mean(each.map(({ replicasLost }) => replicasLost)),
      requests_lost: mean(each.map(({ requestsLost }) => requestsLost)),
      recovered_in: recovered.length,
      recovered_after_s: recovered.length === 0 ? null : { mean: mean(recovered), max: Math.max(...recovered) },
    };
  });
}

function autoscalingOf(
  prepared: PreparedService,
  onPool: PreparedPool,
  counts: ScalingCounts,
): NonNullable<PoolResult['autoscaling']> {
  return {
    policy: onPool.scaling!.policy.kind,
    cold_start: coldStart(prepared, onPool, onPool.pool.startup!),
    decisions: counts.decisions,
    scale_ups: counts.scaleUps,
    scale_downs: counts.scaleDowns,
    replicas_started: counts.started,
    on_new_nodes: counts.onNewNodes,
    syncs_refused_by_quota: counts.refusedSyncs,
    ...(counts.outOfStockSyncs > 0 && { syncs_out_of_stock: counts.outOfStockSyncs }),
  };
}
