import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateFormula, variablesOf } from '../../../src/fleet/autoscalers/keda/formula/evaluate.js';
import { parseFormula } from '../../../src/fleet/autoscalers/keda/formula/parse.js';

const VALUES = { a: 6, b: 4, c: null };
const value = (formula: string): number | null | string => {
  const result = evaluateFormula(formula, VALUES);
  return result.ok ? result.value : result.error;
};

describe('scaling-modifier formulas', () => {
  it.each([
    ['a + b * 2', 14],
    ['(a + b) / 4', 2.5],
    ['a - b - 1', 1],
    ['2 ** 3 ** 2', 512],
    ['-2 ^ 2', -4],
    ['a % b', 2],
    ['a > b ? a : b', 6],
    ['a > b and not (b > a) ? 1 : 0', 1],
    ['c ?? b', 4],
    ['c ?? c', null],
    // `??` binds tightest: (c ?? 1) + a
    ['c ?? 1 + a', 7],
    ['max(a, b, 9)', 9],
    ['mean([a, b])', 5],
    ['sum([a, b])', 10],
    ['median([a, b, 100])', 6],
    ['round(2.5) + ceil(0.2) + floor(1.9) + abs(-1)', 6],
    ['count([a, b], {# > 5}) == 1 ? 3 : 0', 3],
    ['any([a, b], {# > 100}) ? 3 : 0', 0],
    ['sum(map([a, b], {# * 2}))', 20],
    ['len(1..4)', 4],
    ['a in [6, 7] ? 1 : 2', 1],
    ['1_000 + 0.5e1', 1005],
  ])('%s is %s', (formula, expected) => {
    expect(value(formula)).toBe(expected);
  });

  it('say where they go wrong', () => {
    expect(value('a +')).toContain('expected a value but found the end (position 4)');
    expect(value('a $ b')).toContain('position 3');
    expect(value('a + c')).toContain('a trigger that failed; use ?? to give a default');
    expect(value('d')).toContain('unknown name d');
    expect(value('a > b')).toContain('gives no number');
    expect(value('exec("x")')).toContain('unknown function exec');
  });

  it('reach nothing outside their variables', () => {
    for (const formula of ['constructor', '__proto__', 'toString()', 'process', 'a.constructor', 'globalThis']) {
      expect(evaluateFormula(formula, VALUES).ok).toBe(false);
    }
  });

  it('neither nest nor range without end', () => {
    expect(value(`${'('.repeat(5000)}1${')'.repeat(5000)}`)).toContain('nested too deeply');
    expect(value(`${'-'.repeat(5000)}1`)).toContain('nested too deeply');
    expect(value('len(1..1000000000)')).toContain('too long');
  });

  it('never throw on any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        evaluateFormula(text, VALUES);
      }),
    );
    const pieces = fc.constantFrom(
      'a',
      'c',
      '1',
      '+',
      '-',
      '??',
      '(',
      ')',
      '[',
      ']',
      '{',
      '}',
      '#',
      ',',
      'count',
      '?',
      ':',
      '..',
      'not ',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 15 }), (parts) => {
        evaluateFormula(parts.join(''), VALUES);
      }),
    );
  });

  it('name the triggers that they read', () => {
    expect([...variablesOf(parseFormula('count([x, y], {# > z}) > 1 ? max(x, 2) : w ?? 5'))].toSorted()).toEqual([
      'w',
      'x',
      'y',
      'z',
    ]);
  });
});
