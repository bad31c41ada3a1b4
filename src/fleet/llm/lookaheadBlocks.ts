/**
 * Blocks of sequences that verify drafts. A step needs places for the tokens that a sequence has, the one under way and those ahead (see
 * `lookaheadTokens`); how fast it grows is its own, so blocks are counted sequence by sequence (a few nanoseconds each, at events only). A bound on the sum spares
 * most searches for the step at which memory runs out.
 */
import { twice } from '../../kernel/twice.js';
import type { BlockGrowth } from './blockGrowth.js';
import type { DecodingBatch } from './decodingBatch.js';
import type { RequestTable } from './requestTable.js';

export class LookaheadBlocks implements BlockGrowth {
  private ids = new Int32Array(64);
  /** Blocks that the decoding sequences hold, counted once for each holder. */
  private held = 0;

  constructor(
    private readonly batch: DecodingBatch,
    private readonly table: RequestTable,
    private readonly blockTokens: number,
    private readonly lookahead: number,
  ) {}

  /** Called after the batch has counted the sequence in. */
  start(id: number): void {
    const at = this.batch.size - 1;
    if (at === this.ids.length) this.ids = twice(this.ids);
    this.ids[at] = id;
    this.table.place[id] = at;
    this.held += this.heldBy(id);
  }

  /** Called before the batch has counted it out. */
  stop(id: number): void {
    const at = this.table.place[id]!;
    const moved = this.ids[this.batch.size - 1]!;
    this.ids[at] = moved;
    this.table.place[moved] = at;
    this.held -= this.heldBy(id);
  }

  needed(steps: number): number {
    const { ids, batch } = this;
    let need = -this.held;
    for (let i = 0; i < batch.size; i++) need += this.blocksAt(ids[i]!, steps - 1);
    return need;
  }

  stepsWithin(steps: number, free: number): number {
    const { batch, blockTokens: block } = this;
    const places = batch.context + (steps - 1) * batch.gain + batch.size * this.lookahead;
    if ((places + batch.size * (block - 1)) / block - this.held <= free) return steps;
    if (this.needed(steps) <= free) return steps;
    let enough = 1;
    let tooMany = steps;
    while (tooMany - enough > 1) {
      const middle = Math.floor((enough + tooMany) / 2);
      if (this.needed(middle) <= free) enough = middle;
      else tooMany = middle;
    }
    return enough;
  }

  take(steps: number): void {
    const { ids, batch, table } = this;
    for (let i = 0; i < batch.size; i++) {
      const id = ids[i]!;
      const more = this.blocksAt(id, steps - 1) - this.heldBy(id);
      table.privateBlocks[id] = table.privateBlocks[id]! + more;
      this.held += more;
    }
  }

  ownBlocks(id: number): number {
    return this.table.privateBlocks[id]!;
  }

  private heldBy(id: number): number {
    const { table } = this;
    return table.privateBlocks[id]! + table.sharedBlocks[id]! + table.contentBlocks[id]!;
  }

  /** Blocks for the step that comes after `ahead` more. */
  private blocksAt(id: number, ahead: number): number {
    const tokens = Math.floor(this.batch.contextOf(id) + ahead * this.table.gain[id]!);
    return Math.ceil((tokens + this.lookahead) / this.blockTokens);
  }
}
