/** The clients of a service, as the fleet knows them. */
import type { ClientSettings } from '../fleet/llm/clients.js';
import type { Uniform } from '../kernel/random.js';
import type { Client } from '../scenario/types.js';

export function clientSettings(
  { timeout, retries, retry_on, backoff, server_cancels }: Client,
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
  };
}
