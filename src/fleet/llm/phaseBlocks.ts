/**
 * Blocks of sequences that grow by one token a step. Each needs a new block at every `blockTokens`th step, so a count of sequences by the
 * residue of that step is all there is to know.
 */
import type { BlockGrowth } from './blockGrowth.js';
import type { DecodingBatch } from './decodingBatch.js';
import type { RequestTable } from './requestTable.js';

export class PhaseBlocks implements BlockGrowth {
  private readonly phases: Int32Array;
  /** The bits of a step that tell its residue where blocks are a power of two, as nearly all are; −1 otherwise. */
  private readonly mask: number;

  constructor(
    private readonly batch: DecodingBatch,
    private readonly table: RequestTable,
    private readonly blockTokens: number,
  ) {
    this.phases = new Int32Array(blockTokens);
    this.mask = (blockTokens & (blockTokens - 1)) === 0 ? blockTokens - 1 : -1;
  }

  start(id: number): void {
    // A step needs a new block when its context is a multiple of the block size plus one.
    const phase = this.residue(1 - this.batch.contextOf(id) + this.batch.step);
    this.table.phase[id] = phase;
    this.phases[phase] = this.phases[phase]! + 1;
  }

  stop(id: number): void {
    const phase = this.table.phase[id]!;
    this.phases[phase] = this.phases[phase]! - 1;
  }

  needed(steps: number): number {
    const { phases, blockTokens: block } = this;
    let at = this.residue(this.batch.step);
    if (steps === 1) return phases[at]!;
    const rest = this.residue(steps);
    let need = ((steps - rest) / block) * this.batch.size;
    for (let r = 0; r < rest; r++) {
      need += phases[at]!;
      if (++at === block) at = 0;
    }
    return need;
  }

  stepsWithin(steps: number, free: number): number {
    const { blockTokens: block, batch } = this;
    if (Math.ceil(steps / block) * batch.size <= free) return steps;
    let allowed = Math.max(0, Math.floor(free / batch.size) - 1) * block;
    if (allowed > steps) allowed = steps;
    let need = this.needed(allowed);
    while (allowed < steps) {
      need += this.phases[this.residue(batch.step + allowed)]!;
      if (need > free) break;
      allowed++;
    }
    return allowed < 1 ? 1 : allowed;
  }

  take(): void {}

  /** What is left of a whole number by blocks, never negative. `%` on numbers that may be large calls a library. */
  private residue(whole: number): number {
    if (this.mask >= 0) return whole & this.mask;
    return whole - this.blockTokens * Math.floor(whole / this.blockTokens);
  }

  ownBlocks(id: number): number {
    const { table } = this;
    const computed = this.batch.contextOf(id) - 1;
    return Math.ceil(computed / this.blockTokens) - table.sharedBlocks[id]! - table.contentBlocks[id]!;
  }
}
