import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderProblems, textOf } from '../../src/scenario/renderProblems.js';
import { load } from './base.js';

const TEXTS = readdirSync('scenarios')
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => readFileSync(`scenarios/${name}`, 'utf8'));

/** Whatever the text: no throw, and each problem has a place inside it, a message and a code frame. */
const isAnswered = (text: string): void => {
  const loaded = load(text);
  if (loaded.ok) return;
  expect(loaded.problems.length).toBeGreaterThan(0);
  const lines = text.split('\n').length;
  for (const { line, column, message } of loaded.problems) {
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(lines + 1);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(message).not.toBe('');
  }
  renderProblems(loaded.problems, textOf(loaded.source));
};

const spots = fc.record({ text: fc.constantFrom(...TEXTS), at: fc.nat(), length: fc.nat({ max: 12 }) });

describe('mutated scenarios never throw', () => {
  it('with anything spliced in', () => {
    const piece = fc.oneof(
      fc.string({ maxLength: 10 }),
      fc.constantFrom(
        '__proto__: 1',
        '&a',
        '*a',
        '!!int',
        '- ',
        '? ',
        ': ',
        '{',
        ']',
        '\t',
        '\n',
        '"',
        '|',
        '<<: *a',
        '.nan',
        '-.inf',
        'null',
        '~',
        '---',
        '%YAML 9',
      ),
    );
    fc.assert(
      fc.property(spots, piece, ({ text, at, length }, by) => {
        const from = at % (text.length + 1);
        isAnswered(text.slice(0, from) + by + text.slice(from + length));
      }),
      { numRuns: 600, seed: 1 },
    );
  });

  it('with any value replaced by one of another type', () => {
    const value = fc.constantFrom(
      'null',
      '[]',
      '{}',
      '[[1]]',
      '{ a: { b: 1 } }',
      '-1',
      '1e400',
      '.nan',
      '""',
      'true',
      '9 % / month',
      '800 ms',
      '{ mean: 1 }',
      '[x, 1, null]',
      '{ distribution: 3 }',
      '{ kind: 4 }',
    );
    fc.assert(
      fc.property(fc.constantFrom(...TEXTS), fc.nat(), value, (text, at, by) => {
        const values = [...text.matchAll(/: ([^\n#{[]+)/g)];
        const hit = values[at % values.length]!;
        isAnswered(text.slice(0, hit.index + 2) + by + text.slice(hit.index + hit[0].length));
      }),
      { numRuns: 600, seed: 1 },
    );
  });

  it('with any text at all', () => {
    fc.assert(fc.property(fc.string({ maxLength: 80, unit: 'binary' }), isAnswered), { numRuns: 300, seed: 1 });
  });

  it('with any tree of data', () => {
    const tree = fc.object({
      key: fc.constantFrom(
        'services',
        'pools',
        'a',
        'kind',
        'traffic',
        'rate',
        'model',
        'replicas',
        '__proto__',
        'growth',
        'users',
        'rules',
      ),
      maxDepth: 5,
    });
    fc.assert(
      fc.property(tree, (data) => isAnswered(JSON.stringify({ version: 1, ...(data as object) }))),
      { numRuns: 400, seed: 1 },
    );
  });
});
