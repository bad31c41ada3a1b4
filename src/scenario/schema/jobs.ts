import * as z from 'zod';
import { duration } from '../quantities.js';
import { parallelism } from './deployment.js';
import { lengths } from './lengths.js';
import { anyDuration, count, either, named, optional, positiveDuration, quantity, strict, text } from './primitives.js';
import { inferenceBatching, llmBatching, model, precision, serving } from './services.js';
import { deadline, weekTime } from './weekTime.js';

/** What every job says of when and where it runs. */
const common = () => ({
  runs_on: optional(() => text().describe('pool whose leftover it uses; the only pool unless given')),
  priority: optional(() =>
    count(0, 1_000_000_000).describe('higher goes first; jobs of the same priority keep what they have'),
  ),
  start: optional(() => weekTime().describe('when it may start, UTC, for example Mon 22:00')),
  deadline: optional(() =>
    deadline().describe('when it must be done: after its start (8 h), or a time of the day (06:00 UTC)'),
  ),
  checkpoint: optional(() =>
    positiveDuration().describe('work between two checkpoints: a preempted worker loses what came after'),
  ),
});

const startup = () =>
  either('expected a duration or auto', [
    quantity(duration),
    z.literal('auto').describe('loading the weights and starting the engine, as for a replica'),
  ]).describe('from its accelerators to the first work of a worker');

const workers = () => count(1, 100_000).describe('workers at most; as many as the leftover holds unless given');

/** Requests to a language model, all there from the start. */
const llmJob = () =>
  strict({
    kind: z.literal('llm').describe('a language model answers a fixed number of requests'),
    model: model(),
    ...serving(),
    batching: optional(llmBatching),
    requests: count().describe('requests in all'),
    prompt_tokens: optional(() => lengths(0).describe('prompt length in tokens, shared prefix included')),
    output_tokens: optional(() => lengths(0).describe('answer length in tokens')),
    shared_prefix_tokens: optional(() => count(0).describe('leading tokens that all prompts have in common')),
    parallelism: optional(() =>
      parallelism().describe("how one worker is spread over accelerators; the pool's unless given"),
    ),
    workers: optional(workers),
    startup: optional(startup),
    ...common(),
  });

/** Items through an encoder, vision or other model that answers in one pass. */
const inferenceJob = () =>
  strict({
    kind: z.literal('inference').describe('a model that answers in one pass goes through a fixed number of requests'),
    model: model(),
    weights: optional(() => precision().describe('precision of the weights')),
    batching: optional(inferenceBatching),
    requests: count().describe('requests in all'),
    items_per_request: optional(() => count().describe('items (documents, images) in a request')),
    prompt_tokens: optional(() => lengths(0).describe('tokens of one item, for text encoders')),
    workers: optional(workers),
    startup: optional(startup),
    ...common(),
  });

/** Training or fine-tuning: all accelerators at once, or none. */
const trainingJob = () =>
  strict({
    kind: z.literal('training').describe('training or fine-tuning on several accelerators at once'),
    model: model(),
    method: optional(() => z.enum(['full', 'lora', 'qlora']).describe('which weights are trained')),
    lora_rank: optional(() => count(1, 4096).describe('rank of the adapters')),
    precision: optional(() =>
      z.enum(['bf16', 'fp16', 'fp8', 'int8', 'tf32', 'fp32']).describe('arithmetic of matrix products'),
    ),
    optimizer: optional(() =>
      z
        .enum(['adamw', 'adamw-8bit', 'lion', 'sgd-momentum', 'adafactor'])
        .describe('optimiser, whose state is kept and saved'),
    ),
    accelerators: count(1, 100_000).describe('accelerators that it needs at once'),
    parallelism: optional(() =>
      strict({
        tensor: optional(() => count(1, 1024).describe('ranks that share each layer')),
        pipeline: optional(() => count(1, 1024).describe('stages of layers')),
        expert: optional(() => count(1, 1024).describe('ranks that share the experts')),
        context: optional(() => count(1, 1024).describe('ranks that share a sequence')),
      }).describe('layout; the fastest that fits unless given'),
    ),
    sequence_tokens: count(1, 1e8).describe('tokens of a sequence'),
    global_batch: count(1, 1e7).describe('sequences of one optimiser step'),
    tokens: optional(() => count(1, 1e16).describe('tokens to train on')),
    steps: optional(() => count(1, 1e12).describe('optimiser steps, instead of tokens')),
    startup: optional(() =>
      anyDuration().describe('from its accelerators to the first step, loading a checkpoint included'),
    ),
    ...common(),
  });

/** Batch and training jobs by name. */
export const jobs = () => named(z.discriminatedUnion('kind', [llmJob(), inferenceJob(), trainingJob()]));

export type LlmJobInput = z.output<ReturnType<typeof llmJob>>;
export type InferenceJobInput = z.output<ReturnType<typeof inferenceJob>>;
export type TrainingJobInput = z.output<ReturnType<typeof trainingJob>>;
export type JobInput = LlmJobInput | InferenceJobInput | TrainingJobInput;
