import * as z from 'zod';
import { size } from '../quantities.js';
import { adapters } from './adapters.js';
import { admission } from './admission.js';
import { deploymentKeys } from './deployment.js';
import { durations } from './distributions.js';
import {
  anyDuration,
  count,
  either,
  fraction,
  named,
  optional,
  positiveDuration,
  quantity,
  strict,
  text,
} from './primitives.js';
import { llmSlo, plainSlo } from './slo.js';
import { chainKeys, stationKeys } from './stations.js';
import { inferenceTraffic, llmTraffic, queueTraffic } from './traffic.js';

export const PRECISIONS = ['fp32', 'bf16', 'fp16', 'fp8', 'int8', 'int4', 'fp4'] as const;
export const ENGINES = [
  'vllm',
  'tensorrt-llm',
  'sglang',
  'tgi',
  'deepspeed-mii',
  'jetstream',
  'llama.cpp',
  'generic',
] as const;

export const precision = () => z.enum(PRECISIONS);
export const model = () =>
  either('expected the name of a model, or a map that describes its architecture', [
    text().describe('name or alias of a model card'),
    z.record(z.string(), z.unknown()).describe('an inline architecture, with the keys of a model card'),
  ]).describe('the model that is served');
const engine = () => z.enum(ENGINES).describe('serving engine');
const phasePool = (expected: string) =>
  z
    .string({ error: () => `expected ${expected}` })
    .trim()
    .min(1);
/** One pool, or several whose replicas serve the same requests. */
const runsOnSeveral = () =>
  either('expected the name of a pool, a list of pools, or { prefill: POOL, decode: POOL }', [
    text().describe('name of a pool'),
    z.array(text()).min(1).describe('pools whose replicas serve the same requests'),
    strict({
      prefill: phasePool('the pool that computes prompts, as in { prefill: A, decode: B }').describe(
        'pool that computes prompts',
      ),
      decode: phasePool('the pool that decodes, as in { prefill: A, decode: B }').describe('pool that decodes'),
    }).describe('disaggregated serving: keys and values go from one pool to the other'),
  ]).describe('pool, list of pools, or pools by phase; the only pool unless given');
const runsOn = () => text().describe('name of a pool; the only pool unless given');

/** Precision and engine of a language model. */
export const serving = () => ({
  weights: optional(() => precision().describe('precision of the weights')),
  kv_cache: optional(() => precision().describe('precision of keys and values')),
  engine: optional(engine),
  engine_version: optional(() => text().describe('version of the engine, quoted')),
});

export const llmBatching = () =>
  strict({
    max_num_seqs: optional(() => count(1, 65_536).describe('sequences in the batch at most')),
    max_num_batched_tokens: optional(() => count(1, 1_048_576).describe('tokens of one step at most')),
    prefix_caching: optional(() => z.boolean().describe('keep and reuse the KV cache of common prefixes')),
    gpu_memory_utilization: optional(() =>
      fraction({ above: 0, max: 1 }).describe('share of device memory the engine may use'),
    ),
    max_model_len: optional(() => count().describe('longer requests are rejected')),
    preemption: optional(() =>
      z.enum(['recompute', 'swap']).describe('what happens to a sequence that loses its KV blocks'),
    ),
    swap_space: optional(() =>
      quantity(size).describe('host memory for each accelerator, for example 4 GiB; with preemption: swap'),
    ),
  }).describe('limits of the scheduler, under their vLLM names');

export const inferenceBatching = () =>
  strict({
    max_batch: optional(() => count(1, 65_536).describe('requests in a batch at most')),
    max_delay: optional(() => anyDuration().describe('longest wait for a batch to fill')),
    instances: optional(() => count(1, 4096).describe('copies of the model in one replica')),
  }).describe('dynamic batching');

/** A language model behind a continuous-batching engine. */
const llmService = () =>
  strict({
    kind: z.literal('llm').describe('a language model'),
    model: model(),
    ...serving(),
    batching: optional(llmBatching),
    speculative: optional(() =>
      strict({
        tokens: count(1, 64).describe('draft tokens per step'),
        acceptance: fraction().describe('probability that a draft token is accepted'),
        draft_model: optional(() => text().describe('model card of the draft')),
      }).describe('speculative decoding'),
    ),
    adapters: optional(() => adapters().describe('low-rank adapters (LoRA) on the model')),
    traffic: llmTraffic().describe('load on the service'),
    slo: optional(() => llmSlo().describe('objectives')),
    admission: optional(() => admission().describe('who is turned away at the gateway')),
    runs_on: optional(runsOnSeveral),
    ...deploymentKeys(),
  });

/** An encoder, vision, recommender or other model behind a dynamic-batching server. */
const inferenceService = () =>
  strict({
    kind: z.literal('inference').describe('a model that answers in one pass'),
    model: model(),
    weights: optional(() => precision().describe('precision of the weights')),
    engine: optional(engine),
    batching: optional(inferenceBatching),
    items_per_request: optional(() => count().describe('items (documents, images) in a request')),
    denoising: optional(() =>
      strict({
        steps: optional(() =>
          count(1, 1000).describe(
            "denoising steps of an image; as many as the model's own pipeline takes unless given",
          ),
        ),
        guidance: optional(() =>
          z
            .boolean()
            .describe('whether each step computes the image with the prompt and without (classifier-free guidance)'),
        ),
      }).describe('how an image is made (diffusion models)'),
    ),
    batch_time: optional(() =>
      z
        .array(
          strict({
            batch: count().describe('items in the batch'),
            time: positiveDuration().describe('time of the batch'),
          }),
        )
        .min(1)
        .describe('measured time by batch size, instead of the roofline'),
    ),
    traffic: inferenceTraffic().describe('load on the service'),
    slo: optional(() => plainSlo().describe('objectives')),
    runs_on: optional(runsOn),
    ...deploymentKeys(),
  });

/** A station of servers with a service-time distribution, or several with requests going from one to another. */
const queueService = () =>
  strict({
    kind: z.literal('queue').describe('servers with a service-time distribution'),
    service_time: optional(() => durations().describe('distribution of service times')),
    ...stationKeys(),
    feedback: optional(() =>
      fraction({ min: 0, max: 0.999999 }).describe('probability that a served request joins the tail again'),
    ),
    ...chainKeys(),
    classes: optional(() =>
      z
        .array(
          strict({
            name: text().describe('name of the class'),
            share: fraction({ above: 0, max: 1 }).describe('share of arrivals'),
          }),
        )
        .min(1)
        .describe('classes of arrivals, highest priority first'),
    ),
    traffic: queueTraffic().describe('load on the service'),
    slo: optional(() => plainSlo().describe('objectives')),
    runs_on: optional(() => text().describe('pool that prices the servers')),
  }).meta({ oneOf: [{ required: ['service_time'] }, { required: ['stations'] }] });

/** All services by name. */
export const services = () => named(z.discriminatedUnion('kind', [llmService(), inferenceService(), queueService()]));

export type LlmInput = z.output<ReturnType<typeof llmService>>;
export type InferenceInput = z.output<ReturnType<typeof inferenceService>>;
export type QueueInput = z.output<ReturnType<typeof queueService>>;
