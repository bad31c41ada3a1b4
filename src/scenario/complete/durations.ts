import { readColumns } from '../columns.js';
import { parsePath } from '../path.js';
import type { DurationsInput } from '../schema/distributions.js';
import type { Distribution } from '../types.js';
import type { Context } from './context.js';

/** A distribution of seconds in canonical form; a plain duration is deterministic unless `plain` says otherwise. */
export const completeDurations = (
  input: DurationsInput,
  path: string,
  context: Context,
  plain: 'deterministic' | 'exponential' = 'deterministic',
): Distribution => {
  if (typeof input === 'number') return { distribution: input === 0 ? 'deterministic' : plain, mean: input };
  if (input.distribution !== 'empirical') return input;
  if (input.values !== undefined) return { distribution: 'empirical', values: input.values };
  return { distribution: 'empirical', values: observed(input.file ?? '', `${path}.file`, context) };
};

const observed = (file: string, path: string, context: Context): readonly number[] => {
  const text = context.files.read(file);
  if (text === undefined) return [1];
  const columns = readColumns(text);
  if (!columns.ok) {
    context.report({
      code: 'E1402',
      path: parsePath(path)!,
      message: `${file}: ${columns.message}`,
      hint: 'expected a CSV with one column of seconds',
    });
    return [1];
  }
  const divisor = columns.header[0]?.endsWith('_ms') ? 1000 : 1;
  return columns.rows.map((row) => row[0]! / divisor);
};
