import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { applyEdits } from '../../src/scenario/edits.js';
import type { Edit } from '../../src/scenario/types.js';

const TEXT = readFileSync('scenarios/support-assistant.yaml', 'utf8');
const edited = (text: string, edits: readonly Omit<Edit, 'from'>[]): string => {
  const result = applyEdits(
    text,
    edits.map((edit) => ({ ...edit, from: undefined })),
  );
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('; '));
  return result.text;
};
/** Lines of the first text that the second does not have, and the other way round. */
const changed = (
  before: string,
  after: string,
): { readonly gone: readonly string[]; readonly come: readonly string[] } => {
  const [a, b] = [before.split('\n'), after.split('\n')];
  return { gone: a.filter((line) => !b.includes(line)), come: b.filter((line) => !a.includes(line)) };
};

describe('edits of the text', () => {
  it.each([
    ['pools.us-gpu.replicas', 6, ['    replicas: 6']],
    ['pools.us-gpu.quota', 16, ['    quota: 16                             # accelerators that the account may hold']],
    [
      'services.chat.traffic.rate',
      '3 /s',
      [expect.stringContaining('rate: 3 /s                         # mean over the week')],
    ],
    [
      'services.chat.batching.max_num_seqs',
      128,
      [expect.stringContaining('{ max_num_seqs: 128, max_num_batched_tokens: 2048')],
    ],
    ['pools.us-gpu.purchase.spot', '30 %', ['    purchase: { spot: 30 % }']],
    ['services.chat.slo.ttft.p99', '2 s', ['      ttft: { p95: 800 ms, p99: 2 s }']],
    ['growth.users.rate', '4 % / month', ['  users: { model: exponential, rate: 4 % / month }']],
    ['rules[0].max', '900 ms', ['    max: 900 ms']],
    ['routing.policy', 'random', ['routing: { policy: random }']],
    ['name', 'a: b', ['name: "a: b"']],
    ['services.chat.slo', { e2e: { p95: '3 s' } }, ['    slo: { e2e: { p95: 3 s } }']],
  ])('%s touches its own line only', (path, to, come) => {
    const after = edited(TEXT, [{ path, to }]);
    expect(changed(TEXT, after).come).toEqual(come);
  });

  it.each(['pools.us-gpu.quota', 'budget', 'seed'])('%s is removed with its line', (path) => {
    const after = edited(TEXT, [{ path, to: null }]);
    expect(changed(TEXT, after).come).toEqual([]);
    expect(changed(TEXT, after).gone).toHaveLength(1);
  });

  it('opens short forms', () => {
    expect(edited('growth:\n  users: 4 % / month   # slow\n', [{ path: 'growth.users.rate', to: '6 % / month' }])).toBe(
      'growth:\n  users: { rate: 6 % / month }   # slow\n',
    );
  });

  it('keeps every comment, whatever the edits', () => {
    const comments = [...TEXT.matchAll(/# .*/g)].map(([comment]) => comment);
    const paths = [
      'seed',
      'window',
      'pools.us-gpu.instance',
      'services.chat.traffic.prompt_tokens',
      'rules[0].decide',
      'services.chat.engine',
    ];
    const after = edited(
      TEXT,
      paths.map((path) => ({ path, to: 'x' })),
    );
    for (const comment of comments) expect(after).toContain(comment);
  });

  it('reports what cannot be edited', () => {
    const result = applyEdits(TEXT, [{ path: 'pools.eu-gpu.replicas', from: 1, to: 2 }]);
    expect(result.ok ? [] : result.problems.map(({ hint }) => hint)).toEqual(['did you mean "us-gpu"?']);
  });

  it('hold the data that they should, for any value in any place', () => {
    const value = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.array(fc.string(), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('a', 'b c', '#'), fc.string()),
    );
    const path = fc.constantFrom(
      'name',
      'pools.us-gpu.replicas',
      'services.chat.slo',
      'services.chat.slo.ttft.p95',
      'rules[1]',
      'rules[1].max',
      'budget',
      'pools.us-gpu.startup.pull',
      'data.articles.stored',
    );
    fc.assert(
      fc.property(path, value, (at, to) => {
        const read = parse(edited(TEXT, [{ path: at, to }])) as unknown;
        const found = at
          .split(/[.[\]]+/)
          .filter((part) => part !== '')
          .reduce<unknown>((node, part) => (node as Record<string, unknown>)[part], read);
        expect(found).toEqual(to);
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});
