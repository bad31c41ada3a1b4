/** What is wrong with a latency profile, in the words of the house. */
import { describe, expect, it } from 'vitest';
import { parseProfile } from '../../src/simulate/world/profileFile.js';

const head = 'name: a\nsource: s\nas_of: 2026-01-01\n';

describe('a wrong profile', () => {
  it.each([
    ['hello', '1:1 a profile is a map of keys, got "hello"'],
    ['[1, 2]', '1:1 a profile is a map of keys, got a list'],
    ['name: a', '1:1 "source" is missing at the top of the profile'],
    [`${head}sett: {}`, '1:1 unknown key "sett" at the top of the profile (did you mean "set"?)'],
    [`${head}set: { gemmCompte: 1 }`, '4:6 unknown key "gemmCompte" in set (did you mean "gemmCompute"?)'],
    [`${head}set: { gemmCompute: fast }`, '4:21 set.gemmCompute must be a number, got "fast"'],
    [`${head}grade: good`, '4:8 grade must be one of measured, vendor, assumed, got "good"'],
    [`${head}tested: { hardware: A100, models: [dense] }`, '4:21 tested.hardware must be a list, got "A100"'],
  ])('%s', (text, says) => {
    const read = parseProfile('p.yaml', text);
    const told = read.ok
      ? []
      : read.problems.map(({ line, column, message, hint = '' }) => `${line}:${column} ${message} (${hint})`);
    expect(told.join('\n')).toContain(says);
    expect(told.join('\n')).not.toMatch(/Invalid|Unrecognized|received/);
  });
});
