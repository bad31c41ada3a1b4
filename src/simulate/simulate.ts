/** The main question: what does the system that the scenario describes do over its window? */
import type { DrillRecord } from '../fleet/faults/drill.js';
import type { Fault } from '../fleet/faults/faultyFleet.js';
import type { RequestSink } from '../fleet/llm/metrics.js';
import type { DecisionRow, ScalingCounts } from '../fleet/scaling/poolScaler.js';
import { mean, sum } from './arithmetic.js';
import { bottleneckOf, poolLoad } from './bottleneck.js';
import { costOf } from './cost.js';
import { energyOf } from './energy.js';
import { fingerprintOf } from './fingerprint.js';
import { fleetOfWeek } from './fleetWeek.js';
import type { RunRecord } from './record.js';
import type { PoolResult, ServiceResult, SimulationResult } from './result.js';
import { type PoolUse, type ServiceRun, serviceRun } from './serviceRun.js';
import { coldStart } from './startup.js';
import { pilotOf, type RunTask, type RunTasks, runTask, tasksOf } from './tasks.js';
import { tokenApiResult } from './tokenApiResult.js';
import { isSaturation, needsWeek, saturationTask, strataOf, stratumTask } from './weekTasks.js';
import type { PreparedPool, PreparedService, World } from './world.js';

export interface SimulateOptions {
  /** Overrides the scenario's seed. */
  readonly seed?: number;
  /** Overrides the scenario's number of replications (a quick first look, a tighter answer). */
  readonly replications?: number;
  /** Simulates this replication alone (paired comparisons look at one after the other). */
  readonly only?: number;
  /** Receives each finished request of the first replication. */
  readonly sink?: (service: string) => RequestSink;
  /** Receives each look of each autoscaler in the first replication. */
  readonly onDecision?: (service: string) => (row: DecisionRow) => void;
}

/**
 * Simulates every service of a world and prices what it used. Pure: equal worlds and seeds give equal results.
 *
 * @throws Error when an invariant of the simulation breaks (a bug of ours)
 */
export function simulate(given: World, options: SimulateOptions = {}): SimulationResult {
  const { sink, onDecision } = options;
  const { world, seed, pilots, tasksAfter } = planned(given, options);
  const tasks = tasksAfter(pilots.map((task) => runTask(world, task)));
  const records = tasks.map((task) => {
    if (task.spec.replication !== 0 || !isOfWindow(task)) return runTask(world, task);
    const watched = {
      ...(sink && { sink: sink(task.service) }),
      ...(onDecision && { onDecision: onDecision(task.service) }),
    };
    return runTask(world, { ...task, spec: { ...task.spec, ...watched } });
  });
  return assemble(world, seed, tasks, records);
}

/** The same by whoever runs tasks: on several threads, and without holding this one up. */
export async function simulateWith(
  given: World,
  options: Omit<SimulateOptions, 'sink' | 'onDecision'>,
  runTasks: RunTasks,
): Promise<SimulationResult> {
  const { world, seed, pilots, tasksAfter } = planned(given, options);
  const tasks = tasksAfter(await runTasks(world, pilots));
  return assemble(world, seed, tasks, await runTasks(world, tasks));
}

export interface Planned {
  readonly world: World;
  readonly seed: number;
  /** Runs that find warm-ups; their records decide the tasks. */
  readonly pilots: readonly RunTask[];
  readonly tasksAfter: (pilots: readonly RunRecord[], from?: number, until?: number) => RunTask[];
}

/** The world under the options, and the independent pieces that its simulation consists of. */
export function planned(given: World, options: Pick<SimulateOptions, 'seed' | 'replications' | 'only'>): Planned {
  const { replications, only } = options;
  const world = replications === undefined ? given : { ...given, scenario: { ...given.scenario, replications } };
  const seed = options.seed ?? world.scenario.seed;
  const pilots = world.services.flatMap((prepared) =>
    [
      pilotOf(world, prepared, seed),
      needsWeek(world, prepared) ? saturationTask(world, prepared, seed) : undefined,
    ].filter((task) => task !== undefined),
  );
  return {
    world,
    seed,
    pilots,
    tasksAfter: (records, from = only ?? 0, until = only === undefined ? undefined : only + 1) =>
      world.services.flatMap((prepared) => {
        const own = (isOne: (task: RunTask) => boolean): RunRecord | undefined =>
          records[pilots.findIndex((task) => task.service === prepared.name && isOne(task))];
        const window = tasksOf(
          world,
          prepared,
          seed,
          own((task) => !isSaturation(task)),
          from,
          until,
        );
        if (!needsWeek(world, prepared) || from !== (only ?? 0)) return window;
        const strata = strataOf(world, prepared, own(isSaturation));
        return [...window, ...strata.map((stratum, i) => stratumTask(world, prepared, stratum, seed, from, i))];
      }),
  };
}

