/**
 * Closed-loop users: each asks, waits for the answer, thinks, and asks again. A conversation has several turns; each turn's prompt is
 * the conversation so far and a new message. After its last turn the user starts a new conversation.
 */
import { Calendar } from '../kernel/calendar.js';
import { type Draw, inBlocks } from '../kernel/variates.js';
import type { MediaDraw } from './media.js';
import type { RequestSource } from './source.js';

export interface ClosedTraffic {
  readonly users: number;
  readonly thinkS: Draw;
  /** Turns of a conversation; 1 makes every prompt new. */
  readonly turns: number;
  readonly promptTokens: Draw;
  readonly outputTokens: Draw;
  readonly sharedTokens: number;
  /** Images and audio of each message; absent where messages are text. A conversation carries them along. */
  readonly media?: MediaDraw;
  /** Tokens after which a conversation starts anew although turns are left: the model's context. */
  readonly maxTokens: number;
  /** Requests after which the source ends; `Infinity` for none. */
  readonly limit: number;
  /** All users ask at time 0 (as a benchmark does) instead of spread over a think time. */
  readonly startTogether: boolean;
}

export function closedSource(traffic: ClosedTraffic): RequestSource {
  const { users, turns, sharedTokens, media, maxTokens, limit } = traffic;
  const thinkS = inBlocks(traffic.thinkS);
  const promptTokens = inBlocks(traffic.promptTokens);
  const outputTokens = inBlocks(traffic.outputTokens);
  const calendar = new Calendar(users);
  const turn = new Int32Array(users);
  const history = new Int32Array(users);
  const message = new Int32Array(users);
  const answer = new Int32Array(users);
  /** Text of a conversation's first message, and seconds of encoding: of the conversation so far, and of the message. */
  const opening = new Int32Array(users);
  const encoded = new Float64Array(users);
  const encodes = new Float64Array(users);
  let emitted = 0;

  /** The user's next question comes at `calendar.time`. */
  const schedule = (user: number): void => {
    media?.next();
    const words = promptTokens();
    message[user] = media === undefined ? words : words + media.tokens;
    if (media !== undefined) encodes[user] = media.encodeS;
    answer[user] = outputTokens();
    if (turn[user]! >= turns || history[user]! + message[user]! + answer[user]! > maxTokens) {
      turn[user] = 0;
      history[user] = 0;
      encoded[user] = 0;
    }
    if (history[user] === 0) opening[user] = words;
    calendar.enter(user);
  };

  const refresh = (): void => {
    source.time = emitted < limit ? calendar.earliest : Infinity;
    if (source.time === Infinity) return;
    const user = calendar.peekSlot();
    source.user = user;
    source.promptTokens = history[user]! + message[user]!;
    source.outputTokens = answer[user]!;
    // The system prompt stands before the first message's media.
    source.sharedTokens = Math.min(sharedTokens, media === undefined ? source.promptTokens : opening[user]!);
    source.encodeS = encoded[user]! + encodes[user]!;
    source.contentKey = turns > 1 ? 1 + user : -1;
    source.startsContent = turns > 1 && turn[user] === 0;
  };

  const source: RequestSource = {
    time: 0,
    promptTokens: 0,
    outputTokens: 0,
    sharedTokens,
    encodeS: 0,
    contentKey: -1,
    continues: turns > 1,
    startsContent: false,
    user: 0,
    advance() {
      const { user } = source;
      history[user] = source.promptTokens + source.outputTokens;
      encoded[user] = source.encodeS;
      turn[user] = turn[user]! + 1;
      calendar.cancel(user);
      emitted++;
      refresh();
    },
    answered(user, time) {
      source.answeredAt = time;
      source.answer(user);
    },
    answeredAt: 0,
    answer(user) {
      calendar.time = source.answeredAt + thinkS();
      schedule(user);
      refresh();
    },
  };
  for (let user = 0; user < users; user++) {
    calendar.time = traffic.startTogether ? 0 : thinkS() * (user / users);
    schedule(user);
  }
  refresh();
  return source;
}
