import * as z from 'zod';
import { rate } from '../quantities.js';
import { count, optional, quantity, strict } from './primitives.js';

/** A token bucket. */
export const rateLimit = () =>
  strict(
    {
      rate: quantity(rate, { above: 0 }).describe('what is let in for good, for example 50 /s'),
      burst: optional(() =>
        count(1, 1_000_000_000).describe('what is let in at once; a second of the rate unless given'),
      ),
      of: optional(() =>
        z.enum(['requests', 'tokens']).describe('what is counted; tokens are those of prompt and answer'),
      ),
    },
    '{ rate: 50 /s, burst: 100 }',
  );

/** Who is turned away before a replica is asked. */
export const admission = () =>
  strict({
    max_queue: optional(() => count(0).describe('arrivals that find so many requests waiting are rejected')),
    max_in_flight: optional(() => count(1).describe('arrivals that find so many requests in the system are rejected')),
    rate_limit: optional(() => rateLimit().describe('a token bucket for all requests')),
    fairness: optional(() =>
      z
        .enum(['tenants'])
        .describe('waiting lines are fair between tenants, by the tokens that each has had over its weight (VTC)'),
    ),
  });

export type RateLimitInput = z.output<ReturnType<typeof rateLimit>>;
