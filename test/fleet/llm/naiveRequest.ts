/** A request as the naive twin keeps it: one object, one number a fact. */
import type { Block } from './naiveKv.js';

export interface NaiveRequest {
  readonly arrivedAt: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly sharedTokens: number;
  /** Seconds of encoding, spread over the tokens of the prompt after the shared prefix. */
  readonly encodeS: number;
  readonly key: number;
  readonly continues: boolean;
  readonly user: number;
  readonly batch: number;
  readonly priority: number;
  readonly origin: number;
  readonly tenant: number;
  /** Steps that give it tokens, and how many each gives after the first. */
  readonly steps: number;
  readonly gain: number;
  /** Whether the adapter that it needs has to be loaded first. */
  lacksAdapter: boolean;
  engine: number;
  group: number;
  /** Place in the order of arrivals at that engine. */
  number: number;
  /** Steps that have given it tokens. */
  done: number;
  /** Tokens in KV memory. */
  computed: number;
  /** Tokens to compute before the next one can be sampled. */
  target: number;
  /** Whether it has given a token since its (last) admission, and its place among those that do. */
  decodes: boolean;
  decodesSince: number;
  blocks: Block[];
  /** Leading blocks that carry a label of the shared prefix, and of the content after it. */
  sharedBlocks: number;
  contentBlocks: number;
  /** Blocks in host memory. */
  swapped: number;
  /** Its prompt's keys and values have come from another engine and wait to be taken in. */
  withKv: boolean;
  admittedAt: number | undefined;
  firstTokenAt: number;
  lastTokenAt: number;
  /** Tries before this one, and whether its client has given it up. */
  tries: number;
  sentAt: number;
  /** The other copy of a hedged try; whether it is the one that was not needed. */
  twin: NaiveRequest | undefined;
  spare: boolean;
  /** How often the circuit had changed its state when the try was sent. */
  circuit: number;
  unseen: boolean;
}

/** What is looked for in KV memory. */
export type Text = Pick<NaiveRequest, 'sharedTokens' | 'key' | 'target'>;

/** What becomes new when a request starts (again). */
export const fresh = (promptTokens: number) => ({
  done: 0,
  computed: 0,
  target: promptTokens,
  decodes: false,
  decodesSince: -1,
  blocks: [],
  sharedBlocks: 0,
  contentBlocks: 0,
  swapped: 0,
  withKv: false,
  admittedAt: undefined,
  firstTokenAt: Number.NaN,
  lastTokenAt: Number.NaN,
});
