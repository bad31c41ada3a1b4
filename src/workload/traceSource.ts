/** Requests replayed from a trace, with times from its first request on. */
import type { RequestSource } from './source.js';
import type { Trace } from './trace.js';

/** Growth of a replayed demand: `users` brings requests closer together, the others scale their lengths. */
export interface TraceScale {
  readonly users: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
}

/** @param limit requests after which the source ends; `Infinity` for the whole trace */
export function traceSource(trace: Trace, sharedTokens: number, limit: number, scale: TraceScale): RequestSource {
  const { arrivedAtS, promptTokens, outputTokens } = trace;
  const n = Math.min(arrivedAtS.length, limit);
  const grow = (tokens: number, factor: number): number =>
    factor === 1 ? tokens : Math.max(1, Math.round(tokens * factor));
  let at = 0;
  const source: RequestSource = {
    time: 0,
    promptTokens: 0,
    outputTokens: 0,
    sharedTokens: 0,
    encodeS: 0,
    contentKey: -1,
    continues: false,
    startsContent: false,
    user: -1,
    advance() {
      if (at >= n) {
        source.time = Infinity;
        return;
      }
      source.time = arrivedAtS[at]! / scale.users;
      source.promptTokens = grow(promptTokens[at]!, scale.promptTokens);
      source.outputTokens = grow(outputTokens[at]!, scale.outputTokens);
      source.sharedTokens = Math.min(sharedTokens, source.promptTokens);
      at++;
    },
    answered() {},
    answeredAt: 0,
    answer() {},
  };
  source.advance();
  return source;
}
