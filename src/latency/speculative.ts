import type { ModelCard } from '../catalog/types.js';
import type { ServingConfig } from './config.js';
import { draftModel, oneLayer } from './drafter.js';
import { blockBytesOf, lanesOf } from './planLanes.js';
import { isRefusal, leastTokensOf, planServing } from './planServing.js';
import type { DoesNotFit, ServingPlan, Speculation, StepModel } from './types.js';

/**
 * Tokens that a verify step gives on average: 1 + a + a² + … + a^drafts, the drafts up to the first that is refused and one token of the
 * model itself (Leviathan et al. 2023, arXiv:2211.17192, eq. 1).
 */
export const tokensPerStep = (drafts: number, acceptance: number): number => {
  let tokens = 1;
  for (let i = 1; i <= drafts; i++) tokens += acceptance ** i;
  return tokens;
};

/**
 * A plan under speculative decoding. Each step verifies the drafts of every sequence together with its next token: `tokens + 1` tokens and
 * as many rows of logits a sequence, while keys and values are read once. Then the drafter makes the next drafts, as vLLM's proposers do:
 * one pass over all tokens of the step, and `tokens − 1` passes with one token a sequence. Its launches are in its passes; scheduling
 * happens once a step, in the target's host time. A drafter's window is not modelled: it attends to everything, which overstates it.
 *
 * @param draft model card of the drafter; without one it is a head of one layer of the target's kind with the target's own LM head, as
 * EAGLE's (Li et al. 2024, arXiv:2401.15077), whose time and memory are 1/layers of the target's (assumed)
 * @returns the plan with wider steps and less KV memory, or why it cannot run
 */
export const withDrafts = (
  config: ServingConfig,
  plan: ServingPlan,
  speculation: Speculation,
  draft: ModelCard | undefined,
): ServingPlan | DoesNotFit => {
  const { tokens: drafts } = speculation;
  const width = drafts + 1;
  const maxSequences = Math.min(plan.maxSequences, Math.floor(plan.maxBatchedTokens / width));
  if (maxSequences < 1) {
    return {
      kind: 'does-not-fit',
      message: `a step of ${plan.maxBatchedTokens} tokens has no room for a token and its ${drafts} drafts`,
      hint: `set batching.max_num_batched_tokens to ${width} or more, or speculative.tokens to less`,
      at: ['speculative', 'tokens'],
    };
  }
  // Logits for every draft: their memory and the table of their time are those of so many more sequences.
  const lanes = lanesOf(config);
  const rows = { ...config.batching, max_num_seqs: maxSequences * width * lanes };
  const wide = planServing({ ...config, batching: rows });
  if (isRefusal(wide)) {
    return { ...wide, message: `with ${drafts} drafts to verify, ${wide.message}`, at: ['speculative', 'tokens'] };
  }
  const drafter = draft === undefined ? oneLayer(config, wide) : draftModel(config, draft);
  if (isRefusal(drafter)) return drafter;
  const perBlock = blockBytesOf(config, wide) + drafter.blockBytes;
  const kvBytes = wide.memory.kvBytes - drafter.weightBytes;
  const kvBlocks = Math.floor(kvBytes / perBlock / lanes);
  const [room, needed] = [Math.max(0, kvBlocks) * plan.blockTokens, leastTokensOf(config)];
  if (room < needed) {
    return {
      kind: 'does-not-fit',
      message: `${config.model.name} and ${drafter.what} to draft leave room for ${room} tokens of KV cache, ${needed} are needed`,
      hint: `choose a smaller draft model, or more accelerators a replica${room < 1024 ? '' : `, or set max_model_len to ${room} or less`}`,
      at: ['speculative', ...(draft === undefined ? [] : ['draft_model'])],
    };
  }
  return {
    ...wide,
    step: together(wide.step, drafter.step, drafts, maxSequences),
    maxSequences,
    kvBlocks,
    memory: { ...wide.memory, weightBytes: wide.memory.weightBytes + drafter.weightBytes, kvBytes },
    speculative: {
      tokens: drafts,
      acceptance: speculation.acceptance,
      drafter: { step: drafter.step, what: drafter.what },
    },
    profile: {
      ...plan.profile,
      extrapolates: [
        ...plan.profile.extrapolates,
        `speculative decoding is not calibrated: drafts by ${drafter.what} in the target's precision, acceptance as stated`,
        ...(maxSequences < plan.maxSequences
          ? [
              `at most ${maxSequences} sequences run: each takes ${width} of the ${plan.maxBatchedTokens} tokens of a step`,
            ]
          : []),
      ],
    },
  };
};

const together = (target: StepModel, drafter: StepModel, drafts: number, maxSequences: number): StepModel => {
  const context = drafter.perContextToken + drafter.perWindowToken;
  return {
    ...target,
    tokens: target.tokens.map((seconds, tokens) => seconds + drafter.tokens[tokens]!),
    draft: Float64Array.from({ length: maxSequences + 1 }, (_, sequences) =>
      sequences === 0 ? 0 : (drafts - 1) * drafter.tokens[sequences]! + drafts * drafter.head[sequences]!,
    ),
    perContextToken: target.perContextToken + drafts * context,
    perPair: target.perPair + drafter.perPair + drafter.perWindowPair,
    prefillStep: target.prefillStep + drafter.prefillStep,
  };
};
