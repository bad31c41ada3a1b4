import type { RequestSource } from './source.js';

/**
 * The same source, preceded by `count` requests at time 0 that look like its first ones: a queue that stands when the run begins. The
 * source's own requests follow at their own times.
 */
export function withBacklog(source: RequestSource, count: number): RequestSource {
  let left = count;
  const sizes: { prompt: number; output: number; shared: number; encodeS: number }[] = [];
  const ahead: { time: number; prompt: number; output: number; shared: number; encodeS: number; key: number }[] = [];
  // The lengths of the backlog are those of the source's next requests, which keep them too.
  for (let i = 0; i < Math.min(count, 1024) && source.time !== Infinity && source.user < 0; i++) {
    sizes.push({
      prompt: source.promptTokens,
      output: source.outputTokens,
      shared: source.sharedTokens,
      encodeS: source.encodeS,
    });
    ahead.push({
      time: source.time,
      prompt: source.promptTokens,
      output: source.outputTokens,
      shared: source.sharedTokens,
      encodeS: source.encodeS,
      key: source.contentKey,
    });
    source.advance();
  }
  if (sizes.length === 0) return source;
  let at = 0;
  const view: RequestSource = {
    time: 0,
    promptTokens: 0,
    outputTokens: 0,
    sharedTokens: source.sharedTokens,
    encodeS: 0,
    contentKey: -1,
    continues: source.continues,
    startsContent: false,
    user: -1,
    advance() {
      if (left > 0) {
        left--;
        const size = sizes[left % sizes.length]!;
        view.time = 0;
        view.promptTokens = size.prompt;
        view.outputTokens = size.output;
        view.sharedTokens = size.shared;
        view.encodeS = size.encodeS;
        view.contentKey = -1;
      } else if (at < ahead.length) {
        const next = ahead[at++]!;
        view.time = next.time;
        view.promptTokens = next.prompt;
        view.outputTokens = next.output;
        view.sharedTokens = next.shared;
        view.encodeS = next.encodeS;
        view.contentKey = next.key;
      } else {
        view.time = source.time;
        view.promptTokens = source.promptTokens;
        view.outputTokens = source.outputTokens;
        view.sharedTokens = source.sharedTokens;
        view.encodeS = source.encodeS;
        view.contentKey = source.contentKey;
        if (source.time !== Infinity) source.advance();
      }
    },
    answered() {},
    answeredAt: 0,
    answer() {},
  };
  view.advance();
  return view;
}
