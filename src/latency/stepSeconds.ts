import type { StepModel } from './types.js';

/**
 * Seconds of one engine step, from the tables: the reference that the simulator's closed forms are held against.
 *
 * @param step tables of `planServing`
 * @param tokens tokens in the step, decode and prefill; 1..maxBatchedTokens
 * @param sequences sequences that sample; 0..maxSequences
 * @param contextTokens Σ context of decoding sequences
 * @param windowTokens Σ min(context, window) of decoding sequences
 * @param pairs Σ chunk·(past + chunk/2) of prefill chunks
 * @param windowPairs the same, capped by the window
 * @throws RangeError when a count is outside the tables
 */
export const stepSeconds = (
  step: StepModel,
  tokens: number,
  sequences: number,
  contextTokens: number,
  windowTokens: number,
  pairs: number,
  windowPairs: number,
): number => {
  const byTokens = step.tokens[tokens];
  const head = step.head[sequences];
  const host = step.host[sequences];
  if (byTokens === undefined || head === undefined || host === undefined) {
    throw new RangeError(`a step of ${tokens} tokens and ${sequences} sequences is outside its tables`);
  }
  const gpu =
    byTokens +
    head +
    step.perContextToken * contextTokens +
    step.perWindowToken * windowTokens +
    step.perPair * pairs +
    step.perWindowPair * windowPairs +
    (pairs > 0 ? step.prefillStep : 0);
  return Math.max(gpu, step.hidden[sequences]!) + host;
};
