/** A simulation cut into pieces that do not depend on each other: one replication of one service each. */
import { runInference } from './inferenceService.js';
import { runLlm } from './llmService.js';
import { runQueue } from './queueService.js';
import type { RunRecord } from './record.js';
import type { RunSpec } from './runSpec.js';
import { detectWarmup } from './warmup.js';
import { busiestWindow, runPlan } from './window.js';
import type { PreparedService, World } from './world.js';

export interface RunTask {
  readonly service: string;
  readonly spec: RunSpec;
}

/** Runs a task; equal worlds and tasks give equal records, wherever they run. */
export function runTask(world: World, task: RunTask): RunRecord {
  return runService(world, world.services.find((service) => service.name === task.service)!, task.spec);
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

/** The tasks of a service, replications `from` to `until` (exclusive), after finding its warm-up where none is given. */
export function tasksOf(world: World, prepared: PreparedService, seed: number, from = 0, until?: number): RunTask[] {
  const { name, service } = prepared;
  const plan = runPlan(world.scenario, service);
  const { startHour } = busiestWindow(service.traffic.shape.weights, plan.windowS);
  const common = { seed, windowS: plan.windowS, batches: plan.batches, startHour };
  const warmupS =
    plan.warmupS ??
    detectWarmup(plan.windowS ?? 0, (probe) => {
      runService(world, prepared, { ...common, replication: -1, warmupS: 0, batches: 1, probe });
    });
  return Array.from({ length: (until ?? plan.replications) - from }, (_, i) => ({
    service: name,
    spec: { ...common, warmupS, replication: from + i },
  }));
}
