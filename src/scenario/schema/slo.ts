import { percent } from '../quantities.js';
import { optional, positiveDuration, quantity, strict } from './primitives.js';

const limits = () =>
  strict(
    {
      mean: optional(() => positiveDuration().describe('limit of the mean')),
      p50: optional(() => positiveDuration().describe('limit of the median')),
      p90: optional(() => positiveDuration().describe('limit of the 90th percentile')),
      p95: optional(() => positiveDuration().describe('limit of the 95th percentile')),
      p99: optional(() => positiveDuration().describe('limit of the 99th percentile')),
    },
    '{ p95: 800 ms }',
  );

const availability = () =>
  optional(() =>
    quantity(percent, { above: 0, max: 1 }).describe('share of requests that must be answered, for example 99.9 %'),
  );

/** Objectives of an LLM service. */
export const llmSlo = () =>
  strict({
    ttft: optional(() => limits().describe('time to first token')),
    tpot: optional(() => limits().describe('time per output token after the first')),
    e2e: optional(() => limits().describe('time to the last token')),
    availability: availability(),
  });

/** Objectives of a service without tokens. */
export const plainSlo = () =>
  strict({ e2e: optional(() => limits().describe('time from arrival to answer')), availability: availability() });
