import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { violations } from '../scenario/draft7.js';
import { FLAGSHIP, plimsoll, ROOT, SCENARIOS, STACK, scratch } from './cli.js';

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

/** What a verb answers for a scenario: 2 where the scenario gives the verb nothing to do. */
const expected = (verb: string, scenario: string): number => {
  const file = text(join(ROOT, `scenarios/${scenario}.yaml`));
  const nothing = verb === 'gate' ? !/^rules:/m.test(file) : verb === 'recommend' && /runs_on: [[{]|^jobs:/m.test(file);
  return nothing ? 2 : 0;
};

describe.each(SCENARIOS)('scenarios/%s.yaml', (name) => {
  it.each(['validate', 'simulate', 'forecast', 'recommend', 'gate', 'report'])(
    '%s answers with the same exit code as text and as JSON',
    async (verb) => {
      const file = `scenarios/${name}.yaml`;
      const window = name === 'queue' ? '2 d' : '5 min';
      const short = ['replications=2', 'horizon=3 months', `window=${window}`].flatMap((set) => ['--set', set]);
      const [plain, json] = await Promise.all([
        plimsoll([verb, file, ...short]),
        plimsoll([verb, file, ...short, '--json']),
      ]);
      expect(plain.stderr + json.stderr).not.toMatch(STACK);
      expect([plain.code, json.code]).toEqual([expected(verb, name), expected(verb, name)]);
      const document = JSON.parse(json.stdout) as Record<string, unknown>;
      if (plain.code === 0) {
        expect(plain.stdout.length).toBeGreaterThan(100);
        expect(document.schema_version).toBe('1');
      } else {
        expect(plain.stdout).toBe('');
        expect(document.error).toMatchObject({ code: expect.any(String), hint: expect.any(String) });
      }
    },
  );
});

describe('answers that other programs read', () => {
  it('simulate --json obeys the schema that `schema result` prints', async () => {
    const printed: unknown = JSON.parse((await plimsoll(['schema', 'result'])).stdout);
    const schema = withoutTuples(printed) as Record<string, unknown>;
    for (const name of SCENARIOS) {
      const answer = await plimsoll(['simulate', `scenarios/${name}.yaml`, '--json', '--set', 'replications=2']);
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