/** The result of a simulation from the records of its tasks, in the tasks' order. */
export function assemble(
  world: World,
  seed: number,
  tasks: readonly RunTask[],
  records: readonly RunRecord[],
): SimulationResult {
  const runs = new Map<string, ServiceRun>();
  for (const prepared of world.services) {
    const own = records
      .map((record, i) => ({ record, ...tasks[i]! }))
      .filter(({ service }) => service === prepared.name);
    const window = own.filter(isOfWindow).map(({ record }) => record);
    const week = own.flatMap(({ record, standsForHours }) =>
      standsForHours === undefined ? [] : [{ hours: standsForHours, run: serviceRun(world, prepared, [record]) }],
    );
    runs.set(prepared.name, { ...serviceRun(world, prepared, window), ...(week.length > 0 && { week }) });
  }
  const services: Record<string, ServiceResult> = {};
  const warnings = [...world.warnings];
  for (const [name, run] of runs) {
    services[name] = run.result;
    warnings.push(...run.warnings);
  }
  const pools = poolResults(world, runs);
  for (const [name, { quota_used }] of Object.entries(pools)) {
    const { quota } = world.pools[name]!.pool;
    if (quota_used !== null && quota_used > 1)
      warnings.push(`pools.${name}: needs ${Math.round(quota_used * quota!)} accelerators, the quota is ${quota}`);
  }
  const all = [...runs.values()];
  for (const [name, { failures }] of Object.entries(pools)) {
    if (failures?.by_kind['node'] === undefined || Object.values(failures.by_kind).some((count) => count > 0)) continue;
    const hours = Number((sum(all.map((run) => run.windowS * run.replications)) / all.length / 3600).toPrecision(3));
    warnings.push(
      `pools.${name}: no machine failed in the simulated ${hours} h; a longer window shows what failures do`,
    );
  }
  const windowS = Math.max(...all.map((run) => run.windowS));
  const cost = costOf(world, runs, windowS);
  for (const [name, run] of runs) {
    const own = run.uses.map(({ pool }) => pool);
    services[name] = { ...services[name]!, ...tokenApiResult(run, world.tokenApi, own, cost) };
  }
  return {
    schema_version: '1',
    fingerprint: fingerprintOf(world, seed),
    name: world.scenario.name,
    window_s: windowS,
    warmup_s: Math.max(...tasks.filter(isOfWindow).map((task) => task.spec.warmupS)),
    replications: Math.max(...all.map((run) => run.replications)),
    services,
    pools,
    cost,
    energy: energyOf(world, runs, windowS),
    bottleneck: bottleneckOf(world, runs),
    warnings,
  };
}

/** Not a run of a load level of the week. */
const isOfWindow = (task: RunTask): boolean => task.standsForHours === undefined;

function poolResults(world: World, runs: ReadonlyMap<string, ServiceRun>): Record<string, PoolResult> {
  const results: Record<string, PoolResult> = {};
  for (const service of world.services) {
    const run = runs.get(service.name)!;
    for (const use of run.uses) results[use.pool] = poolResult(world, service, run, use);
  }
  return results;
}

function poolResult(world: World, service: PreparedService, run: ServiceRun, use: PoolUse): PoolResult {
  const { pool, hardware } = world.pools[use.pool]!;
  const accelerators = use.replicas.max * use.acceleratorsPerReplica;
  return {
    instance: hardware.instance ? `${hardware.instance.provider}/${hardware.instance.type}` : (pool.accelerator ?? ''),
    accelerator: hardware.accelerator?.name ?? '',
    accelerators_per_replica: use.acceleratorsPerReplica,
    utilization: { mean: use.utilization, of_capacity: poolLoad(service, run, use) },
    replicas: use.replicas,
    ...(use.kvUtilization && { kv_utilization: use.kvUtilization }),
    ...(use.batchSize && { batch_size: use.batchSize }),
    instances_billed: use.instances.mean,
    ...(run.week && { week: fleetOfWeek(use.pool, run.week) }),
    ...(use.scaling && { autoscaling: autoscalingOf(service, world.pools[use.pool]!, use.scaling) }),
    ...(use.faults && { failures: failuresOf(use.faults, world.pools[use.pool]!) }),
    ...(use.drills && { drills: drillResults(use.drills) }),
    quota_used: pool.quota === undefined ? null : accelerators / pool.quota,
  };
}

function failuresOf(
  faults: readonly Fault[],
  { pool, spot }: World['pools'][string],
): NonNullable<PoolResult['failures']> {
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
  };
}
