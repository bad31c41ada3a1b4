/** `simulate --requests`: a row for each request, whatever kind of service it asked. */
import { describe, expect, it } from 'vitest';
import { REQUEST_COLUMNS, requestRows } from '../../src/report/requestRows.js';
import { simulate } from '../../src/simulate/simulate.js';
import { CHAT, EMBED, only, QUEUE, worldOf } from './worlds.js';

/** The rows of a run as records, and its result. */
async function rowsOf(text: string, sets: readonly string[] = []) {
  let csv = '';
  const rows = requestRows(['one'], (piece) => {
    csv += piece;
  });
  const result = simulate(await worldOf(text, sets), { sink: rows.sink, replications: 1 });
  rows.end();
  const [header, ...lines] = csv.trimEnd().split('\n');
  expect(header).toBe(REQUEST_COLUMNS.join(','));
  const records = lines.map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(REQUEST_COLUMNS.map((name, i) => [name, cells[i]!]));
  });
  return { records, service: only(result) };
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length;

describe('requestRows', () => {
  it('tells the wait and the stay of each request of a queue, and leaves empty what it has not', async () => {
    const { records, service } = await rowsOf(QUEUE);
    const served = records.filter(({ outcome }) => outcome === 'completed');
    expect(served.length).toBeGreaterThan(100);
    expect(served.length).toBeGreaterThanOrEqual(service.requests.completed);
    expect(1000 * meanOf(served.map(({ e2e_s }) => Number(e2e_s)))).toBeCloseTo(service.e2e_ms.mean!, 6);
    expect(1000 * meanOf(served.map(({ queued_s }) => Number(queued_s)))).toBeCloseTo(service.wait_ms!.mean!, 6);
    for (const row of served) expect([row.prompt_tokens, row.ttft_s, row.replica]).toEqual(['', '', '']);
  });

  it('tells who gave up and who was turned away', async () => {
    const impatient = `servers: 1\n    capacity: 6\n    patience: { distribution: exponential, mean: 300 ms }`;
    const { records, service } = await rowsOf(QUEUE.replace('servers: 1', impatient));
    const many = (what: string): number => records.filter(({ outcome }) => outcome === what).length;
    expect(many('abandoned')).toBeGreaterThan(0);
    expect(many('rejected')).toBe(service.requests.rejected);
    expect(many('rejected')).toBeGreaterThan(0);
  });

  it('has the tokens and the replica of each request of a language model', async () => {
    const { records } = await rowsOf(CHAT);
    for (const row of records.slice(0, 50)) {
      expect(Number(row.prompt_tokens)).toBeGreaterThan(0);
      expect(Number(row.ttft_s)).toBeGreaterThan(0);
      expect(Number(row.replica)).toBeGreaterThanOrEqual(0);
    }
  });

  it('tells the wait and the stay of each request of a batch server', async () => {
    const { records, service } = await rowsOf(EMBED);
    expect(records.length).toBeGreaterThanOrEqual(service.requests.completed);
    expect(1000 * meanOf(records.map(({ e2e_s }) => Number(e2e_s)))).toBeCloseTo(service.e2e_ms.mean!, 6);
    for (const row of records.slice(0, 50)) {
      expect(Number(row.queued_s)).toBeLessThanOrEqual(Number(row.e2e_s));
      expect([row.prompt_tokens, row.ttft_s, row.outcome]).toEqual(['', '', 'completed']);
      expect(Number(row.replica)).toBeGreaterThanOrEqual(0);
    }
  });
});
