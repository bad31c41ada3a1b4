import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { plimsoll, ROOT, SCENARIOS, STACK } from './cli.js';

const text = (path: string): string => readFileSync(path, 'utf8');

/** What a verb answers for a scenario: 2 where the scenario gives the verb nothing to do. */
const expected = (verb: string, scenario: string): number => {
  const file = text(join(ROOT, `scenarios/${scenario}.yaml`));
  const nothing = verb === 'gate' ? !/^rules:/m.test(file) : verb === 'recommend' && /runs_on: [[{]|^jobs:/m.test(file);
  return nothing ? 2 : 0;
};

/** Shipped scenarios, with each of `verbs` in a short window. */
export function answersAlike(verbs: readonly string[]): void {
  describe.each(SCENARIOS)('scenarios/%s.yaml', (name) => {
    it.each(verbs)('%s answers with the same exit code as text and as JSON', async (verb) => {
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
    });
  });
}
