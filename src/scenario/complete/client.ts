import type { ClientInput } from '../schema/client.js';
import type { CircuitBreaker, Client, Hedge } from '../types.js';
import type { Context } from './context.js';
import { given } from './context.js';

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
    ...given({
      circuit_breaker: completeCircuitBreaker(input.circuit_breaker, `${path}.circuit_breaker`, context),
      hedge: completeHedge(input.hedge, `${path}.hedge`, context),
    }),
  };
};

const RESILIENCE4J = { grade: 'vendor' as const, source: 'resilience4j documentation, CircuitBreaker (read 2026-11)' };

const completeCircuitBreaker = (
  input: ClientInput['circuit_breaker'],
  path: string,
  { assume }: Context,
): CircuitBreaker | undefined => {
  if (input === undefined) return undefined;
  const why = 'the default of resilience4j, whose window is one of time here';
  return {
    failures: input.failures ?? assume(`${path}.failures`, 0.5, why, { ...RESILIENCE4J, shown: '50 %' }),
    window: input.window ?? assume(`${path}.window`, 100, why, { ...RESILIENCE4J, shown: '100 s' }),
    min_requests: input.min_requests ?? assume(`${path}.min_requests`, 100, why, RESILIENCE4J),
    open: input.open ?? assume(`${path}.open`, 60, why, { ...RESILIENCE4J, shown: '60 s' }),
    half_open: input.half_open ?? assume(`${path}.half_open`, 10, why, RESILIENCE4J),
  };
};

const completeHedge = (input: ClientInput['hedge'], path: string, { assume }: Context): Hedge | undefined => {
  if (input === undefined) return undefined;
  const source = 'Dean & Barroso, The Tail at Scale, CACM 56(2), 2013';
  return {
    after: input.after ?? assume(`${path}.after`, 'p95' as const, 'later than most answers begin', { source }),
    budget:
      input.budget ??
      assume(`${path}.budget`, 0.05, 'what a copy after the 95th percentile adds to the load', {
        source,
        shown: '5 %',
      }),
  };
};
