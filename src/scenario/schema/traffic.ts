import * as z from 'zod';
import { rate } from '../quantities.js';
import { rateLimit } from './admission.js';
import { client } from './client.js';
import { durations } from './distributions.js';
import { lengths } from './lengths.js';
import { audio, images } from './media.js';
import { count, either, fraction, number, optional, quantity, strict, text } from './primitives.js';
import { responseBytes } from './regions.js';

const cv = () =>
  number({ above: 0, max: 100 }).describe('coefficient of variation of the gaps between arrivals (gamma, weibull)');
const process = () => z.enum(['poisson', 'constant', 'gamma', 'weibull']);

const arrivals = () =>
  either('expected poisson, constant, gamma or weibull, or { process: gamma, cv: 2 }', [
    z.enum(['poisson', 'constant', 'gamma', 'weibull', 'trace']),
    strict({ process: process().describe('renewal process of arrivals'), cv: optional(cv) }),
  ]);

const users = () =>
  strict({
    concurrent: count().describe('users that are active at once'),
    think_time: optional(() =>
      durations().describe(
        'pause between an answer and the next request; a plain duration means exponential with that mean',
      ),
    ),
    turns: optional(() =>
      number({ min: 1, max: 1e6 }).describe('requests in a conversation; each turn carries the history in its prompt'),
    ),
  });

const shape = () =>
  either('expected the name of a shape, 168 weights, or a CSV file', [
    text().describe(
      'a name (flat, office-hours, consumer-evening, weekdays, nightly-batch) or a CSV file of 168 weights',
    ),
    z
      .array(number({ min: 0 }))
      .length(168)
      .describe('168 hourly weights, Monday 00:00 UTC first; scaled to a mean of one'),
  ]);

/** What every kind of service may say about its load. */
const common = () => ({
  rate: optional(() => quantity(rate, { above: 0 }).describe('mean arrival rate over the week, for example 6.45 /s')),
  users: optional(() => users().describe('a closed population instead of a rate')),
  trace: optional(() =>
    text().describe('CSV with columns arrived_at_s,prompt_tokens,output_tokens, relative to this file'),
  ),
  arrivals: optional(() => arrivals().describe('arrival process; a trace brings its own')),
  cv: optional(cv),
  requests: optional(() => count().describe('stop after this many requests')),
  shape: optional(() => shape().describe('weekly load curve')),
});

/** Traffic of an LLM service. */
export const llmTraffic = () =>
  strict({
    ...common(),
    prompt_tokens: optional(() => lengths(0).describe('prompt length in tokens, shared prefix included')),
    output_tokens: optional(() => lengths(0).describe('answer length in tokens')),
    images: optional(() => images().describe('images in prompts: their tokens come on top of prompt_tokens')),
    audio: optional(() => audio().describe('audio in prompts: its tokens come on top of prompt_tokens')),
    shared_prefix_tokens: optional(() =>
      count(0).describe('leading tokens that all prompts have in common (system prompt)'),
    ),
    unique_prompts: optional(() => count().describe('that many distinct prompts are repeated in turn')),
    priority: optional(() =>
      z
        .array(
          strict({
            name: text().describe('name of the level'),
            share: fraction({ above: 0, max: 1 }).describe('share of requests'),
          }),
        )
        .min(1)
        .max(16)
        .describe('levels of priority, most urgent first'),
    ),
    client: optional(() => client().describe('what clients do when an answer does not come')),
    tenants: optional(() =>
      z
        .array(
          strict({
            name: text().describe('name of the tenant'),
            share: fraction({ above: 0, max: 1 }).describe('share of requests'),
            rate_limit: optional(() => rateLimit().describe('a token bucket of its own')),
            weight: optional(() =>
              number({ above: 0, max: 1e6 }).describe(
                'share of the service where tenants compete (admission.fairness); 1 unless given',
              ),
            ),
          }),
        )
        .min(1)
        .max(200)
        .describe('whose requests they are'),
    ),
    response_bytes_per_token: optional(responseBytes),
  });

/** Traffic of other inference services. */
export const inferenceTraffic = () =>
  strict({
    ...common(),
    prompt_tokens: optional(() => lengths(0).describe('tokens of one item, for text encoders')),
  });

/** Traffic of a queue. */
export const queueTraffic = () =>
  strict({ ...common(), batch_size: optional(() => count().describe('arrivals come in groups of this many')) });

export type TrafficInput = z.output<ReturnType<typeof llmTraffic>> &
  Partial<z.output<ReturnType<typeof inferenceTraffic>>> &
  Partial<z.output<ReturnType<typeof queueTraffic>>>;
