/** What an engine is made of: who waits, who runs, and the memory that they have. */
import type { Clock } from '../../kernel/clock.js';
import { AnswerRoom } from './answerRoom.js';
import type { BlockGrowth } from './blockGrowth.js';
import { DecodingBatch } from './decodingBatch.js';
import { type EngineLimits, lookaheadTokens } from './engineLimits.js';
import { FairLine } from './fairLine.js';
import { KvCache } from './kvCache.js';
import { LookaheadBlocks } from './lookaheadBlocks.js';
import type { LlmMetrics } from './metrics.js';
import { PhaseBlocks } from './phaseBlocks.js';
import { Prefills } from './prefills.js';
import { PrefixSharing } from './prefixSharing.js';
import { PriorityLine } from './priorityLine.js';
import type { RequestTable } from './requestTable.js';
import { RunningOrder } from './runningOrder.js';
import { type Line, WaitingLine } from './waitingLine.js';

export interface EngineParts {
  readonly limits: EngineLimits;
  /** Whether requests leave when their prompt is computed, to be decoded elsewhere. */
  readonly handsOver: boolean;
  /** Tokens that a decoding sequence takes of a step's budget: itself and its drafts. */
  readonly width: number;
  /** Sequences that may run: as the limits say, and each decoding one must find its tokens in the budget. */
  readonly maxSequences: number;
  readonly clock: Clock;
  readonly table: RequestTable;
  readonly metrics: LlmMetrics;
  readonly waiting: Line;
  readonly order: RunningOrder;
  readonly prefills: Prefills;
  readonly batch: DecodingBatch;
  readonly growth: BlockGrowth;
  readonly kv: KvCache;
  readonly sharing: PrefixSharing;
  readonly room: AnswerRoom;
}

export function engineParts(
  limits: EngineLimits,
  windowTokens: number,
  clock: Clock,
  table: RequestTable,
  metrics: LlmMetrics,
  handsOver: boolean,
): EngineParts {
  const { blockTokens, draftTokens = 0, priorityLevels: levels = 1 } = limits;
  const width = 1 + draftTokens;
  const lookahead = lookaheadTokens(limits);
  const kv = new KvCache(limits.kvBlocks, limits.contentKeys);
  const { tenantWeights } = limits;
  const line = (): Line =>
    tenantWeights === undefined ? new WaitingLine() : new FairLine(tenantWeights, !handsOver, table);
  const batch = new DecodingBatch(table, windowTokens);
  return {
    limits,
    handsOver,
    width,
    maxSequences: Math.min(limits.maxSequences, Math.floor(limits.maxBatchedTokens / width)),
    clock,
    table,
    metrics,
    kv,
    batch,
    waiting: levels === 1 ? line() : new PriorityLine(levels, table, line),
    order: new RunningOrder(table, levels),
    prefills: new Prefills(table, windowTokens),
    growth:
      lookahead === 0
        ? new PhaseBlocks(batch, table, blockTokens)
        : new LookaheadBlocks(batch, table, blockTokens, lookahead),
    sharing: new PrefixSharing(kv, table, blockTokens, limits.prefixCaching),
    room: new AnswerRoom(kv, table, blockTokens, lookahead, limits.reservesAnswers ?? false),
  };
}
