/** Jobs joined with the catalogs: what a worker of each occupies, does in a second, and saves. */

import type { Catalog } from '../../catalog/open.js';
import { chooseLayout } from '../../latency/training/chooseLayout.js';
import type { TrainingConfig } from '../../latency/training/config.js';
import { checkpointOf } from '../../latency/training/timeToTrain.js';
import type { InferenceJob, Job, LlmJob, TrainingJob } from '../../scenario/types/jobs.js';
import type { Scenario } from '../../scenario/types.js';
import type { Drivers } from '../drivers.js';
import { acceleratorsPerReplica } from '../services/instances.js';
import { RESTART } from '../services/scaledFleet.js';
import { startupParts } from '../services/startup.js';
import type { Calibrations } from './calibrations.js';
import { modelAt } from './model.js';
import { prepareService } from './services.js';
import type { PreparedJob, PreparedPool, WorldFinding } from './types.js';

interface Setting {
  readonly scenario: Scenario;
  readonly pools: Readonly<Record<string, PreparedPool>>;
  readonly catalog: Catalog;
  readonly drivers: Drivers;
  readonly calibrations: Calibrations;
  readonly findings: WorldFinding[];
  readonly warnings: string[];
}

/** The scenario's jobs, and after saying in `findings` what is wrong, those that could be prepared. */
export function prepareJobs(setting: Setting): PreparedJob[] {
  return Object.entries(setting.scenario.jobs ?? {}).flatMap(([name, job]) => {
    const onPool = setting.pools[job.runs_on];
    if (!onPool) return [];
    const prepared = job.kind === 'training' ? training(name, job, onPool, setting) : batch(name, job, onPool, setting);
    return prepared ? [prepared] : [];
  });
}

/** Name of a worker among services, and of its random streams; no service can have it. */
export const workerName = (job: string): string => `jobs.${job}`;

function batch(
  name: string,
  job: LlmJob | InferenceJob,
  onPool: PreparedPool,
  setting: Setting,
): PreparedJob | undefined {
  const { catalog, drivers, calibrations } = setting;
  const findings: WorldFinding[] = [];
  const warnings: string[] = [];
  const share = workerPool(job, onPool);
  const as = workerName(name);
  const worker = prepareService(
    as,
    job.worker,
    undefined,
    { [onPool.name]: share },
    catalog,
    drivers,
    calibrations,
    findings,
    warnings,
  );
  setting.findings.push(...findings.map((finding) => ({ ...finding, path: pathOfJob(finding.path, name) })));
  setting.warnings.push(...warnings.map((text) => text.replaceAll(`services.${as}`, as)));
  if (!worker || worker.kind === 'queue') return undefined;
  const startup = onPool.pool.startup ?? RESTART;
  const { loadS, initS } = startupParts(worker, share, startup);
  return {
    name,
    job,
    pool: onPool.name,
    worker,
    share,
    accelerators: Math.max(1, acceleratorsPerReplica(worker, share)),
    unit: 'requests',
    work: job.requests,
    ...(worker.kind === 'inference' && { ratePerS: inferenceRate(worker.plan) }),
    startupS: job.startup === 'auto' ? loadS + initS : job.startup,
    checkpointS: job.checkpoint,
    writeS: 0,
  };
}

/** Full batches, one after the other, on every instance. */
function inferenceRate({
  batchTimeS,
  servers,
}: {
  readonly batchTimeS: Float64Array | readonly number[];
  readonly servers: number;
}): number {
  const largest = batchTimeS.length - 1;
  return (servers * largest) / batchTimeS[largest]!;
}

/** The pool as a worker has it: alone, and without an autoscaler. */
function workerPool(job: Job, { scaling: _, ...onPool }: PreparedPool): PreparedPool {
  const { autoscaler: _autoscaler, ...pool } = onPool.pool;
  // What answers in one pass runs on one accelerator.
  const parallelism = job.kind === 'llm' ? job.worker.parallelism : { tensor: 1, pipeline: 1, expert: 1, data: 1 };
  return {
    ...onPool,
    pool: { ...pool, replicas: { min: 1, max: 1, initial: 1 }, ...(parallelism && { parallelism }) },
  };
}

const pathOfJob = (path: WorldFinding['path'], name: string): WorldFinding['path'] => {
  if (path[0] !== 'services' || path[1] !== workerName(name)) return path;
  return ['jobs', name, ...path.slice(path[2] === 'traffic' ? 3 : 2)];
};

function training(
  name: string,
  job: TrainingJob,
  onPool: PreparedPool,
  { catalog, findings }: Setting,
): PreparedJob | undefined {
  const { accelerator, instance, acceleratorsPerInstance } = onPool.hardware;
  const at = ['jobs', name];
  if (!accelerator) {
    findings.push({
      code: 'E1501',
      path: [...at, 'runs_on'],
      message: `not supported yet: training on a pool without accelerators ("${onPool.name}")`,
      hint: 'choose an instance with GPUs or TPUs',
    });
    return undefined;
  }
  const model = modelAt(['jobs', name, 'model'], job.model, catalog, findings);
  if (!model) return undefined;
  const config: TrainingConfig = {
    model,
    accelerator,
    accelerators: job.accelerators,
    ...(instance?.networkGbps !== undefined && { networkGBps: instance.networkGbps / 8 / acceleratorsPerInstance }),
    ...job.parallelism,
    precision: job.precision,
    sequenceTokens: job.sequence_tokens,
    globalBatch: job.global_batch,
    optimizer: job.optimizer,
    method: job.method,
    loraRank: job.lora_rank,
  };
  const plan = chooseLayout(config);
  if (plan.kind !== 'training-plan') {
    findings.push({ code: 'E1304', path: [...at, 'model'], message: plan.message, hint: plan.hint });
    return undefined;
  }
  const steps = job.steps ?? Math.ceil(job.tokens! / plan.tokensPerStep);
  return {
    name,
    job,
    pool: onPool.name,
    training: plan,
    accelerators: job.accelerators,
    unit: 'steps',
    work: steps,
    ratePerS: 1 / plan.stepSeconds,
    startupS: job.startup,
    checkpointS: job.checkpoint,
    writeS: checkpointOf(config).writeS,
  };
}
