import { parsePath } from '../path.js';
import type { AdaptersInput } from '../schema/adapters.js';
import type { LlmService } from '../types.js';
import type { Context } from './context.js';

export const completeAdapters = (
  input: AdaptersInput | undefined,
  path: string,
  { assume, report }: Context,
): LlmService['adapters'] => {
  if (input === undefined) return undefined;
  if ((input.max_loaded ?? 0) > input.count) {
    report({
      code: 'W1702',
      severity: 'warning',
      path: parsePath(`${path}.max_loaded`)!,
      message: `memory is set aside for ${input.max_loaded} adapters, and there are ${input.count}`,
      hint: `max_loaded: ${input.count} is enough`,
    });
  }
  return {
    count: input.count,
    rank: input.rank,
    target: input.target ?? assume(`${path}.target`, 'all' as const, 'all linear layers, as in QLoRA (2023)'),
    max_loaded:
      input.max_loaded ??
      assume(`${path}.max_loaded`, input.count, 'all stay loaded; of engines, vLLM loads one unless told otherwise'),
    popularity:
      input.popularity ?? assume(`${path}.popularity`, 1, "Zipf's law: the kth is asked for 1/k as often as the first"),
  };
};
