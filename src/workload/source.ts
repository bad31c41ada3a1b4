/**
 * Where requests come from, one at a time. A source shows its next request in its own fields, so that no object is made per request:
 * read the fields, then call `advance()`.
 */
export interface RequestSource {
  /** Arrival time of the next request in seconds; `Infinity` when none is known (yet). */
  time: number;
  promptTokens: number;
  outputTokens: number;
  /** Tokens of the prompt that all requests of the service have in common, at its start. */
  sharedTokens: number;
  /**
   * Seconds that the accelerators of the first pool need to encode the images and audio of the prompt. Spread evenly over the tokens after
   * the shared prefix.
   */
  encodeS: number;
  /** Reusable content beyond the shared prefix: equal keys repeat the same text; −1 when the prompt is new. */
  contentKey: number;
  /** Whether the answer becomes part of the same content's next prompt (a conversation). */
  continues: boolean;
  /** Whether the content under this key begins anew: what was kept of it is worthless. */
  startsContent: boolean;
  /** Who asked; −1 outside closed loops. */
  user: number;
  /** Moves on to the next request. */
  advance(): void;
  /** Tells a closed loop that `user` has its answer at `time`. */
  answered(user: number, time: number): void;
  /** The same in two: hot loops put the time here, then call `answer` (see `Clock`). */
  answeredAt: number;
  answer(user: number): void;
}
