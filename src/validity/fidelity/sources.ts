/** Request sources of benchmarks that the workload room has no need for: a batch at t = 0, and a backlog that never ends. */
import type { Draw } from '../../kernel/variates.js';
import type { RequestSource } from '../../workload/source.js';

/** `count` requests at t = 0. */
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

/** Multiples of the golden ratio, without their whole part, fill [0, 1) evenly, any run of them alike. */
const golden = (Math.sqrt(5) - 1) / 2;

/**
 * `waiting` requests at t = 0, and a new one for each that is answered: the line never empties. The first `underWay` are as far through
 * their answers as requests are that an engine has been serving for long, every share alike: what they have is in their prompt. Requests of
 * one length that start together would end together for ever.
 */
export const backlogSource = (waiting: number, underWay: number, prompt: Draw, output: Draw): RequestSource => {
  const source = blankSource();
  let due = waiting;
  let begun = 0;
  source.advance = () => {
    if (due === 0) {
      source.time = Infinity;
      return;
    }
    due--;
    const whole = output();
    const done = begun < underWay ? Math.floor(whole * ((begun * golden) % 1)) : 0;
    source.promptTokens = prompt() + done;
    source.outputTokens = whole - done;
    source.user = begun++;
  };
  source.answer = () => {
    due++;
    if (source.time !== Infinity) return;
    source.time = source.answeredAt;
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
