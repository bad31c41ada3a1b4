import type { ModelCard } from '../catalog/types.js';
import type { ServingConfig } from './config.js';
import { blockBytesOf } from './planLanes.js';
import { isRefusal, planServing } from './planServing.js';
import type { DoesNotFit, Drafter, ServingPlan } from './types.js';

/** What a drafter takes on one accelerator of the fullest stage. */
export interface DrafterMemory {
  readonly weightBytes: number;
  readonly blockBytes: number;
}

/** Words of the vocabulary by which llama.cpp lets a draft model differ (`SPEC_VOCAB_MAX_SIZE_DIFFERENCE`, 2025). */
const llamaCppTolerance = 128;

/** A head of one layer of the target's kind with the target's own LM head, as EAGLE's; its layer stands on one pipeline stage. */
export const oneLayer = (config: ServingConfig, plan: ServingPlan): Drafter & DrafterMemory => {
  const share = 1 / config.model.layers;
  const shareOfStage = 1 / Math.ceil(config.model.layers / config.pipeline);
  const { step } = plan;
  return {
    step: {
      ...step,
      tokens: step.tokens.map((seconds) => seconds * share),
      perContextToken: step.perContextToken * share,
      perWindowToken: step.perWindowToken * share,
      perPair: step.perPair * share,
      perWindowPair: step.perWindowPair * share,
      prefillStep: step.prefillStep * share,
    },
    weightBytes: plan.memory.weightBytes * shareOfStage,
    blockBytes: blockBytesOf(config, plan) * shareOfStage,
    what: 'a head of one layer',
  };
};

/** A model of its own, with the precision and the parallelism of the target. */
export const draftModel = (config: ServingConfig, model: ModelCard): (Drafter & DrafterMemory) | DoesNotFit => {
  const at = ['speculative', 'draft_model'];
  const target = config.model;
  // A draft is a token of the target's: engines refuse other vocabularies (vLLM's SpeculativeConfig).
  const tolerance = config.engine === 'llama.cpp' ? llamaCppTolerance : 0;
  if (model.vocab > 0 && Math.abs(model.vocab - target.vocab) > tolerance) {
    return {
      kind: 'does-not-fit',
      message: `${model.name} has a vocabulary of ${model.vocab}, ${target.name} one of ${target.vocab}: its drafts are not the tokens that are verified`,
      hint: 'choose a draft model with the same tokenizer, or leave draft_model out for a head on the model itself',
      at,
    };
  }
  // Whether both fit together is asked by `withDrafts`; a card of its own has no experts to spread.
  const own = { ...config, model, assumeFits: true, expert: model.moe === undefined ? 1 : config.expert };
  const plan = planServing(own);
  if (isRefusal(plan)) return { ...plan, message: `as a draft model: ${plan.message}`, at };
  return {
    step: plan.step,
    weightBytes: plan.memory.weightBytes,
    blockBytes: blockBytesOf(own, plan),
    what: model.name,
  };
};
