/**
 * How many steps an answer takes under speculative decoding. A step verifies `tokens` drafts: the drafts up to the first that is refused
 * count, and one token of the model itself, so a step gives 1 + min(G, tokens) tokens with G geometric: P(G ≥ i) = acceptance^i
 * (Leviathan et al. 2023, arXiv:2211.17192, §3.1; acceptances taken as independent). The steps of an answer are drawn until they give it
 * all. Sums of many steps have tables, so that a draw costs little more for a long answer than for a short one; its law is exact.
 */
import type { Uniform } from '../../kernel/random.js';
import { requestBits, uniformOf } from './requestUniform.js';

/** Resolution of a step's mean gain. Sums of multiples of it are exact: Σ context stays below 2²⁹ tokens. */
const UNIT = 2 ** -24;
/** Each table sums four times as many steps as the one before; larger ones are not worth their memory. */
const WIDER = 4;
const LARGEST = 4096;

export class VerifySteps {
  /** What `gainOf` says of the answer that steps were drawn for last: in a field, because each request asks (see `Clock`). */
  gain = 0;
  private readonly seed: number;
  /** P(steps give `steps + i` tokens or fewer), for 1, 4, 16… steps. */
  private readonly sums: readonly { readonly steps: number; readonly cumulated: Float64Array }[];

  /** @param tokens drafts of a step · @param acceptance probability that a draft is accepted, given that those before it were */
  constructor(
    readonly tokens: number,
    acceptance: number,
    uniform: Uniform,
  ) {
    this.seed = Math.floor(uniform() * 2 ** 32);
    let sum = Float64Array.from({ length: tokens + 1 }, (_, accepted) =>
      accepted < tokens ? acceptance ** accepted * (1 - acceptance) : acceptance ** tokens,
    );
    const sums = [{ steps: 1, cumulated: cumulate(sum) }];
    for (let steps = WIDER; steps * (tokens + 1) <= LARGEST; steps *= WIDER) {
      const twice = convolve(sum, sum);
      sum = convolve(twice, twice);
      sums.push({ steps, cumulated: cumulate(sum) });
    }
    this.sums = sums;
  }

  /** Steps that give `answer` tokens (1 or more) to the `request`th request of the run: always the same for the same request. */
  stepsFor(answer: number, request: number): number {
    let left = answer;
    let steps = 0;
    let draws = 0;
    for (let table = this.sums.length - 1; table >= 0; table--) {
      const { steps: many, cumulated } = this.sums[table]!;
      // So many steps cannot give too much.
      while (left > 0 && (table === 0 || left >= many * (this.tokens + 1))) {
        left -= many + below(cumulated, requestBits(this.seed, request, draws++));
        steps += many;
      }
    }
    // With thousands of steps the mean gain may be rounded down so far that the last step could not give the rest.
    for (;;) {
      const gain = Math.floor(answer / steps / UNIT) * UNIT;
      this.gain = gain;
      if (answer - gain * (steps - 1) <= this.tokens + 1) return steps;
      steps++;
    }
  }

  /** Tokens that each of `steps` steps is taken to give; the last gives what rounding leaves. */
  gainOf(answer: number, steps: number): number {
    return Math.floor(answer / steps / UNIT) * UNIT;
  }
}

function convolve(a: Float64Array, b: Float64Array): Float64Array<ArrayBuffer> {
  const sum = new Float64Array(a.length + b.length - 1);
  for (let i = 0; i < a.length; i++) for (let j = 0; j < b.length; j++) sum[i + j] = sum[i + j]! + a[i]! * b[j]!;
  return sum;
}

function cumulate(probabilities: Float64Array): Float64Array {
  let total = 0;
  return probabilities.map((p) => (total += p));
}

/** The first index whose cumulated probability is above the uniform number of random bits. */
function below(cumulated: Float64Array, bits: number): number {
  const u = uniformOf(bits);
  let low = 0;
  let high = cumulated.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cumulated[middle]! > u) high = middle;
    else low = middle + 1;
  }
  return low;
}
