import { describe, expect, it } from 'vitest';
import { problemsToJson, renderProblems, textOf } from '../../src/scenario/renderProblems.js';
import { load, withLine } from './base.js';

const shown = (text: string, set: readonly string[] = []): string => {
  const loaded = load(text, set);
  return loaded.ok ? '' : renderProblems(loaded.problems, textOf(loaded.source));
};

describe('problems', () => {
  it('are shown with their line, a caret and what to do', () => {
    expect(
      shown(withLine(16, '    replicsa: 2'), ['services.desk.servers=0']),
    ).toBe(`error[E1203]: unknown key "replicsa" in pools.gpu
  --> s.yaml:16:5
    |
 16 |     replicsa: 2
    |     ^^^^^^^^ did you mean "replicas"?
error[E1101]: services.desk.servers must be at least 1, got 0
  --> --set:1:23
   |
 1 | services.desk.servers=0
   |                       ^
2 errors. See: plimsoll explain E1203`);
  });

  it('underline quantities whole, without the comment after them', () => {
    expect(shown(withLine(17, 'window: 45 GB   # too much'))).toContain('         ^^^^^ units: ms');
  });

  it('show long lines around the caret', () => {
    const lines = shown(withLine(17, `data: { ${'x'.repeat(200)}: { stored: 4 } }`)).split('\n');
    expect(Math.max(...lines.slice(0, 4).map((line) => line.length))).toBeLessThan(320);
    expect(lines[4]).toMatch(/^ {4}\| +\^ units/);
  });

  it('carry no control characters to the terminal', () => {
    const text = shown(withLine(17, '"\\e[31mred\\u202e": 1'));
    expect(text).toContain('unknown key');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is the point
    expect(text).not.toMatch(/[\u001b\u202e]/);
  });

  it('are JSON with the first one as the error', () => {
    const loaded = load(withLine(16, '    replicas: 0'));
    const json = problemsToJson(loaded.ok ? [] : loaded.problems);
    expect(json.error).toEqual({
      code: 'E1101',
      message: 'pools.gpu.replicas must be at least 1, got 0',
      location: 's.yaml:16:15',
      path: 'pools.gpu.replicas',
      severity: 'error',
      hint: null,
    });
    expect(json.errors).toHaveLength(1);
  });
});
