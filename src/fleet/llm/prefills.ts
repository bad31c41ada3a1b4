/**
 * The prompts that an engine is computing, in order of admission, and the chunks that the pending step gives them. All but the last get
 * what they lack, so that at most one prompt is under way when a step is planned.
 */
import { windowPairs } from '../../latency/stepModel.js';
import type { RequestTable } from './requestTable.js';

export class Prefills {
  readonly ids: number[] = [];
  /** Tokens of these prompts that are in memory. */
  tokensHeld = 0;
  /** Tokens of the pending step's chunks, the attention pairs that they cost, and how many prompts they complete. */
  tokens = 0;
  pairs = 0;
  windowPairs = 0;
  ending = 0;
  /** The first `planned` prompts take part in the pending step. */
  planned = 0;
  private readonly chunks: number[] = [];

  constructor(
    private readonly table: RequestTable,
    private readonly windowTokens: number,
  ) {}

  /** A new step is planned. */
  begin(): void {
    this.tokens = this.pairs = this.windowPairs = this.ending = this.planned = 0;
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
    this.chunks[this.planned++] = chunk;
    return chunk;
  }

  /** A request joins with the tokens that it has found in memory. */
  join(id: number, found: number): void {
    this.table.computed[id] = found;
    this.tokensHeld += found;
    this.ids.push(id);
  }

  /** The `i`th chunk of the step is computed; true when it completes its prompt. */
  compute(i: number): boolean {
    const { table } = this;
    const id = this.ids[i]!;
    const chunk = this.chunks[i]!;
    table.computed[id] = table.computed[id]! + chunk;
    this.tokensHeld += chunk;
    return table.computed[id] === table.target[id];
  }

  /** Its prompt is complete. The caller takes it off the list. */
  leave(id: number): void {
    this.tokensHeld -= this.table.computed[id]!;
  }

  /** Takes a preempted prompt off; false when it is not under way. */
  remove(id: number): boolean {
    const at = this.ids.length > 0 ? this.ids.indexOf(id) : -1;
    if (at < 0) return false;
    this.ids.splice(at, 1);
    this.leave(id);
    return true;
  }
}
