/**
 * Letting a waiting request in. It takes the KV blocks that its first step needs, but only if there is room for more than that (see
 * `AnswerRoom`): a long prompt that comes in on the strength of its first chunk evicts itself when it reaches what is not there, and
 * comes in again, for nothing. (vLLM asks for the whole prompt, too: `scheduler_reserve_full_isl`.)
 */
import { lookaheadTokens } from './engineLimits.js';
import type { EngineParts } from './engineParts.js';

const NOT_YET = -1;

/**
 * Admits the head of the line if there is room for what is not cached of it; its first chunk has at most `budget` tokens.
 *
 * @returns whether it was admitted
 */
export function admit(parts: EngineParts, id: number, budget: number): boolean {
  const { table, kv, sharing, metrics, room, clock } = parts;
  const { blockTokens } = parts.limits;
  const target = table.target[id]!;
  const key = table.contentKey[id]!;
  const hit = sharing.find(table.sharedTokens[id]!, key, target);
  const found = sharing.shared + sharing.content;
  if (room.asked(id) - found > room.free - sharing.foundInQueue(key)) return false;
  const end = target - hit < budget ? target : hit + budget;
  const blocks = Math.ceil(end / blockTokens) - found;
  parts.waiting.popFront();
  metrics.waiting.add(clock.now, -1);
  sharing.hold(id);
  kv.allocate(blocks);
  room.join(id);
  table.privateBlocks[id] = blocks;
  parts.prefills.join(id, hit);
  parts.order.append(id);
  if (table.admittedAt[id] === NOT_YET) {
    table.admittedAt[id] = clock.now;
    metrics.lookedUpTokens += target;
    metrics.hitTokens += hit;
  }
  return true;
}

/**
 * Brings the head of the line back from host memory, if its blocks and those of its next step fit. It decodes in the step that is being
 * planned, which lasts longer by the transfer; what it shared before it was swapped out is its own now.
 *
 * @returns the blocks that are moved, 0 when there is no room
 */
export function resume(parts: EngineParts, id: number, budget: number): number {
  const { table, kv, batch, limits, clock } = parts;
  const drafts = limits.draftTokens ?? 0;
  if (budget <= drafts) return 0;
  const context = Math.floor(table.promptTokens[id]! + 1 + table.gain[id]! * (table.done[id]! - 1));
  const blocks = Math.ceil((context + lookaheadTokens(limits)) / limits.blockTokens);
  if (blocks > kv.free) return 0;
  const moved = table.swappedBlocks[id]!;
  parts.waiting.popFront();
  parts.metrics.waiting.add(clock.now, -1);
  kv.allocate(blocks);
  table.privateBlocks[id] = blocks;
  table.swappedBlocks[id] = 0;
  batch.start(id);
  parts.growth.start(id);
  parts.order.append(id);
  return moved;
}
