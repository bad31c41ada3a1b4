import * as z from 'zod';
import { anyDuration, count, either, number, optional, positiveDuration, strict, text } from './primitives.js';

const cv = () =>
  number({ above: 0, max: 100 }).describe('coefficient of variation: standard deviation divided by mean');
const mean = () => positiveDuration().describe('mean duration, for example 100 ms');

/** A distribution of durations, by name and moments. */
const namedDistribution = () =>
  z.discriminatedUnion('distribution', [
    strict({
      distribution: z.literal('deterministic').describe('always exactly the mean'),
      mean: anyDuration().describe('the duration'),
    }),
    strict({ distribution: z.literal('exponential').describe('memoryless'), mean: mean() }),
    strict({
      distribution: z.enum(['lognormal', 'gamma', 'weibull']).describe('by mean and coefficient of variation'),
      mean: mean(),
      cv: cv(),
    }),
    strict({
      distribution: z.literal('hyperexponential').describe('two exponential phases with balanced means'),
      mean: mean(),
      cv: number({ min: 1, max: 100 }).describe('coefficient of variation, at least 1'),
    }),
    strict({
      distribution: z.literal('erlang').describe('sum of k exponential stages'),
      mean: mean(),
      k: count(1, 10_000).describe('stages; the coefficient of variation is 1/sqrt(k)'),
    }),
    strict({
      distribution: z.literal('empirical').describe('drawn from observed durations'),
      values: optional(() => z.array(anyDuration()).min(1).describe('observed durations, for example [80 ms, 120 ms]')),
      file: optional(() =>
        text().describe('CSV with one column of seconds (or of milliseconds when its name ends in _ms)'),
      ),
    }),
  ]);

/** A duration distribution; a plain duration means that value exactly. */
export const durations = () =>
  either('expected a distribution such as { distribution: exponential, mean: 100 ms }, or a plain duration', [
    anyDuration(),
    namedDistribution(),
  ]);

export type DurationsInput = z.output<ReturnType<typeof durations>>;
