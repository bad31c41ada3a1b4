/** The request source of benchmarks that the workload room has no need for: a batch at t = 0. */
import type { Draw } from '../../kernel/variates.js';
import type { RequestSource } from '../../workload/source.js';

/** `count` requests at t = 0. With `contentKeys` prompts repeat in turn. */
export const batchSource = (count: number, prompt: Draw, output: Draw): RequestSource => {
  let emitted = 0;
  const source = blankSource();
  source.advance = () => {
    if (emitted >= count) {
      source.time = Infinity;
      return;
    }
    source.promptTokens = prompt();
    source.outputTokens = output();
    emitted++;
  };
  source.advance();
  return source;
};

const blankSource = (): RequestSource => ({
  time: 0,
  promptTokens: 0,
  outputTokens: 0,
  sharedTokens: 0,
  encodeS: 0,
  contentKey: -1,
  continues: false,
  startsContent: false,
  user: -1,
  advance() {},
  answered() {},
  answeredAt: 0,
  answer() {},
});
