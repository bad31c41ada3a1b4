/** What bounds an engine. Numbers of one engine, not of a replica or an accelerator. */
export interface EngineLimits {
  readonly maxSequences: number;
  readonly maxBatchedTokens: number;
  readonly blockTokens: number;
  readonly kvBlocks: number;
  readonly prefixCaching: boolean;
  /** Contents that the prefix cache may be asked for (see `KvCache`). */
  readonly contentKeys: number;
  /** Drafts that each decoding sequence verifies in a step; none unless given. */
  readonly draftTokens?: number;
  /** A request is let in only when its whole answer has room, so that nobody is preempted; else its prompt is enough. */
  readonly reservesAnswers?: boolean;
  /** Levels of priority; 1 unless given. */
  readonly priorityLevels?: number;
  /** Weights of tenants between whom the waiting line is fair (see `FairLine`); first come, first served unless given. */
  readonly tenantWeights?: readonly number[];
  /** Host memory for preempted sequences; without it they are computed again. */
  readonly swap?: SwapSpace;
  /** Seconds to load an adapter from host memory, for requests that need one loaded (see `LlmFleetConfig.adapters`). */
  readonly adapterLoadS?: number;
}

export interface SwapSpace {
  readonly hostBlocks: number;
  /** To move one block between device and host, in either direction. */
  readonly secondsPerBlock: number;
}

/**
 * Places in KV memory that a decoding sequence has beyond its tokens: for the drafts that a step verifies, and as many for those that the
 * drafter makes in it for the next (vLLM V1: `num_lookahead_tokens` of drafters that have keys of their own, beside the scheduled drafts).
 */
export const lookaheadTokens = ({ draftTokens = 0 }: Pick<EngineLimits, 'draftTokens'>): number => 2 * draftTokens;
