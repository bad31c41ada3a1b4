import * as z from 'zod';
import { anyDuration, count, either, fraction, number, optional, positiveDuration, strict } from './primitives.js';

/** What the clients of a service share: they stop asking while many tries fail. */
const circuitBreaker = () =>
  strict({
    failures: optional(() =>
      fraction({ above: 0, max: 1 }).describe('share of failed tries from which on it opens, for example 50 %'),
    ),
    window: optional(() => positiveDuration().describe('what it looks back at')),
    min_requests: optional(() =>
      count(1, 1_000_000).describe('tries that must have ended in the window before it judges'),
    ),
    open: optional(() => positiveDuration().describe('how long it stays open')),
    half_open: optional(() => count(1, 10_000).describe('tries that probe the service after that')),
  });

const hedge = () =>
  strict({
    after: optional(() =>
      either('expected a duration such as 2 s, or one of p50, p90, p95, p99', [
        z.enum(['p50', 'p90', 'p95', 'p99']),
        positiveDuration(),
      ]).describe('how long there is no first token: a duration, or a quantile of the times to first token so far'),
    ),
    max: optional(() => count(1).describe('copies beside the first')),
    budget: optional(() => fraction({ above: 0, max: 1 }).describe('most copies, as a share of all tries')),
  });

/** How the clients of an open loop behave when an answer does not come. */
export const client = () =>
  strict({
    timeout: optional(() => positiveDuration().describe('what a try may take; then it is given up')),
    retries: optional(() => count(0, 100).describe('tries after the first')),
    retry_on: optional(() =>
      z
        .array(z.enum(['timeout', 'failure', 'rejection']))
        .min(1)
        .describe(
          'what is tried again; a rejection is one of the gateway (admission), not of a request that could never be served',
        ),
    ),
    backoff: optional(() =>
      strict({
        initial: optional(() => anyDuration().describe('pause before the first retry')),
        factor: optional(() => number({ min: 1, max: 100 }).describe('by which it grows with each retry')),
        max: optional(() => anyDuration().describe('longest pause')),
        jitter: optional(() =>
          fraction().describe('share of the pause that is random: it lies between (1 − jitter) and 1 times the pause'),
        ),
      }).describe('pause before a retry'),
    ),
    server_cancels: optional(() =>
      z.boolean().describe('whether the server stops what its client has given up, or computes it to its end'),
    ),
    hedge: optional(() => hedge().describe('sends a second copy of a slow try to another replica')),
    circuit_breaker: optional(() => circuitBreaker().describe('stops asking while many tries fail')),
  });

export type ClientInput = z.output<ReturnType<typeof client>>;
