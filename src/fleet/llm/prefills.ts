/**
 * The prompts that an engine is computing, in order of admission, and the chunks that the pending step gives them. All but the last get
 * what they lack, so that at most one prompt is under way when a step is planned.
 */
import { twice } from '../../kernel/twice.js';
import { windowPairs } from '../../latency/stepModel.js';
import type { RequestTable } from './requestTable.js';

export class Prefills {
  /** Prompts under way or in the pending step. */
  count = 0;
  /** Tokens of these prompts that are in memory. */
  tokensHeld = 0;
  /** Tokens of the pending step's chunks, the attention pairs that they cost, and how many prompts they complete. */
  tokens = 0;
  pairs = 0;
  windowPairs = 0;
  ending = 0;
  /** Seconds of encoding that the chunks bring along. */
  encodeS = 0;
  /** Prompts that join in the pending step and wait for an adapter. */
  adapterLoads = 0;
  /** The first `planned` prompts take part in the pending step. */
  planned = 0;
  // Typed arrays: emptying an ordinary one gives its memory back, and each request would ask for it anew.
  private ids = new Int32Array(16);
  private chunks = new Int32Array(16);

  constructor(
    private readonly table: RequestTable,
    private readonly windowTokens: number,
  ) {}

  /** The `i`th prompt. */
  at(i: number): number {
    return this.ids[i]!;
  }

  /** A new step is planned. */
  begin(): void {
    this.tokens = this.pairs = this.windowPairs = this.ending = this.encodeS = this.adapterLoads = this.planned = 0;
  }

  /** The next prompt in order gets as much as `budget` allows; returns the tokens. */
  plan(id: number, budget: number): number {
    const past = this.table.computed[id]!;
    const lacking = this.table.target[id]! - past;
    const chunk = lacking < budget ? lacking : budget;
    this.tokens += chunk;
    this.pairs += chunk * (past + chunk / 2);
    this.windowPairs += windowPairs(chunk, past, this.windowTokens);
    if (chunk === lacking) this.ending++;
    if (this.table.encodePerToken[id]! > 0) this.encode(id, past, past + chunk);
    this.chunks[this.planned++] = chunk;
    return chunk;
  }

  /** What lies of the chunk between the shared prefix and the end of the prompt (an answer to be computed again is beyond it) is encoded. */
  private encode(id: number, past: number, end: number): void {
    const { sharedTokens, promptTokens, encodePerToken } = this.table;
    const from = past > sharedTokens[id]! ? past : sharedTokens[id]!;
    const until = end < promptTokens[id]! ? end : promptTokens[id]!;
    if (until > from) this.encodeS += encodePerToken[id]! * (until - from);
  }

  /** A request joins with the tokens that it has found in memory. */
  join(id: number, found: number): void {
    this.table.computed[id] = found;
    this.tokensHeld += found;
    this.adapterLoads += this.table.lacksAdapter[id]!;
    this.table.lacksAdapter[id] = 0;
    if (this.count === this.ids.length) this.grow();
    this.ids[this.count++] = id;
  }

  /** The chunks of the step are computed. The first `ending` prompts are complete: see `at`, then `dropComplete`. */
  compute(): void {
    const { table, ids, chunks } = this;
    for (let i = 0; i < this.planned; i++) {
      const id = ids[i]!;
      table.computed[id] = table.computed[id]! + chunks[i]!;
      this.tokensHeld += i < this.ending ? chunks[i]! - table.computed[id]! : chunks[i]!;
    }
  }

  dropComplete(): void {
    const { ids, ending } = this;
    for (let i = ending; i < this.count; i++) ids[i - ending] = ids[i]!;
    this.count -= ending;
  }

  /** Takes a preempted prompt off; false when it is not under way. */
  remove(id: number): boolean {
    for (let at = 0; at < this.count; at++) {
      if (this.ids[at] !== id) continue;
      this.ids.copyWithin(at, at + 1, this.count);
      this.count--;
      this.tokensHeld -= this.table.computed[id]!;
      return true;
    }
    return false;
  }

  private grow(): void {
    this.ids = twice(this.ids);
    this.chunks = twice(this.chunks);
  }
}
