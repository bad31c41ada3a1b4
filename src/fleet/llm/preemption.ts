/**
 * Memory has run out and a sequence gives way: it loses its blocks and waits again, ahead of those that arrived after it. A sequence that
 * decodes is copied to host memory when `limits.swap` is given and has room; all others are computed again, prompt and answer so far.
 */
import type { EngineParts } from './engineParts.js';

/** @returns the blocks that are copied to host memory, of `hostFree`; 0 when the sequence will be computed again */
export function preempt(parts: EngineParts, id: number, hostFree: number): number {
  const { table, metrics, clock } = parts;
  let moved = 0;
  metrics.preemptions++;
  const context = takeOff(parts, id);
  if (context > 0) {
    table.lastTokenAt[id] = clock.now;
    // What was generated so far must be read again; its last token has no keys and values yet.
    const tokens = Math.floor(context);
    table.target[id] = tokens;
    const blocks = Math.ceil((tokens - 1) / parts.limits.blockTokens);
    if (blocks <= hostFree) {
      moved = blocks;
      table.swappedBlocks[id] = blocks;
      metrics.swaps++;
    }
  }
  parts.waiting.pushFront(id);
  metrics.wait(1);
  return moved;
}

/** A sequence leaves the batch with all that it holds; returns the tokens of its context if it decoded, 0 if its prompt was under way. */
export function takeOff(parts: EngineParts, id: number): number {
  const { table, kv, batch, growth } = parts;
  let context = 0;
  if (parts.prefills.remove(id)) kv.release(table.privateBlocks[id]!);
  else {
    const own = growth.ownBlocks(id);
    context = batch.contextOf(id);
    growth.stop(id);
    batch.stop(id);
    kv.release(own);
  }
  parts.sharing.drop(id);
  parts.order.remove(id);
  return context;
}
