/** Growth at one moment, as factors on what the scenario says about its start. */
import type { ModelCard } from '../catalog/types.js';
import type { Growth, GrowthCurve } from '../scenario/types.js';

export interface Drivers {
  readonly users: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly data: number;
  readonly model: number;
}

export const atStart: Drivers = { users: 1, promptTokens: 1, outputTokens: 1, data: 1, model: 1 };

/** The drivers `months` after the start, at ISO date `date`. */
export function driversAt(growth: Growth, months: number, date: string): Drivers {
  const factor = (curve: GrowthCurve | undefined): number => (curve ? growthFactor(curve, months, date) : 1);
  return {
    users: factor(growth.users),
    promptTokens: factor(growth.prompt_tokens),
    outputTokens: factor(growth.output_tokens),
    data: factor(growth.data),
    model: factor(growth.model),
  };
}

/** A curve's factor: (1 + rate)^months (towards its ceiling where it is logistic), 1 + add·months, or the product of the steps that have come by `date`. */
export function growthFactor(curve: GrowthCurve, months: number, date: string): number {
  switch (curve.model) {
    case 'exponential':
      return (1 + curve.rate) ** months;
    case 'linear':
      return Math.max(0, 1 + curve.add * months);
    case 'logistic': {
      // K / (1 + (K − 1)·e^(−r·t)) with r so that the first month grows by `rate` of an exponential far from the ceiling.
      const grown = (1 + curve.rate) ** months;
      return (curve.capacity * grown) / (curve.capacity - 1 + grown);
    }
    case 'history':
      throw new Error('a recorded growth must be fitted before it is followed (fittedGrowth)');
    case 'step':
      return curve.steps.reduce((product, step) => (step.at <= date ? product * step.factor : product), 1);
  }
}

/**
 * The model grown in depth: `factor` times its layers, so that parameters, KV bytes and FLOPs of a token grow together. Embeddings and
 * head stay as they are; the published total grows by the layers' share.
 */
export function grownModel(card: ModelCard, factor: number): ModelCard {
  if (factor === 1) return card;
  const layers = Math.max(1, Math.round(card.layers * factor));
  const real = card.layers > 0 ? layers / card.layers : factor;
  const embeddings = Math.min(card.paramsTotal, card.vocab * card.hidden * (card.tiedEmbeddings ? 1 : 2));
  const grow = (params: number): number => embeddings + Math.max(0, params - embeddings) * real;
  return {
    ...card,
    layers,
    paramsTotal: grow(card.paramsTotal),
    paramsActive: grow(card.paramsActive),
    ...(card.moe && { moe: { ...card.moe, denseLayers: Math.round(card.moe.denseLayers * real) } }),
    ...(card.sliding && { sliding: { ...card.sliding, layers: Math.round(card.sliding.layers * real) } }),
    ...(card.kvBytesPerTokenBf16 === undefined ? {} : { kvBytesPerTokenBf16: card.kvBytesPerTokenBf16 * real }),
    ...(card.gflopPerItem === undefined ? {} : { gflopPerItem: card.gflopPerItem * factor }),
  };
}
