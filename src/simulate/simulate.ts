import type { RequestSink } from '../fleet/llm/metrics.js';
import type { DecisionRow } from '../fleet/scaling/poolScaler.js';
import { sum } from './arithmetic.js';
import { fingerprintOf } from './fingerprint.js';
import { jobResults, jobWarnings } from './jobs/jobResult.js';
import { jobRuns } from './jobs/jobRuns.js';
import { jobTasks } from './jobs/jobTasks.js';
import type { ServiceResult, SimulationResult } from './result.js';
import { bottleneckOf } from './results/bottleneck.js';
import { costOf } from './results/cost.js';
import { energyOf } from './results/energy.js';
import { poolResult } from './results/poolResult.js';
import { poolRuns } from './results/poolRuns.js';
import type { RunRecord } from './results/record.js';
import { type ServiceRun, serviceRun, type WeekPart } from './results/serviceRun.js';
import { tokenApiResult } from './results/tokenApiResult.js';
import { headroomChecks, withHeadroom } from './services/headroom.js';
import { contendedWeekTasks } from './sharing/contendedWeek.js';
import { isContended } from './sharing/sharedQuota.js';
import { serviceOf } from './sharing/shares.js';
import { pilotOf, type RunTask, type RunTasks, runTask, tasksOf } from './tasks.js';
import { isSaturation, needsWeek, saturationTask, strataOf, stratumTask } from './week/weekTasks.js';
import type { World } from './world/world.js';

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
  const checks = headroomChecks(world);
  const runs = checks.map((check) => check.world && simulateWindow(check.world, options));
  return withHeadroom(assemble(world, seed, tasks, records), checks, runs);
}

/** The window alone, without the load levels of a week. */
function simulateWindow(given: World, { sink: _, onDecision: __, ...options }: SimulateOptions): SimulationResult {
  const { world, seed, pilots, tasksAfter } = planned(given, { ...options, windowOnly: true });
  const tasks = tasksAfter(pilots.map((task) => runTask(world, task)));
  return assemble(
    world,
    seed,
    tasks,
    tasks.map((task) => runTask(world, task)),
  );
}

/** The same by whoever runs tasks: on several threads, and without holding this one up. */
export async function simulateWith(
  given: World,
  options: Omit<SimulateOptions, 'sink' | 'onDecision'>,
  runTasks: RunTasks,
): Promise<SimulationResult> {
  const { world, seed, pilots, tasksAfter } = planned(given, options);
  const tasks = tasksAfter(await runTasks(world, pilots));
  const checks = headroomChecks(world);
  const [records, ...runs] = await Promise.all([
    runTasks(world, tasks),
    ...checks.map((check) => check.world && simulateWindowWith(check.world, options, runTasks)),
  ] as const);
  return withHeadroom(assemble(world, seed, tasks, records), checks, runs);
}

