import { describe, expect, it } from 'vitest';
import { FLAGSHIP, plimsoll, STACK, scratch } from './cli.js';

const folder = scratch();
const SHORT = ['--set', 'window=10 min', '--set', 'replications=2'];

/**
 * Prints the most memory that the process itself ever held, in KiB, when it ends. Not `maxRSS`: Linux hands the parent's on to a child, so
 * under a large test runner it weighs the runner.
 */
const weigh = folder.file(
  'weigh.mjs',
  `import { existsSync, readFileSync } from 'node:fs';
const own = () => /VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1];
process.on('exit', () => {
  process.stderr.write('[peak ' + (existsSync('/proc/self/status') ? own() : process.resourceUsage().maxRSS) + ']');
});`,
);

describe('without a terminal', () => {
  it('writes no colours and no control codes', async () => {
    for (const verb of ['validate', 'simulate', 'forecast', 'gate']) {
      const answer = await plimsoll([
        verb,
        FLAGSHIP,
        ...SHORT,
        ...(verb === 'forecast' ? ['--set', 'horizon=2 months'] : []),
      ]);
      expect(answer.stdout + answer.stderr, verb).not.toContain('\u001b');
    }
  });

  it('whatif prints its text twin, or JSON where that is asked for, and says why on stderr', async () => {
    const call = ['whatif', FLAGSHIP, ...SHORT, '--set', 'horizon=2 months'];
    const [plain, json] = await Promise.all([plimsoll(call), plimsoll([...call, '--json'])]);
    expect([plain.code, json.code]).toEqual([0, 0]);
    expect(plain.stderr).toMatch(/not a terminal/);
    expect(plain.stdout).toMatch(/TTFT/);
    expect(JSON.parse(json.stdout)).toHaveProperty('simulation');
  });

  it('gate exits with 3 and names the rule that fails', async () => {
    for (const flags of [[], ['--json']]) {
      const rules = '--set=rules=[{metric: cost.per_month_usd, max: 1 USD}]';
      const answer = await plimsoll(['gate', FLAGSHIP, ...SHORT, rules, ...flags]);
      expect(answer.code).toBe(3);
      expect(answer.stdout).toContain('cost.per_month_usd');
    }
  });

  it('recommend exits with 5 when no plan can hold', async () => {
    for (const flags of [[], ['--json']]) {
      const impossible = [
        '--set',
        'services.chat.slo.tpot.p95=0.001 ms',
        '--set',
        'services.chat.slo.ttft.p95=0.001 ms',
      ];
      const answer = await plimsoll(['recommend', FLAGSHIP, ...SHORT, ...impossible, ...flags]);
      expect(answer.stderr).not.toMatch(STACK);
      expect(answer.code).toBe(5);
    }
  });
});

describe('compare', () => {
  it('takes --set of a single file for variants of it, each one against the file as it is', async () => {
    const set = ['--set', 'services.callcentre.servers=4', '--set', 'services.callcentre.servers=5'];
    const answer = await plimsoll(['compare', 'scenarios/queue.yaml', ...set, '--json', '--replications', '2']);
    expect(answer.code, answer.stderr).toBe(0);
    const { scenarios, differences } = JSON.parse(answer.stdout);
    expect(scenarios).toEqual([
      'scenarios/queue.yaml',
      'services.callcentre.servers=4',
      'services.callcentre.servers=5',
    ]);
    expect(differences[0].values).toHaveLength(3);
  });

  it('of one file and nothing else has nothing to compare', async () => {
    expect((await plimsoll(['compare', 'scenarios/queue.yaml'])).code).toBe(2);
  });
});

describe('a long run', () => {
  const million = folder.file(
    'stream.yaml',
    `version: 1
services:
  chat:
    kind: llm
    model: meta-llama/Meta-Llama-3.1-8B
    traffic: { rate: 20 /s, requests: 300000, prompt_tokens: { mean: 300, cv: 1 }, output_tokens: { mean: 60, cv: 1 } }
    runs_on: gpu
pools:
  gpu: { accelerator: H100-SXM, price: 3 USD/h, replicas: 2 }
`,
  );

  it('of 300,000 requests streams in bounded memory', async () => {
    const answer = await plimsoll(['simulate', million, '--json'], { env: { NODE_OPTIONS: `--import=${weigh}` } });
    expect(answer.code, answer.stderr).toBe(0);
    const result = JSON.parse(answer.stdout) as { services: { chat: { requests: Record<string, number> } } };
    expect(result.services.chat.requests).toMatchObject({ arrived: 300_000, completed: 300_000 });
    const peakMiB = Number(/\[peak (\d+)\]/.exec(answer.stderr)?.[1]) / 1024;
    expect(peakMiB).toBeGreaterThan(30);
    expect(peakMiB).toBeLessThan(300);
  });

  it('that is interrupted exits with 130', async () => {
    const long = ['simulate', FLAGSHIP, '--set', 'window=4 d', '--set', 'replications=8'];
    const answer = await plimsoll(long, {
      timeoutMs: 60_000,
      whenStarted: (child) => setTimeout(() => child.kill('SIGINT'), 1500),
    });
    expect(answer.stderr).not.toMatch(STACK);
    expect(answer.code).toBe(130);
  });

  it.todo('that is interrupted ends within a second');
});
