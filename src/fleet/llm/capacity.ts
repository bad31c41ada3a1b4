/**
 * What one engine could serve at most, from its step model alone: a fluid of requests with mean lengths, a full batch, prefill and
 * decode mixed in every step. An upper bound to steer by (screening, bottlenecks), not a forecast of latency.
 */
import { tokensPerStep } from '../../latency/speculative.js';
import type { ServingPlan } from '../../latency/types.js';
import { lookaheadTokens } from './engineLimits.js';

export interface FluidCapacity {
  /** Requests per second of one engine. */
  readonly requestsPerS: number;
  /** Sequences that decode together at that point. */
  readonly batch: number;
  /** What keeps the batch from growing: sequences, KV memory, or neither (more would not be faster). */
  readonly limit: 'sequences' | 'kv' | 'compute';
}

/** Mean sizes of the requests of a fluid. */
export interface FluidRequests {
  /** Prompt tokens that are computed: without those found in the prefix cache. */
  readonly computedTokens: number;
  /** Prompt tokens in all: what a sequence attends to before its first token. */
  readonly promptTokens: number;
  readonly outputTokens: number;
  /** Seconds of a prompt beside its tokens, for encoders and adapters; none unless given. */
  readonly encodeS?: number;
  /** Coefficient of variation of answers: long ones are in the batch for longer, so the batch's mean context is larger. */
  readonly outputCv: number;
}

export function fluidCapacity(
  plan: ServingPlan,
  { computedTokens, promptTokens, outputTokens, outputCv, encodeS = 0 }: FluidRequests,
): FluidCapacity {
  const { step } = plan;
  const meanContext = promptTokens + (outputTokens * (1 + outputCv ** 2)) / 2;
  const { tokens: drafts, acceptance } = plan.speculative ?? { tokens: 0, acceptance: 0 };
  const inMemory = plan.reservesAnswers ? promptTokens + outputTokens * (1 + outputCv ** 2) : meanContext;
  const held = inMemory + lookaheadTokens({ draftTokens: drafts });
  const byKv = Math.max(1, Math.floor((plan.kvBlocks * plan.blockTokens) / held));
  const bySequences = Math.max(1, Math.min(plan.maxSequences, plan.maxBatchedTokens));
  const most = Math.min(byKv, bySequences);
  // The prompt's step gives the first token, verify steps the others: on average no fewer than if none gave too much (Wald), and one.
  const verified = Math.max(0, outputTokens - 1);
  const stepsOfAnswer = 1 + Math.max(Math.min(1, verified), verified / tokensPerStep(drafts, acceptance));
  let best = { requestsPerS: 0, batch: 1 };
  for (let batch = 1; ; batch = Math.min(most, Math.ceil(batch * 1.1))) {
    const perS = rateAt(batch);
    if (perS > best.requestsPerS) best = { requestsPerS: perS, batch };
    if (batch === most) break;
  }
  const limit = best.batch < most ? 'compute' : byKv < bySequences ? 'kv' : 'sequences';
  return { ...best, limit };

  /** Requests per second with `batch` sequences running: each step ends batch/steps of them and takes as many new prompts in. */
  function rateAt(batch: number): number {
    const starting = batch / stepsOfAnswer;
    const prefill = starting * computedTokens;
    // Whoever is past the prompt verifies drafts.
    const decoded = batch + (batch - starting) * drafts;
    // Beyond the token budget the prompts of one round take several steps.
    const tokens = Math.min(plan.maxBatchedTokens, Math.max(1, Math.round(decoded + prefill)));
    const share = Math.min(1, Math.max(0, plan.maxBatchedTokens - decoded) / Math.max(prefill, 1e-12));
    const window = step.windowTokens;
    const windowed = window > 0 ? batch * Math.min(meanContext, window) : 0;
    const cached = promptTokens - computedTokens;
    const pairs = starting * share * computedTokens * (cached + computedTokens / 2);
    const windowPairs =
      window > 0 ? starting * share * computedTokens * Math.min(cached + computedTokens / 2, window) : 0;
    const gpu =
      step.tokens[tokens]! +
      step.head[Math.round(decoded)]! +
      (step.draft?.[batch] ?? 0) +
      step.perContextToken * batch * meanContext +
      step.perWindowToken * windowed +
      step.perPair * pairs +
      step.perWindowPair * windowPairs +
      step.prefillStep * Math.min(1, starting * share) +
      starting * share * encodeS;
    return (starting * share) / (Math.max(gpu, step.gpuFloor) + step.host[batch]!);
  }
}
