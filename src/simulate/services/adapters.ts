/** Adapters of a service: what the latency room and the fleet need to know of them, and what is told of them. */
import { distinctAdapters } from '../../latency/adapters.js';
import type { ServingConfig } from '../../latency/config.js';
import type { AdapterPlan } from '../../latency/types.js';
import type { LlmService } from '../../scenario/types.js';
import type { AdapterResult } from '../result.js';

export function adapterConfig({ adapters }: LlmService): Pick<ServingConfig, 'adapters'> {
  if (adapters === undefined) return {};
  const { max_loaded, ...rest } = adapters;
  return { adapters: { ...rest, loaded: max_loaded } };
}

/** @param batch sequences that run together on average */
export function adapterResult(
  config: ServingConfig,
  plan: AdapterPlan | undefined,
  batch: number,
): AdapterResult | undefined {
  if (config.adapters === undefined || plan === undefined) return undefined;
  const { count } = config.adapters;
  const { loaded, bytesEach, hitRate, loadS } = plan;
  return {
    count,
    loaded,
    memory_bytes: loaded * bytesEach,
    hit_rate: hitRate,
    load_ms: 1000 * loadS,
    distinct_in_batch: distinctAdapters(config.adapters, batch),
  };
}

/** What is expected and not simulated of adapters; and where too few are loaded for a full batch. */
export function adapterWarnings(name: string, plan: AdapterPlan | undefined, maxSequences: number): string[] {
  if (plan === undefined) return [];
  const capped =
    plan.maxSequences < maxSequences
      ? [
          `services.${name}: ${plan.loaded} loaded adapters let ${plan.maxSequences} sequences run together on average, max_num_seqs is ${maxSequences}; more of adapters.max_loaded would let more`,
        ]
      : [];
  return [
    `services.${name}: which adapter a request asks for is not simulated: adapters in a batch and requests whose adapter is not loaded are as many as the popularity makes expect`,
    ...capped,
  ];
}
