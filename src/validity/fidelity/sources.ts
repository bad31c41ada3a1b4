/** Request sources of benchmarks that the workload room has no need for: a batch at t = 0, and a backlog that never ends. */
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

/**
 * `waiting` requests at t = 0, and a new one for each that is answered: the line never empties. The first ones ask for a random part
 * of an answer only, as if they had been decoding for a while, so that ends do not come in waves.
 */
export const backlogSource = (waiting: number, prompt: Draw, output: Draw, uniform: () => number): RequestSource => {
  const source = blankSource();
  let due = waiting;
  let begun = 0;
  source.advance = () => {
    if (due === 0) {
      source.time = Infinity;
      return;
    }
    due--;
    source.promptTokens = prompt();
    const whole = output();
    source.outputTokens = begun < waiting / 2 ? Math.max(1, Math.ceil(uniform() * whole)) : whole;
    source.user = begun++;
  };
  source.answered = (_user, time) => {
    due++;
    if (source.time !== Infinity) return;
    source.time = time;
    source.advance();
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
