import type { ServingConfig } from './config.js';
import { resolveProfile } from './resolveProfile.js';
import type { ServingPlan } from './types.js';

/** Schedulers that share the KV memory of an accelerator: one for each pipeline stage kept full (see `planServing`). */
export const lanesOf = (config: ServingConfig): number =>
  resolveProfile(config).traits.pipelineLanes ? config.pipeline : 1;

/** Bytes that one KV block takes on each accelerator of the replica. */
export const blockBytesOf = (config: ServingConfig, plan: ServingPlan): number =>
  plan.memory.kvBytes / Math.max(1, plan.kvBlocks * lanesOf(config));
