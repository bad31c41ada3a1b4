/** The time of an engine step as a service is simulated: with the drafts that it verifies and makes, where there are any. */
import { withDraftTerms } from '../latency/draftTerms.js';
import { isRefusal, stepTerms } from '../latency/planServing.js';
import { tokensPerStep } from '../latency/speculative.js';
import type { DoesNotFit, StepShape, Term } from '../latency/types.js';
import type { PreparedService } from '../simulate/world/world.js';
import type { ExplainNode } from './explain.js';

type Llm = Extract<PreparedService, { kind: 'llm' }>;

/** The tree of terms of a step of `shape` (drafts are added to it). */
export function stepOf({ config, plan: { speculative } }: Llm, shape: StepShape): Term | DoesNotFit {
  if (speculative === undefined) return stepTerms(config, shape);
  const target = stepTerms(config, { ...shape, draftTokens: speculative.tokens });
  return isRefusal(target) ? target : withDraftTerms(target, speculative.drafter, speculative.tokens, shape);
}

/** What the tokens of one verify step take off the time of each; empty without drafts. */
export function sharedByTokens({ plan: { speculative } }: Llm, stepS: number): ExplainNode[] {
  if (speculative === undefined) return [];
  const { tokens: drafts, acceptance } = speculative;
  const tokens = tokensPerStep(drafts, acceptance);
  return [
    {
      name: `shared by ${tokens.toFixed(2)} tokens a step`,
      value: stepS / tokens - stepS,
      why: `${(tokens - 1).toFixed(2)} of ${drafts} drafts are accepted on average (each with probability ${acceptance}, up to the first that is refused), and one token is the model's own: ${(stepS * 1e3).toFixed(1)} ms a step are ${((stepS * 1e3) / tokens).toFixed(1)} ms a token`,
    },
  ];
}

/** What a step gives to a sequence, for a tree of capacity; empty without drafts. */
export function tokensOfStep({ plan: { speculative } }: Llm): ExplainNode[] {
  if (speculative === undefined) return [];
  const { tokens, acceptance } = speculative;
  return [
    {
      name: 'tokens that a step gives to a sequence',
      value: tokensPerStep(tokens, acceptance),
      why: `one, and what is accepted of ${tokens} drafts at ${acceptance} each`,
    },
  ];
}
