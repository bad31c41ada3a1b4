import { describe, expect, it } from 'vitest';
import type { CODES } from '../../src/scenario/codes.js';
import { load, withLine } from './base.js';

/** What may be wrong with headroom and fractions: lines of a pool, then code, line:column and part of message and hint. */
type Case = readonly [lines: string, code: keyof typeof CODES, at: string, says: RegExp];

const CASES: readonly Case[] = [
  ['headroom: 1', 'E1103', '17:15', /needs a unit.*1 machines, or n\+1/],
  ['headroom: n', 'E1102', '17:15', /n\+1, n\+zone/],
  ['headroom: n+region', 'E1102', '17:15', /n\+1, n\+zone/],
  ['headroom: n-1', 'E1102', '17:15', /n\+1, n\+zone/],
  ['headroom: n+0', 'E1101', '17:15', /at least 1 machine/],
  ['headroom: 99999 machines', 'E1101', '17:15', /at most 10000/],
  ['headroom: 95 %', 'E1101', '17:15', /at most 90 %/],
  ['headroom: 0 %', 'E1101', '17:15', /more than 0 %/],
  ['headroom: { machines: 1 }', 'E1102', '17:15', /got a map/],
  ['headroom: n+zone', 'E1303', '17:15', /more than one zone.*add zones: 3/],
  ['headroom: N + Zone\n    zones: 1', 'E1303', '17:15', /more than one zone/],
  ['headrom: n+1', 'E1203', '17:5', /did you mean "headroom"/],
  ['fraction: 0.5', 'E1102', '17:15', /must be text, got 0\.5/],
  ['fraction: 3g.40gb\n    parallelism: { tensor: 2 }', 'E1303', '18:28', /slices of one cannot reach each other/],
  ['fraction: 3g.40gb\n    parallelism: { data: 4 }', 'E1303', '18:26', /whole accelerators/],
];

describe('wrong headroom and fractions', () => {
  it.each(CASES)('%s', (lines, code, at, says) => {
    const loaded = load(withLine(17, `    ${lines}`));
    const problems = loaded.ok ? [] : loaded.problems;
    expect(problems.map((problem) => `${problem.code} ${problem.line}:${problem.column}`)).toEqual([`${code} ${at}`]);
    expect(`${problems[0]?.message} ${problems[0]?.hint}`).toMatch(says);
  });

  it.each(['n+1', 'N + 2', '2 machines', '1 machine', '12.5 %'])('headroom: %s is right', (text) => {
    expect(load(withLine(17, `    headroom: ${text}`)).ok).toBe(true);
  });
});
