import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { violations } from '../scenario/draft7.js';
import { answersAlike } from './answersAlike.js';
import { FLAGSHIP, plimsoll, SCENARIOS, scratch } from './cli.js';

const folder = scratch();
const text = (path: string): string => readFileSync(path, 'utf8');

/** A pair of like numbers is written as a tuple; the reader of schemas knows lists of one kind. */
const withoutTuples = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(withoutTuples);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { additionalItems: _rest, ...kept } = schema as Record<string, unknown>;
  const all = Object.fromEntries(Object.entries(kept).map(([key, value]) => [key, withoutTuples(value)]));
  return Array.isArray(all.items) ? { ...all, items: all.items[0], maxItems: all.items.length } : all;
};

answersAlike(['validate', 'simulate', 'gate']);

describe('answers that other programs read', () => {
  it('simulate --json obeys the schema that `schema result` prints', async () => {
    const printed: unknown = JSON.parse((await plimsoll(['schema', 'result'])).stdout);
    const schema = withoutTuples(printed) as Record<string, unknown>;
    for (const name of SCENARIOS) {
      const short = ['--set', 'replications=2', '--set', `window=${name === 'queue' ? '1 d' : '10 min'}`];
      const answer = await plimsoll(['simulate', `scenarios/${name}.yaml`, '--json', ...short]);
      expect(violations(schema, JSON.parse(answer.stdout)), name).toEqual([]);
    }
  });

  it.each([
    ['simulate', []],
    ['simulate', ['--json']],
    ['forecast', ['--json', '--set', 'horizon=2 months']],
    ['recommend', ['--json']],
  ])('%s %j gives the same bytes twice, quiet or not, and into a file', async (verb, flags) => {
    const call = [verb, FLAGSHIP, '--set', 'window=10 min', '--set', 'replications=2', ...flags];
    const file = folder.path(`${verb}${flags.length}.out`);
    const first = await plimsoll(call);
    const quiet = await plimsoll([...call, '--quiet']);
    const written = await plimsoll([...call, '-o', file]);
    expect(first.code).toBe(0);
    expect(quiet.stdout).toBe(first.stdout);
    expect(quiet.stderr).toBe('');
    expect(written.stdout).toBe('');
    expect(text(file)).toBe(first.stdout);
  });

  it('follows the seed, and names the command that repeats the run', async () => {
    const call = ['simulate', FLAGSHIP, '--set', 'window=10 min', '--json'];
    const [seven, eight] = [await plimsoll([...call, '--seed', '7']), await plimsoll([...call, '--seed', '8'])];
    expect(eight.stdout).not.toBe(seven.stdout);
    expect(eight.stderr).toContain(`plimsoll simulate ${FLAGSHIP} --seed 8 --set 'window=10 min'`);
    expect(JSON.parse(eight.stdout)).toMatchObject({ fingerprint: { seed: 8 } });
  });

  it('writes one row for each request, with figures that agree with the answer', async () => {
    const file = folder.path('requests.csv');
    const set = ['--set', 'services.chat.traffic.requests=500', '--set', 'replications=1'];
    const answer = await plimsoll(['simulate', FLAGSHIP, '--json', '--requests', file, ...set]);
    const result = JSON.parse(answer.stdout) as { services: { chat: { requests: { completed: number } } } };
    const [header, ...rows] = text(file).trimEnd().split('\n');
    expect(header).toBe('arrived_at_s,prompt_tokens,output_tokens,queued_s,ttft_s,e2e_s,replica,outcome');
    expect(rows.filter((row) => row.endsWith(',completed'))).toHaveLength(result.services.chat.requests.completed);
  });
});
