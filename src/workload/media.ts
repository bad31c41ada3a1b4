/** Images and audio of requests: how many tokens they add to a prompt, and how long they take to encode. */
import type { Uniform } from '../kernel/random.js';
import { type Draw, inBlocks } from '../kernel/variates.js';

/** Draws in its own fields, so that no object is made for a request: call `next()`, then read them. */
export interface MediaDraw {
  /** Tokens that stand for the media of the request. */
  tokens: number;
  /** Seconds of encoding them (see `RequestSource.encodeS`). */
  encodeS: number;
  next(): void;
}

/** One kind of media: which requests have some, and what they have. */
export interface MediaKind {
  /** Share of the requests that have some. */
  readonly share: number;
  readonly uniform: Uniform;
  /** What a request has of it: images, or seconds of audio. */
  readonly amount: Draw;
  /** Tokens of one unit; a started token counts. */
  readonly tokensPer: number;
  /** Units that one call of the encoder takes, the last filled up, and its seconds. */
  readonly window: number;
  readonly secondsPerWindow: number;
}

export function mediaDraw(kinds: readonly MediaKind[]): MediaDraw {
  const drawn = kinds.map((kind) => ({ ...kind, amount: inBlocks(kind.amount) }));
  const media: MediaDraw = {
    tokens: 0,
    encodeS: 0,
    next() {
      media.tokens = 0;
      media.encodeS = 0;
      for (let i = 0; i < drawn.length; i++) {
        const kind = drawn[i]!;
        // Drawn for every request, so that another share leaves the amounts of the others alone.
        const amount = kind.amount();
        if (kind.share < 1 && kind.uniform() >= kind.share) continue;
        media.tokens += Math.max(1, Math.ceil(amount * kind.tokensPer));
        media.encodeS += Math.max(1, Math.ceil(amount / kind.window)) * kind.secondsPerWindow;
      }
    },
  };
  return media;
}
