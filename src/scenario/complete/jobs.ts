/** Batch and training jobs with their defaults. */

import type { InferenceJobInput, JobInput, LlmJobInput, TrainingJobInput } from '../schema/jobs.js';
import type { DeadlineInput } from '../schema/weekTime.js';
import type { Job, LlmJob, TrainingJob } from '../types/jobs.js';
import type { InferenceService, LlmService } from '../types.js';
import type { Context } from './context.js';
import { given } from './context.js';
import { completeService } from './services.js';

const DAY_S = 86_400;
/** Results of a batch are written as they come: what is lost with a worker is what it had in hand (assumed). */
const USUAL_BATCH_CHECKPOINT_S = 60;
/** Trainers save every some hundred steps (assumed). */
const USUAL_TRAINING_CHECKPOINT_S = 1800;
/** Loading a checkpoint, communicators, compilation (assumed; Llama 3 reports automated restarts of some minutes). */
const USUAL_TRAINING_STARTUP_S = 300;

/** @param onlyPool the pool where the job names none */
export const completeJob = (input: JobInput, path: string, onlyPool: string | undefined, context: Context): Job =>
  input.kind === 'training' ? training(input, path, onlyPool, context) : batch(input, path, onlyPool, context);

const batch = (
  input: LlmJobInput | InferenceJobInput,
  path: string,
  onlyPool: string | undefined,
  context: Context,
): Job => {
  const { assume } = context;
  const common = {
    ...commonOf(input, path, onlyPool, context),
    checkpoint:
      input.checkpoint ??
      assume(`${path}.checkpoint`, USUAL_BATCH_CHECKPOINT_S, 'results are written as they come', { shown: '1 min' }),
    requests: input.requests,
    startup: input.startup ?? assume(`${path}.startup`, 'auto' as const, 'weights and engine, as for a replica'),
    ...given({ workers: input.workers }),
  };
  const { runs_on } = common;
  const ofWorker = asWorker(path, context);
  if (input.kind === 'llm') {
    const { model, weights, kv_cache, engine, engine_version, batching, parallelism } = input;
    const { prompt_tokens, output_tokens, shared_prefix_tokens } = input;
    const traffic = { rate: 1, ...given({ prompt_tokens, output_tokens, shared_prefix_tokens }) };
    const stated = given({ weights, kv_cache, engine, engine_version, batching, parallelism });
    const service = { kind: 'llm' as const, model, traffic, runs_on, ...stated };
    return {
      kind: 'llm',
      ...common,
      worker: completeService(service, path, runs_on, false, ofWorker) as LlmService,
    } satisfies LlmJob;
  }
  const { model, weights, batching, items_per_request, prompt_tokens } = input;
  const traffic = { rate: 1, ...given({ prompt_tokens }) };
  const service = {
    kind: 'inference' as const,
    model,
    traffic,
    runs_on,
    ...given({ weights, batching, items_per_request }),
  };
  return {
    kind: 'inference',
    ...common,
    worker: completeService(service, path, runs_on, false, ofWorker) as InferenceService,
  };
};

/** A worker is completed as a service; its load is the job itself, so what is assumed of arrivals is not said. */
const asWorker = (path: string, context: Context): Context => ({
  ...context,
  assume: (at, value, why, options) => {
    const own = at.replace(`${path}.traffic.`, `${path}.`);
    return [`${path}.arrivals`, `${path}.shape`].includes(own) ? value : context.assume(own, value, why, options);
  },
  report: (finding) =>
    context.report({ ...finding, path: finding.path.filter((part, i) => !(i === 2 && part === 'traffic')) }),
});

const training = (
  input: TrainingJobInput,
  path: string,
  onlyPool: string | undefined,
  context: Context,
): TrainingJob => {
  const { assume } = context;
  const { tensor, pipeline, expert, context: ring } = input.parallelism ?? {};
  if (input.parallelism === undefined)
    assume(`${path}.parallelism`, undefined, 'found by the planner of training steps', {
      shown: 'the fastest layout that fits',
    });
  const method = input.method ?? assume(`${path}.method`, 'full' as const, 'all weights are trained');
  return {
    kind: 'training',
    ...commonOf(input, path, onlyPool, context),
    model: input.model,
    method,
    lora_rank: input.lora_rank ?? (method === 'full' ? 16 : assume(`${path}.lora_rank`, 16, 'a common rank')),
    precision: input.precision ?? assume(`${path}.precision`, 'bf16' as const, 'mixed precision in 16 bits'),
    optimizer: input.optimizer ?? assume(`${path}.optimizer`, 'adamw' as const, 'the most widely used optimiser'),
    accelerators: input.accelerators,
    parallelism: given({ tensor, pipeline, expert, context: ring }),
    sequence_tokens: input.sequence_tokens,
    global_batch: input.global_batch,
    ...given({ tokens: input.tokens, steps: input.steps }),
    checkpoint:
      input.checkpoint ??
      assume(`${path}.checkpoint`, USUAL_TRAINING_CHECKPOINT_S, 'trainers save about twice an hour', {
        shown: '30 min',
      }),
    startup:
      input.startup ??
      assume(`${path}.startup`, USUAL_TRAINING_STARTUP_S, 'loading a checkpoint, compiling', { shown: '5 min' }),
  };
};

const commonOf = (input: JobInput, path: string, onlyPool: string | undefined, { assume }: Context) => {
  const start = input.start ?? assume(`${path}.start`, 0, 'the beginning of the week', { shown: 'Mon 00:00' });
  return {
    runs_on: input.runs_on ?? assume(`${path}.runs_on`, onlyPool ?? '', 'the only pool'),
    priority: input.priority ?? 0,
    start,
    ...given({ deadline: input.deadline && deadlineS(input.deadline, start) }),
  };
};

/** Seconds from the start; a time of the day is the first after it. */
const deadlineS = (deadline: DeadlineInput, start: number): number => {
  if ('afterS' in deadline) return deadline.afterS;
  const after = (deadline.clockS - (start % DAY_S) + DAY_S) % DAY_S;
  return after === 0 ? DAY_S : after;
};
