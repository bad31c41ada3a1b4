/** A simulation cut into pieces that do not depend on each other: one replication of one service each. */

import type { RunRecord } from './results/record.js';
import type { RunSpec } from './runSpec.js';
import { runInference } from './services/inferenceService.js';
import { runLlm } from './services/llmService.js';
import { runQueue } from './services/queueService.js';
import { contendedSpec } from './sharing/contention.js';
import { serviceOf } from './sharing/shares.js';
import { pilotSpec, warmupOf } from './warmup.js';
import { windowOf } from './week/startHour.js';
import { runPlan } from './window.js';
import type { PreparedService, World } from './world/world.js';

export interface RunTask {
  readonly service: string;
  readonly spec: RunSpec;
  /** A run of one load level of the week: the hours of it that it stands for. */
  readonly standsForHours?: number;
  /** What jobs need to know: the rate of a worker, or what a service leaves of its pool while they run. */
  readonly forJobs?: 'rate' | 'leftover';
  /** Of a run of several services' common load level: the hours of the week. */
  readonly hoursOfWeek?: readonly number[];
  /** How services of higher priority on the same pool are run beside it, where that differs from the spec. */
  readonly before?: Readonly<Record<string, Pick<RunSpec, 'level' | 'start'>>>;
}

/** Runs independent tasks and gives their records in the same order. */
export type RunTasks = (world: World, tasks: readonly RunTask[]) => Promise<RunRecord[]>;

/** Runs a task; equal worlds and tasks give equal records, wherever they run. */
export function runTask(world: World, task: RunTask): RunRecord {
  const prepared = serviceOf(world, task.service);
  const run = (service: PreparedService, spec: RunSpec): RunRecord => runService(world, service, spec);
  return run(prepared, contendedSpec(world, prepared, task, run));
}

function runService(world: World, prepared: PreparedService, spec: RunSpec): RunRecord {
  switch (prepared.kind) {
    case 'llm':
      return runLlm(world, prepared, spec);
    case 'inference':
      return runInference(world, prepared, spec);
    case 'queue':
      return runQueue(world, prepared, spec);
  }
}

/** What the replications of a service have in common. */
function commonSpec(
  world: World,
  prepared: PreparedService,
  seed: number,
): Pick<RunSpec, 'seed' | 'windowS' | 'startHour'> {
  const { windowS } = runPlan(world.scenario, prepared.service);
  return { seed, windowS, startHour: windowOf(world, prepared).startHour };
}

/** The run that finds a service's warm-up; absent where the scenario gives one, or none is dropped. */
export function pilotOf(world: World, prepared: PreparedService, seed: number): RunTask | undefined {
  if (runPlan(world.scenario, prepared.service).warmupS !== undefined) return undefined;
  return { service: prepared.name, spec: pilotSpec(commonSpec(world, prepared, seed)) };
}

/** The tasks of a service, replications `from` to `until` (exclusive); `pilot` is the record of its pilot, where it has one. */
export function tasksOf(
  world: World,
  prepared: PreparedService,
  seed: number,
  pilot: RunRecord | undefined,
  from = 0,
  until?: number,
): RunTask[] {
  const plan = runPlan(world.scenario, prepared.service);
  const warmupS = plan.warmupS ?? (pilot ? warmupOf(pilot, plan.windowS ?? 0) : 0);
  const common = { ...commonSpec(world, prepared, seed), batches: plan.batches, warmupS };
  return Array.from({ length: (until ?? plan.replications) - from }, (_, i) => ({
    service: prepared.name,
    spec: { ...common, replication: from + i },
  }));
}
