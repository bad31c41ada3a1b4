import type { ClientInput } from '../schema/client.js';
import type { Client } from '../types.js';
import type { Context } from './context.js';

/** What OpenAI's client library does, which most clients of LLM endpoints use or copy. */
const OPENAI = { grade: 'vendor' as const, source: 'openai-python src/openai/_constants.py, _calculate_retry_timeout' };

/** A client with its defaults. */
export const completeClient = (input: ClientInput, path: string, context: Context): Client => {
  const { assume } = context;
  const backoff = input.backoff ?? {};
  const why = "the default of OpenAI's client library";
  const seconds = (key: 'initial' | 'max', value: number): number =>
    backoff[key] ?? assume(`${path}.backoff.${key}`, value, why, { ...OPENAI, shown: `${value} s` });
  return {
    timeout: input.timeout ?? assume(`${path}.timeout`, 600, why, { ...OPENAI, shown: '10 min' }),
    retries: input.retries ?? assume(`${path}.retries`, 2, why, OPENAI),
    retry_on:
      input.retry_on ??
      assume(
        `${path}.retry_on`,
        ['timeout', 'failure', 'rejection'] as const,
        "OpenAI's client library retries 429, 5xx, lost connections and timeouts",
        {
          ...OPENAI,
          shown: 'timeout, failure, rejection',
        },
      ),
    backoff: {
      initial: seconds('initial', 0.5),
      factor: backoff.factor ?? assume(`${path}.backoff.factor`, 2, why, OPENAI),
      max: seconds('max', 8),
      jitter: backoff.jitter ?? assume(`${path}.backoff.jitter`, 0.25, why, { ...OPENAI, shown: '25 %' }),
    },
    server_cancels:
      input.server_cancels ??
      assume(
        `${path}.server_cancels`,
        true,
        'vLLM stops a request when its client disconnects; behind a proxy that hides this, say false',
        { grade: 'vendor', source: 'vllm-project/vllm#32442; BerriAI/litellm#8754' },
      ),
  };
};
