/**
 * The memory that a waiting request must find before it is let in. Either room for what is to be read (the prompt; all so far, after a
 * preemption), or for the whole answer as well, beside those that are promised to whoever runs: then nobody ever gives way.
 */
import type { KvCache } from './kvCache.js';
import type { RequestTable } from './requestTable.js';

export class AnswerRoom {
  /** Blocks that running requests will hold with their last token, each counting what it shares. */
  private promised = 0;

  constructor(
    private readonly kv: KvCache,
    private readonly table: RequestTable,
    private readonly blockTokens: number,
    private readonly lookahead: number,
    private readonly reservesAnswers: boolean,
  ) {}

  /** Blocks that a request asks for, found ones among them. */
  asked(id: number): number {
    return this.reservesAnswers ? this.whole(id) : Math.ceil(this.table.target[id]! / this.blockTokens);
  }

  /** Blocks that are neither taken nor promised. */
  get free(): number {
    const { kv } = this;
    // Requests hold total − free + saved blocks, each counting what it shares; what they lack of their promise is not free.
    return this.reservesAnswers ? kv.total + kv.savedBlocks - this.promised : kv.free;
  }

  join(id: number): void {
    if (this.reservesAnswers) this.promised += this.whole(id);
  }

  leave(id: number): void {
    if (this.reservesAnswers) this.promised -= this.whole(id);
  }

  /** The answer's last token is never read again, so its keys and values need no place. */
  private whole(id: number): number {
    const { table } = this;
    const tokens = table.promptTokens[id]! + table.outputTokens[id]! - 1 + this.lookahead;
    return Math.ceil(tokens / this.blockTokens);
  }
}
