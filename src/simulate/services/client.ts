/** The clients of a service, as the fleet knows them. */
import type { ClientSettings } from '../../fleet/llm/clients.js';
import type { HedgeSettings } from '../../fleet/llm/hedges.js';
import type { Uniform } from '../../kernel/random.js';
import type { Client, Hedge } from '../../scenario/types.js';

export function clientSettings(
  { timeout, retries, retry_on, backoff, server_cancels, circuit_breaker: breaker, hedge }: Client,
  uniform: Uniform,
): ClientSettings {
  const { initial, factor, max, jitter } = backoff;
  return {
    timeoutS: timeout,
    retries,
    retriesOn: {
      timeout: retry_on.includes('timeout'),
      failure: retry_on.includes('failure'),
      rejection: retry_on.includes('rejection'),
    },
    pauseS: (retry) => Math.min(max, initial * factor ** (retry - 1)) * (1 - jitter * uniform()),
    serverCancels: server_cancels,
    ...(breaker && {
      circuit: {
        failureShare: breaker.failures,
        windowS: breaker.window,
        minTries: breaker.min_requests,
        openS: breaker.open,
        probes: breaker.half_open,
      },
    }),
    ...(hedge && { hedge: hedgeSettings(hedge) }),
  };
}

/** First tokens after which a quantile is looked up again; fewer say little of a p95. */
const LEARNS_EVERY = 64;

function hedgeSettings({ after, budget }: Hedge): HedgeSettings {
  const quantile = typeof after === 'number' ? undefined : Number(after.slice(1)) / 100;
  return {
    afterS: typeof after === 'number' ? after : Infinity,
    ...(quantile !== undefined && { afterQuantile: quantile }),
    learnsEvery: LEARNS_EVERY,
    budget,
  };
}
