import type { z } from 'zod';
import { count, either, number, strict, text } from './primitives.js';

const tokens = () => number({ above: 0, max: 1e8 });

/** Token lengths: a constant, or a distribution by two of its properties, or a histogram file. */
export const lengths = (min = 1) =>
  either('expected a number of tokens, or one of { mean, cv }, { p50, p99 }, { min, max }, { histogram: file }', [
    count(min, 1e8).describe('the same length every time'),
    strict({
      mean: tokens().describe('mean tokens'),
      cv: number({ min: 0, max: 100 }).describe('standard deviation divided by mean'),
    }),
    strict({ p50: tokens().describe('median tokens'), p99: tokens().describe('99th percentile of tokens') }),
    strict({ min: count(0, 1e8).describe('fewest tokens'), max: count(1, 1e8).describe('most tokens') }),
    strict({ histogram: text().describe('CSV with columns tokens,weight, relative to this file') }),
  ]);

export type LengthsInput = z.output<ReturnType<typeof lengths>>;
