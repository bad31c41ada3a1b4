import type { Degrees } from './config.js';

/**
 * Who holds what. A replica's accelerators form `stages` pipeline stages of `ranks` accelerators; a stage holds
 * `attentionReplicas` copies of the attention, each split over `attentionTensor` ranks, and one set of experts over all ranks.
 */
export interface Placement {
  readonly accelerators: number;
  readonly stages: number;
  readonly ranks: number;
  readonly attentionTensor: number;
  /** Attention data parallelism: schedulers that share one set of experts. */
  readonly attentionReplicas: number;
  /** Whole experts on a rank (all-to-all) instead of slices of each (all-reduce). */
  readonly wholeExperts: boolean;
}

/**
 * Lay a replica out. Without `accelerators` it occupies the product of its degrees; `expert` and `data` then both add
 * data-parallel attention ranks over which the experts are spread. With `accelerators` that number decides: tensor 8,
 * expert 8 on 8 devices is expert parallelism inside the tensor group; tensor 8, data 8 on 8 devices is attention data
 * parallelism with one rank each. Returns a sentence when the numbers cannot be laid out.
 */
export const placementOf = (degrees: Degrees, accelerators?: number): Placement | string => {
  const { tensor, pipeline, expert, data } = degrees;
  const total = accelerators ?? tensor * pipeline * expert * data;
  const ranks = total / pipeline;
  if (!Number.isInteger(ranks)) return `${total} accelerators do not divide into ${pipeline} pipeline stages`;
  const inside = accelerators !== undefined && ranks === tensor && data > 1;
  const attentionTensor = inside ? tensor / data : tensor;
  const attentionReplicas = ranks / attentionTensor;
  if (!Number.isInteger(attentionTensor) || !Number.isInteger(attentionReplicas)) {
    return `tensor ${tensor} and data ${data} do not divide the ${ranks} accelerators of a stage`;
  }
  return {
    accelerators: total,
    stages: pipeline,
    ranks,
    attentionTensor,
    attentionReplicas,
    wholeExperts: expert > 1,
  };
};
