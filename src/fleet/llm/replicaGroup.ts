/** Replicas of one service that are alike: same hardware, same step times, same memory. A fleet has one group or several. */
import type { RequestOverhead, StepModel } from '../../latency/types.js';
import { type EngineLimits, lookaheadTokens } from './engineLimits.js';

export interface ReplicaGroup {
  readonly step: StepModel;
  readonly limits: EngineLimits;
  readonly overhead: RequestOverhead;
  /** Engines over all replicas of the group at the start, all of them ready. */
  readonly engines: number;
  /** Engines that come and go together; 1 unless given. */
  readonly enginesPerReplica?: number;
  /** Its engines only compute prompts, or only decode what others have computed; both unless given. */
  readonly role?: 'prefill' | 'decode';
}

/** Tokens that the KV memory of one engine has room for. */
export const tokensRoom = ({ limits }: ReplicaGroup): number => limits.kvBlocks * limits.blockTokens;

/** Whether one engine has room for its part of a request by itself: the prompt, or all of it. */
export const hasRoomFor = (group: ReplicaGroup, promptTokens: number, outputTokens: number): boolean =>
  group.role === 'prefill' ? promptTokens <= tokensRoom(group) : promptTokens + outputTokens <= longestRequest(group);

/**
 * The longest request, prompt and answer, that fits into one engine's memory by itself. The answer's last token is never read again, so
 * its keys and values need no place.
 */
export const longestRequest = (group: ReplicaGroup): number => tokensRoom(group) - lookaheadTokens(group.limits) + 1;
