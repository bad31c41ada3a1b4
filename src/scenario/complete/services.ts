import { modelFromInline } from '../../catalog/models.js';
import { BATCHING_KEYS, ENGINE_DEFAULTS } from '../engineDefaults.js';
import { parsePath } from '../path.js';
import type { InferenceInput, LlmInput, QueueInput } from '../schema/services.js';
import type { Batching, InferenceService, LlmService, RunsOn, Service, Slo } from '../types.js';
import { completeAdapters } from './adapters.js';
import { completeAdmission } from './admission.js';
import type { Context } from './context.js';
import { given } from './context.js';
import { completeDeployment } from './deployment.js';
import { completeQueue } from './queue.js';
import { completeTraffic } from './traffic.js';

/** A service with its defaults. `onlyPool` is the pool it runs on when it names none; `isShared` says that others run on its pool. */
export const completeService = (
  input: LlmInput | InferenceInput | QueueInput,
  path: string,
  onlyPool: string | undefined,
  isShared: boolean,
  context: Context,
): Service => {
  switch (input.kind) {
    case 'llm':
      return { ...llm(input, path, onlyPool, context), ...completeDeployment(input, path, isShared, context) };
    case 'inference':
      return { ...inference(input, path, onlyPool, context), ...completeDeployment(input, path, isShared, context) };
    case 'queue':
      return completeQueue(input, path, context);
  }
};

const llm = (input: LlmInput, path: string, onlyPool: string | undefined, context: Context): LlmService => {
  const { assume } = context;
  const engine = input.engine ?? assume(`${path}.engine`, 'vllm' as const, 'the most widely used engine');
  return {
    kind: 'llm',
    model: completeModel(input.model, `${path}.model`, context),
    weights: input.weights ?? assume(`${path}.weights`, 'bf16' as const, 'what most checkpoints are published in'),
    kv_cache:
      input.kv_cache ??
      assume(`${path}.kv_cache`, 'bf16' as const, 'engines keep keys and values in 16 bits unless told otherwise'),
    engine,
    ...given({ engine_version: input.engine_version, speculative: completeSpeculative(input, path, context) }),
    batching: completeBatching(input, engine, `${path}.batching`, context),
    ...given({ adapters: completeAdapters(input.adapters, `${path}.adapters`, context) }),
    traffic: completeTraffic(input.traffic, 'llm', `${path}.traffic`, context),
    slo: (input.slo ?? {}) as Slo,
    ...given({ admission: completeAdmission(input.admission, `${path}.admission`, context) }),
    runs_on: poolOf(input.runs_on, path, onlyPool, context),
  };
};

const completeSpeculative = (input: LlmInput, path: string, { assume }: Context): LlmService['speculative'] => {
  if (input.speculative !== undefined && input.speculative.draft_model === undefined) {
    const shown = 'a head of one layer';
    assume(`${path}.speculative.draft_model`, undefined, 'drafts come from a head on the model itself, as in EAGLE', {
      shown,
    });
  }
  return input.speculative;
};

const completeBatching = (input: LlmInput, engine: LlmService['engine'], path: string, context: Context): Batching => {
  const defaults = ENGINE_DEFAULTS[engine];
  const stated = input.batching ?? {};
  for (const key of BATCHING_KEYS) {
    if (stated[key] === undefined)
      context.assume(`${path}.${key}`, defaults[key], `default of ${engine}`, {
        grade: defaults.grade,
        source: defaults.source,
      });
  }
  if (stated.preemption === 'swap' && stated.swap_space === 0) {
    context.report({
      code: 'W1702',
      severity: 'warning',
      path: parsePath(`${path}.swap_space`)!,
      message: 'without host memory nothing is swapped: preempted sequences are computed again',
      hint: 'give swap_space, for example 4 GiB, or leave preemption out',
    });
  }
  const { max_num_seqs, max_num_batched_tokens, prefix_caching, gpu_memory_utilization } = defaults;
  return {
    max_num_seqs,
    max_num_batched_tokens,
    prefix_caching,
    gpu_memory_utilization,
    preemption: 'recompute',
    ...stated,
    ...(stated.preemption === 'swap' && stated.swap_space === undefined
      ? {
          swap_space: context.assume(`${path}.swap_space`, 4 * 2 ** 30, 'default of vLLM, for each accelerator', {
            shown: '4 GiB',
            grade: 'vendor',
            source: 'vLLM engine arguments: --swap-space, 4 GiB for each GPU',
          }),
        }
      : {}),
  };
};

const inference = (
  input: InferenceInput,
  path: string,
  onlyPool: string | undefined,
  context: Context,
): InferenceService => {
  const { assume } = context;
  const batching = input.batching ?? {};
  return {
    kind: 'inference',
    model: completeModel(input.model, `${path}.model`, context),
    weights:
      input.weights ?? assume(`${path}.weights`, 'fp32' as const, 'what encoders and vision models are published in'),
    engine: input.engine ?? assume(`${path}.engine`, 'generic' as const, 'a dynamic-batching server'),
    batching: {
      max_batch:
        batching.max_batch ??
        assume(`${path}.batching.max_batch`, 1, 'batching is off unless configured, as in Triton'),
      max_delay:
        batching.max_delay ??
        assume(`${path}.batching.max_delay`, 0, 'a batch starts as soon as the model is free, as in Triton', {
          shown: '0 s',
        }),
      instances: batching.instances ?? assume(`${path}.batching.instances`, 1, 'one copy of the model'),
    },
    items_per_request: input.items_per_request ?? assume(`${path}.items_per_request`, 1, 'one item a request'),
    ...given({ denoising: input.denoising, batch_time: input.batch_time }),
    traffic: completeTraffic(input.traffic, 'inference', `${path}.traffic`, context),
    slo: (input.slo ?? {}) as Slo,
    runs_on: poolOf(input.runs_on, path, onlyPool, context),
  };
};

/** Defaults of an inline architecture are listed like all others; names are looked up by `simulate`. */
const completeModel = (input: LlmInput['model'], path: string, context: Context): LlmInput['model'] => {
  const read = typeof input === 'string' ? undefined : modelFromInline(input);
  if (read?.kind === 'found')
    for (const why of read.assumed) context.assume(path, why, 'not given in the architecture');
  return input;
};

const poolOf = <Stated extends RunsOn>(
  stated: Stated | undefined,
  path: string,
  onlyPool: string | undefined,
  context: Context,
): Stated | string => stated ?? context.assume(`${path}.runs_on`, onlyPool ?? '', 'the only pool');
