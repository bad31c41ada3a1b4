/**
 * How many KV blocks the decoding sequences of an engine take as they grow. Two ways to count: by phase, where each step gives one token
 * (`PhaseBlocks`), and sequence by sequence, where drafts make growth uneven (`LookaheadBlocks`).
 */
export interface BlockGrowth {
  /** A sequence starts to decode, with the blocks that it has. */
  start(id: number): void;
  stop(id: number): void;
  /** Blocks to be taken for the next `steps` steps. */
  needed(steps: number): number;
  /** The most steps, up to `steps`, for which `free` blocks are enough; at least one, which has its blocks already. */
  stepsWithin(steps: number, free: number): number;
  /** The blocks for `steps` steps have been taken; called before the batch advances. */
  take(steps: number): void;
  /** Blocks that a decoding sequence does not share. */
  ownBlocks(id: number): number;
}