/** The window alone, by whoever runs tasks. */
export async function simulateWindowWith(
  given: World,
  options: Omit<SimulateOptions, 'sink' | 'onDecision'>,
  runTasks: RunTasks,
): Promise<SimulationResult> {
  const { world, seed, pilots, tasksAfter } = planned(given, { ...options, windowOnly: true });
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
export function planned(
  given: World,
  options: Pick<SimulateOptions, 'seed' | 'replications' | 'only'> & { readonly windowOnly?: boolean },
): Planned {
  const { replications, only, windowOnly = false } = options;
  const world = replications === undefined ? given : { ...given, scenario: { ...given.scenario, replications } };
  const seed = options.seed ?? world.scenario.seed;
  const pilots = world.services.flatMap((prepared) =>
    [
      pilotOf(world, prepared, seed),
      !windowOnly && needsWeek(world, prepared) && !isContended(world, prepared.pool!)
        ? saturationTask(world, prepared, seed)
        : undefined,
    ].filter((task) => task !== undefined),
  );
  return {
    world,
    seed,
    pilots,
    tasksAfter: (records, from = only ?? 0, until = only === undefined ? undefined : only + 1) => {
      const each = world.services.flatMap((prepared) => {
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
        if (windowOnly || !needsWeek(world, prepared) || from !== (only ?? 0)) return window;
        if (isContended(world, prepared.pool!)) return [...window, ...contendedWeekTasks(world, prepared, seed, from)];
        const strata = strataOf(world, prepared, own(isSaturation));
        return [...window, ...strata.map((stratum, i) => stratumTask(world, prepared, stratum, seed, from, i))];
      });
      // More replications of the window follow the jobs no further.
      const ofJobs = from === (only ?? 0) ? jobTasks(world, seed, jobReplications(each), from) : [];
      return withCommonWarmups(world, [...each, ...ofJobs]);
    },
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
    const week = own.flatMap(({ record, standsForHours, hoursOfWeek, spec: { level, startHour } }): WeekPart[] =>
      standsForHours === undefined
        ? []
        : [
            {
              hours: standsForHours,
              ...(level === undefined ? { startHour } : { level }),
              ...(hoursOfWeek && { at: hoursOfWeek }),
              run: serviceRun(world, prepared, [record]),
            },
          ],
    );
    runs.set(prepared.name, { ...serviceRun(world, prepared, window), ...(week.length > 0 && { week }) });
  }
  const services: Record<string, ServiceResult> = {};
  const warnings = [...world.warnings];
  for (const [name, run] of runs) {
    services[name] = run.result;
    warnings.push(...run.warnings);
  }
  const onPools = poolRuns(world, runs);
  const pools = Object.fromEntries(onPools.map((run) => [run.pool.name, poolResult(run)]));
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
  const ofJobs = jobRuns(world, tasks, records, jobReplications(tasks));
  const jobs = ofJobs && jobResults(world, ofJobs);
  if (jobs) warnings.push(...jobWarnings(jobs));
  const cost = costOf(world, runs, onPools, windowS);
  for (const [name, run] of runs) {
    const own = run.uses.map(({ pool }) => pool);
    services[name] = { ...services[name]!, ...tokenApiResult(name, run, world.tokenApi, own, cost) };
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
    ...(jobs && { jobs }),
    cost,
    energy: energyOf(onPools, windowS),
    bottleneck: bottleneckOf(world, runs),
    warnings,
  };
}

/** Not a run of a load level of the week, or of what jobs need. */
const isOfWindow = (task: RunTask): boolean => task.standsForHours === undefined && task.forJobs === undefined;

/** Services that contend for a quota are simulated over the same time: the longest warm-up of theirs is that of all. */
function withCommonWarmups(world: World, tasks: readonly RunTask[]): RunTask[] {
  // Windows, load levels of the week and what jobs need are simulated apart.
  const groupOf = ({ service, forJobs, hoursOfWeek }: RunTask): string | undefined => {
    const { pool } = serviceOf(world, service);
    if (forJobs === 'rate' || pool === undefined || !isContended(world, pool)) return undefined;
    return `${pool} ${forJobs ?? (hoursOfWeek ? 'week' : 'window')}`;
  };
  const longest = new Map<string | undefined, number>();
  for (const task of tasks) {
    const group = groupOf(task);
    longest.set(group, Math.max(longest.get(group) ?? 0, task.spec.warmupS));
  }
  return tasks.map((task) => {
    const group = groupOf(task);
    return group === undefined ? task : { ...task, spec: { ...task.spec, warmupS: longest.get(group)! } };
  });
}

/** Jobs are followed as often as windows are simulated at first. */
const jobReplications = (tasks: readonly RunTask[]): number => {
  const leftover = tasks.filter(({ forJobs }) => forJobs === 'leftover');
  const counts = new Map<string, number>();
  for (const { service } of leftover.length > 0 ? leftover : tasks.filter(isOfWindow))
    counts.set(service, (counts.get(service) ?? 0) + 1);
  return Math.max(1, ...counts.values());
};
