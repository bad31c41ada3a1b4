import { readColumns } from '../columns.js';
import { parsePath } from '../path.js';
import type { LengthsInput } from '../schema/lengths.js';
import type { Lengths } from '../types.js';
import type { Context } from './context.js';

/** Token lengths in canonical form. Histograms are read from their file: columns tokens and weight. */
export const completeLengths = (input: LengthsInput, path: string, context: Context): Lengths => {
  if (typeof input === 'number') return { kind: 'constant', tokens: input };
  if ('histogram' in input) return histogram(input.histogram, `${path}.histogram`, context);
  if ('p50' in input)
    return input.p50 === input.p99
      ? { kind: 'constant', tokens: Math.round(input.p50) }
      : { kind: 'quantiles', ...input };
  if ('mean' in input) return { kind: 'lognormal', ...input };
  return { kind: 'uniform', ...input };
};

const histogram = (file: string, path: string, context: Context): Lengths => {
  const empty: Lengths = { kind: 'histogram', values: [1], weights: [1] };
  const text = context.files.read(file);
  if (text === undefined) return empty;
  const columns = readColumns(text);
  const reject = (message: string): Lengths => {
    context.report({
      code: 'E1402',
      path: parsePath(path)!,
      message: `${file}: ${message}`,
      hint: 'expected a CSV with columns tokens,weight',
    });
    return empty;
  };
  if (!columns.ok) return reject(columns.message);
  const { header, rows } = columns;
  const value = Math.max(
    0,
    header.findIndex((name) => ['tokens', 'value', 'length'].includes(name)),
  );
  const found = header.findIndex((name) => ['weight', 'count', 'probability'].includes(name));
  const weight = found >= 0 ? found : 1;
  if (rows.some((row) => row[value] === undefined)) return reject('a row has no tokens');
  const values = rows.map((row) => row[value]!);
  const weights = rows.map((row) => row[weight] ?? 1);
  return weights.some((w) => w > 0) ? { kind: 'histogram', values, weights } : reject('all weights are zero');
};
