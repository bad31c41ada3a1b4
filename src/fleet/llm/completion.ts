/** What becomes of a sequence when a step has given it a token: it starts to decode, or it has all and leaves. */
import type { EngineParts } from './engineParts.js';

/**
 * A prompt is complete (for the first time, or again after a preemption) and gives a token.
 *
 * @returns whether the request leaves, with its last token or to be decoded elsewhere; else it decodes from the next step on
 */
export function completePrompt(parts: EngineParts, id: number): boolean {
  const { table, metrics, clock, sharing, batch, growth } = parts;
  if (table.done[id] === 0) {
    metrics.outputTokens++;
    metrics.inputTokens += table.promptTokens[id]!;
    table.firstTokenAt[id] = clock.now;
    sharing.publishShared(id);
    sharing.publishContent(id, table.promptTokens[id]!);
  } else {
    metrics.outputTokens += table.gain[id]!;
    const itl = metrics.itl[metrics.currentBatch]!;
    itl.value = clock.now - table.lastTokenAt[id]!;
    itl.insert(1);
  }
  table.done[id] = table.done[id]! + 1;
  if (table.done[id] === table.steps[id]) {
    depart(parts, id, false, table.computed[id]!);
    return true;
  }
  if (parts.handsOver) {
    table.lastTokenAt[id] = clock.now;
    giveBack(parts, id, table.privateBlocks[id]!);
    return true;
  }
  batch.start(id);
  growth.start(id);
  return false;
}

/** A decoding sequence has its last token. */
export function finishDecoding(parts: EngineParts, id: number): void {
  const { table, batch, growth } = parts;
  growth.stop(id);
  batch.stop(id);
  depart(parts, id, true, table.promptTokens[id]! + table.outputTokens[id]! - 1);
}

/** Gives back what a request holds, after making its `computed` tokens findable if its conversation goes on. */
function depart(parts: EngineParts, id: number, decoded: boolean, computed: number): void {
  const { table, sharing } = parts;
  // The last step gives what the rounding of the gain leaves (nothing without drafts).
  parts.metrics.outputTokens += table.outputTokens[id]! - 1 - table.gain[id]! * (table.steps[id]! - 1);
  if (table.continues[id]) sharing.publishContent(id, computed);
  giveBack(parts, id, decoded ? parts.growth.ownBlocks(id) : table.privateBlocks[id]!);
}

/** The request has left: its own blocks and those that it shares are free. */
function giveBack(parts: EngineParts, id: number, ownBlocks: number): void {
  parts.kv.release(ownBlocks);
  parts.sharing.drop(id);
  parts.room.leave(id);
  parts.order.remove(id);
}
