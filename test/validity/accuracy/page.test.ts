import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { accuracyMarkdown, withAccuracy } from '../../../src/validity/accuracy/page.js';
import { leftOutScores, scoreOf } from '../../../src/validity/accuracy/score.js';

const facts = { date: '2026-11-24', tables: 1, rows: 9, unanswered: 2, beyondPhysics: 1, notFitted: 0, refits: 3 };
const fitted = { rows: 7, medianApePct: 4.96, inBandPct: 85.7 };
const row = { dataset: 'mine', metric: 'tpot_mean_ms', hardware: 'H100-SXM', fitted };

describe('scoreOf', () => {
  it('is the median error and the share inside each row’s own band', () => {
    const score = scoreOf([
      { logError: Math.log(1.1), band80: 1.2 },
      { logError: Math.log(1.5), band80: 1.2 },
      { logError: Math.log(1 / 1.3), band80: 1.4 },
      { logError: Number.NaN, band80: 2 },
    ])!;
    expect(score.rows).toBe(3);
    expect(score.medianApePct).toBeCloseTo(100 * (1 - 1 / 1.3), 9);
    expect(score.inBandPct).toBeCloseTo(66.7, 1);
    expect(scoreOf([])).toBeUndefined();
  });

  it('is told apart by whether the engine’s era was seen', () => {
    const base = { dataset: 'd', metric: 'm', hardware: 'h', band80: 1.5 };
    const scores = leftOutScores([
      { ...base, logError: 0.1, eraSeen: true, learnt: true },
      { ...base, logError: 1, eraSeen: false, learnt: true },
      { ...base, logError: 1, eraSeen: false, learnt: true },
    ]);
    const [score] = scores.values();
    expect(score).toMatchObject({ rows: 3, eraSeen: { rows: 1, inBandPct: 100 } });
  });
});

describe('the accuracy table', () => {
  it('says how errors grow with what was left out, and when the era was unseen', () => {
    const text = accuracyMarkdown(
      [
        {
          ...row,
          hardwareOut: { rows: 7, medianApePct: 28, inBandPct: 71.4 },
          familyOut: {
            rows: 7,
            medianApePct: 16,
            inBandPct: 90,
            eraSeen: { rows: 3, medianApePct: 9, inBandPct: 100 },
          },
        },
      ],
      facts,
    );
    expect(text.split('\n')[2]).toBe(
      '| mine | tpot_mean_ms | H100-SXM | 7 | 5.0 % (86) | 28 % (71) † | 16 % (90), era seen 9.0 % |',
    );
    expect(text).toContain('2026-11-24: 9 rows of 1 tables, 2 without a prediction, 1 faster than physics');
    expect(text).toContain('† What was left out');
  });

  it('goes between the markers of a document and leaves the rest alone', () => {
    const readme = readFileSync(join(resolve(import.meta.dirname, '../../..'), 'README.md'), 'utf8');
    const changed = withAccuracy(readme, 'NEW-FIGURES')!;
    const [before, after] = changed.split('NEW-FIGURES');
    expect(readme.startsWith(before!.trimEnd())).toBe(true);
    expect(readme.endsWith(after!.trimStart())).toBe(true);
    expect(withAccuracy('no markers here', '')).toBeUndefined();
  });

  it('stands in the README in the form that the command writes', () => {
    const readme = readFileSync(join(resolve(import.meta.dirname, '../../..'), 'README.md'), 'utf8');
    const empty = withAccuracy(readme, '')!;
    const at = [...empty].findIndex((letter, index) => letter !== readme[index]);
    const table = readme.slice(at).split('<!--')[0]!.trim().split('\n');
    const lines = table.slice(0, table.indexOf(''));
    expect(lines[0]).toBe('| measurements | metric | device | rows | fitted | hardware out | family out |');
    expect(lines.length).toBeGreaterThan(20);
    for (const line of lines.slice(2))
      expect(line).toMatch(/^\| [^|]+ \| \w+ \| [^|]+ \| \d+ \| [\d.]+ % \(\d+\) \| [^|]+ \| [^|]+ \|$/);
    const biases = table.slice(table.findIndex((line) => line.startsWith('| device | times'))).slice(2);
    expect(biases.length).toBeGreaterThan(5);
    for (const line of biases) expect(line).toMatch(/^\| [^|]+ \| [^|]+ \| \d+ \| [+−]\d+ % \| [+−]\d+ % \|$/);
    expect(table.join('\n')).toMatch(/20\d\d-\d\d-\d\d: \d+ rows of \d+ tables, \d+ without a prediction/);
  });
});
