import { launchShows, type StepCost } from './stepCost.js';
import type { StepModel, StepShape } from './types.js';

/** Σ over the chunk of the context that each token attends to: chunk·(past + chunk/2), in token pairs. */
export const attentionPairs = (chunkTokens: number, pastTokens: number): number =>
  chunkTokens * (pastTokens + chunkTokens / 2);

/** The same where a token sees at most `windowTokens`; 0 when no layer has a window. */
export const windowPairs = (chunkTokens: number, pastTokens: number, windowTokens: number): number => {
  const end = pastTokens + chunkTokens;
  if (windowTokens <= 0) return 0;
  if (end <= windowTokens) return attentionPairs(chunkTokens, pastTokens);
  if (pastTokens >= windowTokens) return chunkTokens * windowTokens;
  const growing = windowTokens - pastTokens;
  return attentionPairs(growing, pastTokens) + (end - windowTokens) * windowTokens;
};

/** The totals of a step that its time depends on. */
export interface StepTotals {
  readonly tokens: number;
  /** Sequences that sample, and the positions whose logits they need: more with drafts. */
  readonly sequences: number;
  readonly logits: number;
  readonly contextTokens: number;
  readonly windowTokens: number;
  readonly pairs: number;
  readonly windowPairs: number;
}

/** Totals of a batch, decoding sequences taken as equally long (which only matters where a window caps them). */
export const totalsOf = (shape: StepShape, windowTokens: number): StepTotals => {
  const { decodeSequences: decoding, decodeContextTokens: context, draftTokens: drafts = 0 } = shape;
  const totals = {
    tokens: decoding * (1 + drafts),
    sequences: decoding,
    logits: decoding * (1 + drafts),
    contextTokens: context,
    windowTokens: decoding === 0 ? 0 : decoding * Math.min(context / decoding, windowTokens),
    pairs: 0,
    windowPairs: 0,
  };
  for (const { chunkTokens, pastTokens, completes } of shape.prefill) {
    totals.tokens += chunkTokens;
    totals.sequences += completes ? 1 : 0;
    totals.logits += completes ? 1 : 0;
    totals.pairs += attentionPairs(chunkTokens, pastTokens);
    totals.windowPairs += windowPairs(chunkTokens, pastTokens, windowTokens);
  }
  return totals;
};

/** Tabulate the cost of a step for the hot loop: one entry a token count and one a sequence count. */
export const tabulate = (cost: StepCost, maxBatchedTokens: number, maxSequences: number): StepModel => {
  const tokens = new Float64Array(maxBatchedTokens + 1);
  for (let count = 1; count <= maxBatchedTokens; count += 1) {
    let busy = 0;
    for (const term of cost.byTokens) busy += term.seconds(count);
    tokens[count] = busy + launchShows(busy, cost.launchS);
  }
  const head = new Float64Array(maxSequences + 1);
  const host = new Float64Array(maxSequences + 1);
  host[0] = cost.hostPerStepS;
  for (let count = 1; count <= maxSequences; count += 1) {
    head[count] = cost.headS(count);
    host[count] = cost.hostPerStepS + cost.hostPerSequenceS * count + (cost.adapters?.readS(count) ?? 0);
  }
  return {
    tokens,
    head,
    host,
    perContextToken: cost.perContextToken.perUnitS,
    perWindowToken: cost.perWindowToken.perUnitS,
    windowTokens: cost.windowTokens,
    perPair: cost.perPair.perUnitS,
    perWindowPair: cost.perWindowPair.perUnitS,
    prefillStep: cost.prefillStepS,
    gpuFloor: 0,
  };
};
