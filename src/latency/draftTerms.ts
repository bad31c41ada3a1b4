import { totalsOf } from './stepModel.js';
import { branch, leaf } from './stepTerms.js';
import type { Drafter, StepShape, Term } from './types.js';

/**
 * The terms of making drafts beside those of the target's own work in the same step: what `withDrafts` adds to its tables.
 *
 * @param step the target's terms of this shape, its drafts verified
 * @returns both, which add up to what the tables of the plan give
 */
export const withDraftTerms = (
  step: Term,
  { what, step: drafter }: Drafter,
  drafts: number,
  shape: StepShape,
): Term => {
  const { tokens, sequences, contextTokens, pairs } = totalsOf({ ...shape, draftTokens: drafts }, drafter.windowTokens);
  const further = drafts - 1;
  const perContext = drafts * (drafter.perContextToken + drafter.perWindowToken);
  const perPair = drafter.perPair + drafter.perWindowPair;
  const why =
    sequences === 0
      ? `${what} reads along`
      : `${what} makes ${drafts} for the next step to verify, ${sequences === 1 ? 'for one sequence' : `for each of ${sequences} sequences`}`;
  const made = branch('drafts', why, [
    leaf('first pass', drafter.tokens[tokens]!, `over the ${tokens} tokens of the step`),
    ...(sequences === 0 || further === 0
      ? []
      : [leaf('further passes', further * drafter.tokens[sequences]!, `${further} over one token a sequence`)]),
    ...(sequences === 0
      ? []
      : [leaf('output projection', drafts * drafter.head[sequences]!, `${drafts} over one token a sequence`)]),
    ...(contextTokens === 0
      ? []
      : [leaf('attention', perContext * contextTokens, `${drafts} passes over ${contextTokens} context tokens`)]),
    ...(pairs === 0
      ? []
      : [
          leaf('prompt attention', perPair * pairs, `${pairs} token pairs`),
          leaf('prefill launch', drafter.prefillStep, 'a step that holds prefill does not replay a recorded graph'),
        ]),
  ]);
  return branch('step', 'one engine step', [...(step.children ?? []), made]);
};
