import * as z from 'zod';
import { count, number, optional, strict } from './primitives.js';

/** Low-rank adapters that requests of a service ask for. */
export const adapters = () =>
  strict({
    count: count(1, 10_000).describe('adapters that requests ask for'),
    rank: count(1, 1024).describe('rank of each'),
    target: optional(() =>
      z.enum(['attention', 'all']).describe('what they adapt: the attention, or all linear layers of the transformer'),
    ),
    max_loaded: optional(() =>
      count(1, 10_000).describe(
        'adapters in the memory of an accelerator at once (vLLM: --max-loras); the others wait in host memory',
      ),
    ),
    popularity: optional(() =>
      number({ min: 0, max: 5 }).describe(
        "exponent of Zipf's law: 0 where all are asked for alike, 1 where the kth is asked for 1/k as often",
      ),
    ),
  });

export type AdaptersInput = z.output<ReturnType<typeof adapters>>;
