import * as z from 'zod';
import { anyDuration, count, either, fraction, number, positiveDuration, strict } from './primitives.js';

/** What the clients of a service share: they stop asking while many tries fail. */
const circuitBreaker = () =>
  strict({
    failures: fraction({ above: 0, max: 1 })
      .describe('share of failed tries from which on it opens, for example 50 %')
      .exactOptional(),
    window: positiveDuration().describe('what it looks back at').exactOptional(),
    min_requests: count(1, 1_000_000)
      .describe('tries that must have ended in the window before it judges')
      .exactOptional(),
    open: positiveDuration().describe('how long it stays open').exactOptional(),
    half_open: count(1, 10_000).describe('tries that probe the service after that').exactOptional(),
  });

const hedge = () =>
  strict({
    after: either('expected a duration such as 2 s, or one of p50, p90, p95, p99', [
      z.enum(['p50', 'p90', 'p95', 'p99']),
      positiveDuration(),
    ])
      .describe('how long there is no first token: a duration, or a quantile of the times to first token so far')
      .exactOptional(),
    max: count(1).describe('copies beside the first').exactOptional(),
    budget: fraction({ above: 0, max: 1 }).describe('most copies, as a share of all tries').exactOptional(),
  });

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
    hedge: hedge().describe('sends a second copy of a slow try to another replica').exactOptional(),
    circuit_breaker: circuitBreaker().describe('stops asking while many tries fail').exactOptional(),
  });

export type ClientInput = z.output<ReturnType<typeof client>>;
