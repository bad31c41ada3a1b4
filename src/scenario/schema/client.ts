import * as z from 'zod';
import { anyDuration, count, fraction, number, positiveDuration, strict } from './primitives.js';

/** How the clients of an open loop behave when an answer does not come. */
export const client = () =>
  strict({
    timeout: positiveDuration().describe('what a try may take; then it is given up').exactOptional(),
    retries: count(0, 100).describe('tries after the first').exactOptional(),
    retry_on: z
      .array(z.enum(['timeout', 'failure', 'rejection']))
      .min(1)
      .describe(
        'what is tried again; a rejection is one of the gateway (admission), not of a request that could never be served',
      )
      .exactOptional(),
    backoff: strict({
      initial: anyDuration().describe('pause before the first retry').exactOptional(),
      factor: number({ min: 1, max: 100 }).describe('by which it grows with each retry').exactOptional(),
      max: anyDuration().describe('longest pause').exactOptional(),
      jitter: fraction()
        .describe('share of the pause that is random: it lies between (1 − jitter) and 1 times the pause')
        .exactOptional(),
    })
      .describe('pause before a retry')
      .exactOptional(),
    server_cancels: z
      .boolean()
      .describe('whether the server stops what its client has given up, or computes it to its end')
      .exactOptional(),
    hedge_after: positiveDuration().describe('sends a second copy after this long without an answer').exactOptional(),
    circuit_breaker: z
      .record(z.string(), z.unknown())
      .describe('stops asking while many requests fail')
      .exactOptional(),
  });

export type ClientInput = z.output<ReturnType<typeof client>>;
