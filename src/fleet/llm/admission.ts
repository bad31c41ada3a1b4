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
  metrics.wait(-1);
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
  const moved = parts.table.swappedBlocks[id]!;
  if (!takeIn(parts, id, budget)) return 0;
  parts.table.swappedBlocks[id] = 0;
  return moved;
}

/**
 * Takes in the head of the line with the keys and values that another engine has computed, if they fit beside its next step. Like a
 * sequence that comes back, it has blocks of its own and decodes in the step that is being planned.
 */
export function receive(parts: EngineParts, id: number, budget: number): boolean {
  if (!takeIn(parts, id, budget)) return false;
  parts.table.withKv[id] = 0;
  return true;
}

/** Gives the head of the line the blocks of all that it has so far, and lets it decode; false when there is no room. */
function takeIn(parts: EngineParts, id: number, budget: number): boolean {
  const { table, kv, batch, limits, room } = parts;
  const drafts = limits.draftTokens ?? 0;
  if (budget <= drafts) return false;
  const context = Math.floor(table.promptTokens[id]! + 1 + table.gain[id]! * (table.done[id]! - 1));
  const blocks = Math.ceil((context + lookaheadTokens(limits)) / limits.blockTokens);
  if (limits.reservesAnswers ? room.asked(id) > room.free : blocks > kv.free) return false;
  parts.waiting.popFront();
  parts.metrics.wait(-1);
  kv.allocate(blocks);
  room.join(id);
  table.privateBlocks[id] = blocks;
  batch.start(id);
  parts.growth.start(id);
  parts.order.append(id);
  return true;
}
