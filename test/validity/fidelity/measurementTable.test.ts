import { describe, expect, it } from 'vitest';
import { servingRuns } from '../../../src/validity/measurements/servingRow.js';
import { type MeasurementTable, parseTable } from '../../../src/validity/measurements/table.js';
import { type Cells, csv } from './tables.js';

const tableOf = (text: string): MeasurementTable => {
  const read = parseTable('t.csv', text);
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join('; '));
  return read.table;
};
const runsOf = (rows: readonly Cells[]) => servingRuns(tableOf(csv(rows)));

describe('reading a measurement table', () => {
  it('says which columns are missing and what was probably meant', () => {
    const read = parseTable('t.csv', csv([{}]).replace('prompt_tokens', 'promt_tokens'));
    expect(read).toMatchObject({
      ok: false,
      problems: [{ line: 1, path: 'prompt_tokens', hint: 'is it "promt_tokens"?' }],
    });
  });

  it('locates rows of another width and an empty table', () => {
    const text = csv([{}, {}]).trimEnd();
    expect(parseTable('t.csv', `${text},9\n`)).toMatchObject({ ok: false, problems: [{ line: 3 }] });
    expect(parseTable('t.csv', '').ok).toBe(false);
    expect(parseTable('t.csv', `${text.split('\n')[0]}\n`).ok).toBe(false);
  });

  it('tells kinds of tables by their headers', () => {
    expect(tableOf('hardware,model,sequence_length,metric,value\na,b,1,c,1\n').kind).toBe('training');
    expect(tableOf('hardware,model,storage,size_gb,metric,value\na,b,c,1,d,1\n').kind).toBe('cold-start');
    expect(tableOf('round,hardware,metric,value\na,b,c,1\n').kind).toBe('other');
    expect(tableOf(csv([{}])).kind).toBe('serving');
  });

  it('finds every bad cell at once', () => {
    const { problems } = runsOf([{ tp: 'two' }, { run_id: 'r2', value: 'fast' }, { run_id: 'r3', batch_size: -1 }]);
    expect(problems.map(({ line, path }) => [line, path])).toEqual([
      [2, 'tp'],
      [3, 'value'],
      [4, 'batch_size'],
    ]);
  });

  it('joins rows of one run and keeps apart those whose conditions differ', () => {
    const { runs } = runsOf([{}, { metric: 'ttft_mean_ms' }, { batch_size: 9 }, { run_id: 'r2' }]);
    expect(runs.map(({ measurements }) => measurements.length)).toEqual([2, 1, 1]);
  });

  it('takes blank and unknown cells as absent and inf as all at once', () => {
    const [run] = runsOf([{ tp: '', dp: 'unknown', request_rate: 'inf' }]).runs;
    expect(run!.conditions).not.toHaveProperty('tensor');
    expect(run!.conditions).not.toHaveProperty('data');
    expect(run!.conditions.requestRate).toBe(Infinity);
  });
});
