import * as z from 'zod';
import { rate } from '../quantities.js';
import { count, quantity, strict } from './primitives.js';

/** A token bucket. */
export const rateLimit = () =>
  strict(
    {
      rate: quantity(rate, { above: 0 }).describe('what is let in for good, for example 50 /s'),
      burst: count(1, 1_000_000_000)
        .describe('what is let in at once; a second of the rate unless given')
        .exactOptional(),
      of: z
        .enum(['requests', 'tokens'])
        .describe('what is counted; tokens are those of prompt and answer')
        .exactOptional(),
    },
    '{ rate: 50 /s, burst: 100 }',
  );

/** Who is turned away before a replica is asked. */
export const admission = () =>
  strict({
    max_queue: count(0).describe('arrivals that find so many requests waiting are rejected').exactOptional(),
    max_in_flight: count(1).describe('arrivals that find so many requests in the system are rejected').exactOptional(),
    rate_limit: rateLimit().describe('a token bucket for all requests').exactOptional(),
    fairness: z
      .enum(['tenants'])
      .describe('waiting lines are fair between tenants, by the tokens that each has had over its weight (VTC)')
      .exactOptional(),
  });

export type RateLimitInput = z.output<ReturnType<typeof rateLimit>>;
