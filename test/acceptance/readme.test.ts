import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { plimsoll, ROOT, STACK, scratch } from './cli.js';

const folder = scratch();
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

const blocks = (language: string): string[] =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map((match) => match[1]!);

/** Words of a shell line without its comment; quotes keep spaces. */
const words = (line: string): string[] =>
  [...line.replace(/\s#.*$/, '').matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    (match) => match[1] ?? match[2] ?? match[3]!,
  );

const commands = blocks('console')
  .flatMap((block) => block.split('\n'))
  .filter((line) => line.startsWith('$ plimsoll '))
  .map((line) => line.slice('$ plimsoll '.length));

describe('the README', () => {
  it('shows commands', () => expect(commands.length).toBeGreaterThan(0));

  it.each(commands)('runs: plimsoll %s', async (line) => {
    const answer = await plimsoll(words(line));
    expect(answer.stderr).not.toMatch(STACK);
    expect([0, 3, 4], answer.stderr).toContain(answer.code);
    expect(answer.stdout).not.toBe('');
  });

  it('starts with a command that works where there is no terminal', async () => {
    expect(readme).toContain('npm ci && ./bin/run.js whatif scenarios/support-assistant.yaml');
    const answer = await plimsoll(['whatif', 'scenarios/support-assistant.yaml']);
    expect(answer.code).toBe(0);
    expect(answer.stdout).toContain('support-assistant');
    expect(answer.stdout).toMatch(/TTFT/);
    expect(answer.stdout).toMatch(/Breaches|breaks/);
  });

  it('shows a scenario that is valid', async () => {
    const shown = blocks('yaml').filter((block) => /^version: 1$/m.test(block));
    expect(shown.length).toBeGreaterThan(0);
    for (const [at, block] of shown.entries()) {
      const answer = await plimsoll(['validate', folder.file(`shown-${at}.yaml`, block)]);
      expect(answer.code, answer.stderr).toBe(0);
    }
  });
});
