import { percent } from '../quantities.js';
import { positiveDuration, quantity, strict } from './primitives.js';

const limits = () =>
  strict(
    {
      mean: positiveDuration().describe('limit of the mean').exactOptional(),
      p50: positiveDuration().describe('limit of the median').exactOptional(),
      p90: positiveDuration().describe('limit of the 90th percentile').exactOptional(),
      p95: positiveDuration().describe('limit of the 95th percentile').exactOptional(),
      p99: positiveDuration().describe('limit of the 99th percentile').exactOptional(),
    },
    '{ p95: 800 ms }',
  );

const availability = () =>
  quantity(percent, { above: 0, max: 1 })
    .describe('share of requests that must be answered, for example 99.9 %')
    .exactOptional();

/** Objectives of an LLM service. */
export const llmSlo = () =>
  strict({
    ttft: limits().describe('time to first token').exactOptional(),
    tpot: limits().describe('time per output token after the first').exactOptional(),
    e2e: limits().describe('time to the last token').exactOptional(),
    availability: availability(),
  });

/** Objectives of a service without tokens. */
export const plainSlo = () =>
  strict({ e2e: limits().describe('time from arrival to answer').exactOptional(), availability: availability() });
