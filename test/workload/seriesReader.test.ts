import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSeries, type Series, type SeriesProblem } from '../../src/workload/seriesReader.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-series-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const read = (content: string): Promise<Series | SeriesProblem> => {
  const path = join(folder, 'series.csv');
  writeFileSync(path, content);
  return readSeries(path);
};

describe('readSeries', () => {
  it('reads columns by name, with gaps where cells are empty or missing', async () => {
    const series = (await read('\uFEFFcpu,time_s,queue\r\n0.5,0,3\r\n,15,4\r\n0.7,30\r\n')) as Series;
    expect([...series.timeS]).toEqual([0, 15, 30]);
    expect([...series.columns.keys()]).toEqual(['cpu', 'queue']);
    expect([...series.columns.get('cpu')!]).toEqual([0.5, Number.NaN, 0.7]);
    expect([...series.columns.get('queue')!]).toEqual([3, 4, Number.NaN]);
  });

  it.each([
    ['no rows', 'time_s,cpu\n', 1, 'no rows'],
    ['no time', 'time,cpu\n1,2\n', 1, 'no column time_s'],
    ['a column twice', 'time_s,cpu,cpu\n1,2,3\n', 1, 'twice'],
    ['a text', 'time_s,cpu\n1,2\n2,high\n', 3, '"high" in column cpu'],
    ['a text after blank lines', 'time_s,cpu\n\n1,2\n\n2,high\n', 5, '"high" in column cpu'],
    ['a repeated time', 'time_s,cpu\n1,2\n1,3\n', 3, 'do not rise'],
    ['an empty time', 'time_s,cpu\n,2\n', 2, 'not a time'],
    ['an infinite value', 'time_s,cpu\n1,Infinity\n', 2, 'not a number'],
  ])('finds %s and its line', async (_, content, line, message) => {
    expect(await read(content)).toMatchObject({
      kind: 'series-problem',
      line,
      message: expect.stringContaining(message),
    });
  });

  it('says when a file cannot be read', async () => {
    expect(await readSeries(join(folder, 'missing.csv'))).toMatchObject({ message: expect.stringContaining('ENOENT') });
  });
});
