import type { DoesNotFit } from '../types.js';
import type { TrainingCoefficients } from './coefficients.js';
import type { TrainingConfig, TrainingPlan } from './config.js';
import { divisorsOf } from './layout.js';
import { planTraining } from './planTraining.js';

const powersUpTo = (most: number): readonly number[] => [1, 2, 4, 8, 16, 32, 64].filter((value) => value <= most);

/** Micro-batches worth trying: powers of two that divide a rank's share of the batch. */
const microBatches = (config: TrainingConfig, ranks: number): readonly number[] => {
  if (config.microBatch !== undefined) return [config.microBatch];
  const share = Math.max(1, Math.floor(config.globalBatch / ranks));
  return [1, 2, 4, 8, 16, 32, 64].filter((size) => size <= share && share % size === 0);
};

/**
 * The fastest layout for what a job leaves open (tensor, pipeline, sharding, micro-batch, recomputation), among powers of two: tensor
 * inside a scale-up domain, two layers or more in a stage. What is given is kept.
 *
 * @returns the best plan, or the refusal of the job as given when nothing fits
 */
export const chooseLayout = (
  config: TrainingConfig,
  coefficients?: TrainingCoefficients,
): TrainingPlan | DoesNotFit => {
  // a torus lets weights be gathered over thousands of chips: pipelines are a last resort there
  if (config.accelerator.kind === 'tpu' && config.pipeline === undefined) {
    const flat = fastest({ ...config, pipeline: 1 }, coefficients);
    if (flat !== undefined) return flat;
  }
  return fastest(config, coefficients) ?? planTraining(config, coefficients);
};

const fastest = (config: TrainingConfig, coefficients?: TrainingCoefficients): TrainingPlan | undefined => {
  const { accelerators, accelerator, model, context = 1 } = config;
  const inside = Math.min(8, accelerator.scaleUpDomain > 1 ? accelerator.scaleUpDomain : 8, accelerators);
  const tensors = config.tensor === undefined ? divisorsOf(model, inside) : [config.tensor];
  const pipelines = config.pipeline === undefined ? powersUpTo(Math.max(1, model.layers / 2)) : [config.pipeline];
  const shardings = config.sharding === undefined ? (['optimizer', 'weights'] as const) : [config.sharding];
  let best: TrainingPlan | undefined;
  for (const tensor of tensors) {
    for (const pipeline of pipelines) {
      const ranks = accelerators / (tensor * pipeline * context);
      if (!Number.isInteger(ranks) || (ranks > config.globalBatch && tensor * pipeline < accelerators)) continue;
      for (const sharding of shardings) {
        if (sharding === 'weights' && pipeline > 1) continue;
        for (const microBatch of microBatches(config, ranks)) {
          const virtualStages = config.virtualStages ?? interleaving(model.layers, pipeline);
          const degrees = { tensor, pipeline, sharding, microBatch, virtualStages };
          const plan = planTraining({ ...config, ...degrees }, coefficients);
          if (plan.kind === 'training-plan' && (best === undefined || plan.stepSeconds < best.stepSeconds)) best = plan;
        }
      }
    }
  }
  return best;
};

/**
 * Layer groups of a pipeline rank where nothing is said: down to one and a half layers a group, at most eight groups, as published
 * configurations of Megatron-LM have them (two layers a group for GPT-3 175B; Narayanan et al. 2021, MLPerf submissions 2024).
 */
export const interleaving = (layers: number, pipeline: number): number =>
  pipeline === 1 ? 1 : ([8, 6, 5, 4, 3, 2].find((groups) => layers / (pipeline * groups) >= 1.5) ?? 1);
