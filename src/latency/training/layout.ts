import type { ModelCard } from '../../catalog/types.js';
import type { TrainingConfig, TrainingLayout } from './config.js';

const fault = (config: TrainingConfig, degrees: Omit<TrainingLayout, 'microBatches'>): string | undefined => {
  const { model, accelerators, globalBatch } = config;
  const { tensor, pipeline, context, expert, data, virtualStages, microBatch } = degrees;
  const counts = { tensor, pipeline, context, expert, virtualStages, microBatch, accelerators, globalBatch };
  for (const [name, count] of Object.entries(counts)) {
    if (!(Number.isInteger(count) && count >= 1)) return `${name} is ${count}, not a whole number of at least 1`;
  }
  if (!Number.isInteger(data)) {
    return `${accelerators} accelerators do not hold whole copies of tensor ${tensor} × pipeline ${pipeline} × context ${context}`;
  }
  if (model.heads > 0 && model.heads % tensor !== 0) return `tensor ${tensor} does not divide ${model.heads} heads`;
  if (pipeline * virtualStages > model.layers) {
    return `${pipeline} × ${virtualStages} stages are more than the ${model.layers} layers`;
  }
  if (model.moe === undefined && expert > 1) return `expert ${expert}: ${model.name} has no experts`;
  if (model.moe !== undefined && model.moe.experts % expert !== 0) {
    return `expert ${expert} does not divide ${model.moe.experts} experts`;
  }
  if ((data * context * tensor) % expert !== 0)
    return `expert ${expert} does not divide the ${data * context * tensor} ranks of a stage`;
  return undefined;
};

/** The degrees of a job in full, or a sentence why they do not go together. A rank computes at least one micro-batch. */
export const trainingLayout = (config: TrainingConfig): TrainingLayout | string => {
  const { tensor = 1, pipeline = 1, context = 1, expert = 1, virtualStages = 1, sharding = 'optimizer' } = config;
  const data = config.accelerators / (tensor * pipeline * context);
  const perRank = config.globalBatch / data;
  const microBatch = config.microBatch ?? 1;
  const degrees = { tensor, pipeline, context, expert, data, virtualStages, sharding, microBatch };
  const wrong = fault(config, degrees);
  if (wrong !== undefined) return wrong;
  // a global batch that is smaller than the ranks leaves some idle; fractions of a micro-batch stand for mixed counts
  return {
    ...degrees,
    microBatch: Math.min(microBatch, Math.max(1, perRank)),
    microBatches: Math.max(1, perRank / microBatch),
  };
};

/** What an accelerator of the model's heads can be divided by: used by searches. */
export const divisorsOf = (model: ModelCard, most: number): readonly number[] =>
  [1, 2, 4, 8, 16, 32, 64].filter((degree) => degree <= most && (model.heads === 0 || model.heads % degree === 0));
