import { describe, expect, it } from 'vitest';
import { Shares } from '../../../src/fleet/llm/shares.js';
import { VerifySteps } from '../../../src/fleet/llm/verifySteps.js';
import { stream } from '../../../src/kernel/random.js';
import { tokensPerStep } from '../../../src/latency/speculative.js';

/** Draft by draft, as an engine would do it. */
function stepByStep(answer: number, drafts: number, acceptance: number, uniform: () => number): number {
  let steps = 0;
  for (let left = answer; left > 0; steps++) {
    let given = 1;
    while (given <= drafts && uniform() < acceptance) given++;
    left -= given;
  }
  return steps;
}

describe('the steps of an answer under speculative decoding', () => {
  it.each([
    [1, 3, 0.7],
    [7, 1, 0.5],
    [40, 4, 0.8],
    [300, 5, 0.6],
    [900, 2, 0.9],
  ])('for %i tokens, %i drafts and acceptance %d have the law of a draft by draft simulation', (answer, drafts, a) => {
    const n = 20_000;
    const verify = new VerifySteps(drafts, a, stream(3, 0, 'x'));
    const uniform = stream(4, 0, 'y');
    const draws = Array.from({ length: n }, (_, request) => verify.stepsFor(answer, request));
    const twins = Array.from({ length: n }, () => stepByStep(answer, drafts, a, uniform));
    const mean = (list: readonly number[]): number => list.reduce((sum, x) => sum + x, 0) / n;
    const variance = (list: readonly number[]): number => mean(list.map((x) => x * x)) - mean(list) ** 2;
    const deviation = Math.sqrt((variance(draws) + variance(twins)) / n);
    expect(Math.abs(mean(draws) - mean(twins))).toBeLessThanOrEqual(4 * deviation);
    if (variance(twins) > 0) expect(Math.abs(variance(draws) / variance(twins) - 1)).toBeLessThan(0.06);
    // The whole distribution, not only its moments: Kolmogorov–Smirnov at 0.1 %.
    const share = (list: readonly number[], up: number): number => list.filter((x) => x <= up).length / n;
    const values = [...new Set(twins)].filter((_, i) => i % 3 === 0);
    for (const up of values)
      expect(Math.abs(share(draws, up) - share(twins, up))).toBeLessThan(1.95 * Math.sqrt(2 / n));
  });

  it('are as many as tokens when nothing is accepted, and the fewest when all is', () => {
    expect(new VerifySteps(4, 0, stream(1, 0, 'x')).stepsFor(57, 9)).toBe(57);
    expect(new VerifySteps(4, 1, stream(1, 0, 'x')).stepsFor(57, 9)).toBe(12);
  });

  it.each([
    [1, 0.5],
    [4, 0.7],
    [8, 0.95],
  ])('give (1 − a^(k+1))/(1 − a) tokens each over a long answer, for %i drafts of acceptance %d', (drafts, a) => {
    const verify = new VerifySteps(drafts, a, stream(5, 0, 'x'));
    let steps = 0;
    for (let request = 0; request < 200; request++) steps += verify.stepsFor(20_000, request);
    expect((200 * 20_000) / steps / ((1 - a ** (drafts + 1)) / (1 - a))).toBeCloseTo(1, 2);
    expect(tokensPerStep(drafts, a)).toBeCloseTo((1 - a ** (drafts + 1)) / (1 - a), 12);
  });

  it('belong to the request: the same whoever asks when', () => {
    const [one, two] = [0, 1].map(() => new VerifySteps(3, 0.6, stream(1, 0, 'x')));
    const forwards = Array.from({ length: 50 }, (_, request) => one!.stepsFor(100, request));
    const backwards = Array.from({ length: 50 }, (_, i) => two!.stepsFor(100, 49 - i)).reverse();
    expect(forwards).toEqual(backwards);
    expect(new Set(forwards).size).toBeGreaterThan(5);
  });

  it('give what is left at the last step, never more than its drafts allow', () => {
    const verify = new VerifySteps(5, 0.97, stream(8, 0, 'x'));
    for (let request = 0; request < 2000; request++) {
      const answer = 1 + ((request * 7919) % 60_000);
      const steps = verify.stepsFor(answer, request);
      const last = answer - verify.gainOf(answer, steps) * (steps - 1);
      expect(last).toBeGreaterThan(0);
      expect(last).toBeLessThanOrEqual(6);
    }
  });
});

describe('levels of priority', () => {
  it('have their shares of the requests', () => {
    const levels = new Shares([2, 5, 3], stream(1, 0, 'x'));
    const counts = [0, 0, 0];
    for (let request = 0; request < 30_000; request++) {
      const level = levels.of(request);
      counts[level] = counts[level]! + 1;
    }
    for (const [level, share] of [0.2, 0.5, 0.3].entries()) {
      expect(Math.abs(counts[level]! / 30_000 - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / 30_000));
    }
  });
});
