/** From the conditions of a measured run to what is simulated: the replica's configuration and how many replicas there are. */
import { findAccelerator } from '../../catalog/accelerators.js';
import { missHint, missMessage } from '../../catalog/lookup.js';
import { findModel } from '../../catalog/models.js';
import type { Catalog } from '../../catalog/open.js';
import type { ModelCard } from '../../catalog/types.js';
import type { ServingConfig } from '../../latency/config.js';
import type { Profile } from '../../latency/profile.js';
import { ENGINE_DEFAULTS } from '../../scenario/engineDefaults.js';
import type { Batching, EngineName } from '../../scenario/types.js';
import type { ServingConditions } from '../measurements/servingRow.js';
import { checkpointPrecision, defaultKvPrecision, engineOf, precisionOf } from './names.js';

export interface RunConfig {
  readonly config: ServingConfig;
  /** Whole replicas behind a router. */
  readonly replicas: number;
  readonly accelerators: number;
  /** What was assumed about this run, in words. */
  readonly notes: readonly string[];
}

export interface RunOptions {
  readonly catalog: Catalog;
  /** A calibration laid over the built-in ones. */
  readonly profile?: Profile;
  /** Version to assume where a run does not state one, and why. */
  readonly assumedVersion?: { readonly version: string; readonly why: string };
}

/**
 * Degrees by the convention of measurement tables: `n_accelerators` decides; where it is tp·pp, dp ranks share those devices; where it
 * is tp·pp·dp, dp counts whole replicas, unless experts are spread over more ranks than tp (then the replicas share one set).
 */
export const layout = (
  conditions: ServingConditions,
  card: ModelCard,
):
  | (Pick<ServingConfig, 'tensor' | 'pipeline' | 'expert' | 'data' | 'accelerators'> & { readonly replicas: number })
  | string => {
  const pipeline = conditions.pipeline ?? 1;
  const stated = conditions.accelerators;
  const data = conditions.data ?? 1;
  const wide = card.moe === undefined ? 1 : (conditions.expert ?? 1);
  const tensor =
    conditions.tensor ??
    Math.max(1, stated === undefined ? 1 : Math.floor(stated / pipeline / (wide > 1 ? wide : data)));
  const inner = tensor * pipeline;
  const total = stated ?? (wide > tensor * data ? pipeline * wide : inner * data);
  if (total % inner !== 0) return `${total} accelerators do not hold whole replicas of tp ${tensor} × pp ${pipeline}`;
  const base = { tensor, pipeline, expert: wide };
  // dp inside tp·pp, or experts across the groups: one replica over all devices.
  if (total === inner) return { ...base, data, accelerators: total, replicas: 1 };
  if (wide > tensor) return { ...base, data, accelerators: total, replicas: 1 };
  return { ...base, data: 1, accelerators: inner, replicas: total / inner };
};

/** vLLM's V1 defaults for a server on devices of 70 GiB or more, A100 apart (EngineArgs.get_batch_defaults, read 2026-11). */
const largeDevice = { max_num_seqs: 1024, max_num_batched_tokens: 8192 } as const;

export const batchingOf = (conditions: ServingConditions, engine: EngineName, large: boolean): Batching => {
  const defaults = { ...ENGINE_DEFAULTS[engine], ...(large && engine === 'vllm' ? largeDevice : {}) };
  const together = conditions.load === 'static_batch' ? (conditions.batchSize ?? 1) : 1;
  const repeats = (conditions.uniquePrompts ?? 0) > 0 || conditions.sharedPrefixTokens > 0;
  return {
    max_num_seqs: Math.max(conditions.maxNumSeqs ?? defaults.max_num_seqs, together),
    max_num_batched_tokens: conditions.maxNumBatchedTokens ?? defaults.max_num_batched_tokens,
    prefix_caching: defaults.prefix_caching && repeats,
    gpu_memory_utilization: conditions.gpuMemoryUtilization ?? defaults.gpu_memory_utilization,
    preemption: 'recompute',
  };
};

/** @returns the configuration, or a sentence that says why the run cannot be simulated */
export const runConfig = (conditions: ServingConditions, options: RunOptions): RunConfig | string => {
  const accelerator = findAccelerator(options.catalog, conditions.hardware);
  if (accelerator.kind === 'not-found') return sentence(missMessage(accelerator), missHint(accelerator).hint);
  const model = findModel(options.catalog, conditions.model);
  if (model.kind === 'not-found') return sentence(missMessage(model), missHint(model).hint);
  const card = model.value;
  const engine = engineOf(conditions.framework);
  const weights =
    conditions.weightPrecision === undefined ? checkpointPrecision(card) : precisionOf(conditions.weightPrecision);
  if (weights === undefined) return `the weight precision "${conditions.weightPrecision}" is not known`;
  const kvCache =
    conditions.kvPrecision === undefined ? defaultKvPrecision(engine, weights) : precisionOf(conditions.kvPrecision);
  if (kvCache === undefined) return `the KV precision "${conditions.kvPrecision}" is not known`;
  const degrees = layout(conditions, card);
  if (typeof degrees === 'string') return degrees;
  const { replicas, ...parallel } = degrees;
  const version = conditions.frameworkVersion ?? options.assumedVersion?.version;
  const { memoryGiB = 0, architecture } = accelerator.value;
  const config: ServingConfig = {
    model: card,
    accelerator: accelerator.value,
    engine,
    ...(version === undefined ? {} : { engineVersion: version }),
    weights,
    kvCache,
    ...parallel,
    batching: batchingOf(conditions, engine, memoryGiB >= 70 && architecture !== 'Ampere'),
    typicalContextTokens: Math.max(1, (conditions.promptTokens ?? 0) + (conditions.outputTokens ?? 0) / 2),
    ...(conditions.uniquePrompts === 1 ? { identicalPrompts: true } : {}),
    ...(options.profile === undefined ? {} : { profile: options.profile }),
    assumeFits: true,
  };
  const notes =
    conditions.frameworkVersion === undefined && options.assumedVersion !== undefined
      ? [options.assumedVersion.why]
      : [];
  return { config, replicas, accelerators: (parallel.accelerators ?? 1) * replicas, notes };
};

const sentence = (message: string, hint: string | undefined): string =>
  hint === undefined ? message : `${message}; ${hint}`;
