/**
 * Who takes part in an engine's next step. Decoding sequences come first and get the blocks that they need, if others must give way for it;
 * then the prompt under way; then the line, in order, while the token budget, the limit on sequences and the memory last.
 */
import type { StepModel } from '../../latency/types.js';
import { admit, receive, resume } from './admission.js';
import type { EngineMeter } from './engineMeter.js';
import type { EngineParts } from './engineParts.js';
import type { PendingSteps } from './pendingSteps.js';
import { preempt } from './preemption.js';
import { StepTimes } from './stepTimes.js';

export class StepPlanner {
  private readonly times: StepTimes;
  /** Host memory left for preempted sequences, in blocks. */
  private hostFree: number;
  /** Blocks moved between device and host before the step that is being planned. */
  private moved = 0;

  constructor(
    model: StepModel,
    private readonly parts: EngineParts,
    private readonly pending: PendingSteps,
    private readonly meter: EngineMeter,
  ) {
    const { swap } = parts.limits;
    this.times = new StepTimes(model, parts, pending);
    this.hostFree = swap ? swap.hostBlocks : -1;
  }

  /** Plans the step, or the stretch of steps, that starts now; without a sequence the engine rests. */
  plan(): void {
    const { parts, pending } = this;
    const { batch, clock, prefills, order, width } = parts;
    pending.startedAt = clock.now;
    this.moved = 0;
    const evicted = this.makeRoom();
    prefills.begin();
    let budget = parts.limits.maxBatchedTokens - batch.size * width;
    if (prefills.count > 0 && budget > 0) budget -= this.continuePrompt(budget);
    if (!evicted) this.admitWaiting(budget);
    this.meter.seeSequences(order.count);
    pending.mixed = prefills.planned > 0 || pending.resumed.length > 0;
    if (pending.mixed) this.times.startStep(this.moved);
    else if (batch.size > 0) this.times.startStretch(this.stretchSteps(evicted), this.moved);
    else pending.rest();
  }

  /** What a request had in host memory is not needed any more. */
  forget(id: number): void {
    const { table } = this.parts;
    this.hostFree += table.swappedBlocks[id]!;
    table.swappedBlocks[id] = 0;
  }

  /** Takes the blocks that decoding needs, beside those of the prompt under way, for which others give way if they must. */
  private makeRoom(): boolean {
    const { batch, growth, kv, limits, order, prefills, table, width } = this.parts;
    let evicted = false;
    for (;;) {
      const need = batch.size > 0 ? growth.needed(1) : 0;
      let more = 0;
      if (prefills.count > 0) {
        const id = prefills.at(0);
        const budget = limits.maxBatchedTokens - batch.size * width;
        const lacking = table.target[id]! - table.computed[id]!;
        if (budget > 0) more = this.lackingBlocks(id, lacking < budget ? lacking : budget);
      }
      if (need + more <= kv.free) {
        kv.allocate(need);
        this.pending.allocated = need;
        return evicted;
      }
      const moved = preempt(this.parts, order.victim(), this.hostFree);
      this.hostFree -= moved;
      this.moved += moved;
      evicted = true;
    }
  }

  /** The next chunk of the prompt under way; returns its tokens. */
  private continuePrompt(budget: number): number {
    const { kv, prefills, table } = this.parts;
    const id = prefills.at(0);
    const chunk = prefills.plan(id, budget);
    const blocks = this.lackingBlocks(id, chunk);
    kv.allocate(blocks);
    table.privateBlocks[id] = table.privateBlocks[id]! + blocks;
    return chunk;
  }

  private admitWaiting(tokens: number): void {
    const { parts, pending } = this;
    const { waiting, order, prefills, table, maxSequences, width } = parts;
    let budget = tokens;
    while (waiting.length > 0 && order.count < maxSequences && budget > 0) {
      const id = waiting.peekFront();
      if (table.swappedBlocks[id]! > 0) {
        const moved = resume(parts, id, budget);
        if (moved === 0) return;
        pending.resumed.push(id);
        this.hostFree += moved;
        this.moved += moved;
        budget -= width;
      } else if (table.withKv[id]) {
        if (!receive(parts, id, budget)) return;
        pending.resumed.push(id);
        budget -= width;
      } else {
        if (!admit(parts, id, budget)) return;
        budget -= prefills.plan(id, budget);
      }
    }
  }

  /** Blocks that a prompt under way lacks for its next `chunk` tokens. */
  private lackingBlocks(id: number, chunk: number): number {
    const { table, limits } = this.parts;
    const blocks = Math.ceil((table.computed[id]! + chunk) / limits.blockTokens);
    return blocks - table.sharedBlocks[id]! - table.contentBlocks[id]! - table.privateBlocks[id]!;
  }

  /** For how many steps decoding is all that happens. */
  private stretchSteps(evicted: boolean): number {
    const { batch, growth, kv, waiting } = this.parts;
    // Whoever was preempted may come back at the next step: its first chunk may need less than it gave up.
    if (evicted && waiting.length > 0) return 1;
    return growth.stepsWithin(batch.quietSteps, kv.free + this.pending.allocated);
  }
}
