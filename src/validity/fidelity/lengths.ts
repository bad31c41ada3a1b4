/** Token lengths of a measured run: the nominal, or whole numbers uniform between a share of it and itself. */
import { stream, type Uniform } from '../../kernel/random.js';
import type { Draw } from '../../kernel/variates.js';

export const lengthDraw = (nominal: number, range: number, uniform: Uniform): Draw => {
  const most = Math.max(1, Math.round(nominal));
  const least = Math.max(1, Math.min(most, Math.round(nominal * range)));
  return most === least ? () => most : () => least + Math.floor(uniform() * (most - least + 1));
};

/** Draws of prompts and answers for one run; the same run always sees the same lengths. */
export const lengthDraws = (
  run: { readonly promptTokens?: number; readonly outputTokens?: number; readonly lengthRange: number },
  seed: number,
): { readonly prompt: Draw; readonly output: Draw } => ({
  prompt: lengthDraw(run.promptTokens ?? 0, run.lengthRange, stream(seed, 0, 'fidelity/prompt')),
  output: lengthDraw(run.outputTokens ?? 0, run.lengthRange, stream(seed, 0, 'fidelity/output')),
});
