/** From the results of a benchmark tool to predictions under a profile of one's own, as a user types it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { plimsoll, ROOT, STACK, scratch } from './cli.js';

const folder = scratch();
const fixture = (name: string) => join(ROOT, 'test/import/fixtures', name);
const told = ['--hardware', 'H100-SXM', '--tp', '1', '--framework-version', '0.8.5', '--weights', 'bf16'];
const table = folder.path('table.csv');
const profile = folder.path('mine.yaml');

const scenario = folder.file(
  's.yaml',
  `version: 1
seed: 3
window: 5 min
replications: 2
horizon: 2 months
services:
  chat:
    kind: llm
    model: meta-llama/Meta-Llama-3.1-8B
    traffic: { rate: 2 /s, prompt_tokens: 1024, output_tokens: 128 }
    slo: { ttft: { p95: 2 s } }
pools:
  gpu: { accelerator: H100-SXM, price: 3 USD/h, replicas: 1 }
`,
);

/** What these tests read of the answers. */
interface Answered {
  readonly rows: readonly { readonly ape_pct: number }[];
  readonly services: unknown;
  readonly fingerprint: { readonly scenario: string };
}

const json = async (args: readonly string[]) => {
  const answer = await plimsoll([...args, '--json']);
  expect(answer.stderr).not.toMatch(STACK);
  return { code: answer.code, value: JSON.parse(answer.stdout) as Answered };
};

beforeAll(async () => {
  const first = [fixture('vllm-0.8-concurrency16.json'), fixture('vllm-0.8-appended.jsonl')];
  expect((await plimsoll(['import', 'benchmark', ...first, ...told, '-o', table])).code).toBe(0);
  const next = [fixture('guidellm-0.5.csv'), '--framework', 'vllm', '--append'];
  expect((await plimsoll(['import', 'benchmark', ...next, ...told, '-o', table])).code).toBe(0);
  const fit = await plimsoll(['calibrate', table, '--write', profile, '--name', 'mine']);
  expect(fit.code, fit.stderr).toBe(0);
  expect(fit.stdout).toContain('What moved');
}, 120_000);

describe('a benchmark becomes a profile', () => {
  it('by way of one table with one header', () => {
    const lines = readFileSync(table, 'utf8').trim().split('\n');
    expect(lines.filter((line) => line.startsWith('run_id,'))).toHaveLength(1);
    expect(lines.length).toBe(1 + 50 + 2 * 17);
  });

  it('that predicts its own measurements better', async () => {
    const errors = async (args: readonly string[]) => {
      const { value } = await json(['fidelity', table, ...args]);
      return value.rows.map(({ ape_pct }) => ape_pct).sort((a, b) => a - b)[value.rows.length >> 1]!;
    };
    expect(await errors(['--profile', profile])).toBeLessThan(await errors([]));
  });

  it('that every verb about a scenario takes, and names', async () => {
    const plain = await json(['simulate', scenario]);
    const own = await json(['simulate', scenario, '--profile', profile]);
    const again = await json(['simulate', scenario, '--profile', profile]);
    expect(own).toEqual(again);
    expect(own.value).toMatchObject({ services: { chat: { latency_profile: { calibration: 'mine' } } } });
    expect(own.value.fingerprint.scenario).not.toBe(plain.value.fingerprint.scenario);
    const beside = await json([
      'simulate',
      folder.file('t.yaml', `calibration: mine.yaml\n${readFileSync(scenario, 'utf8')}`),
    ]);
    expect(beside.value.services).toEqual(own.value.services);
    for (const verb of [
      ['validate', scenario],
      ['explain', 'services.chat.tpot', scenario],
    ]) {
      const answer = await plimsoll([...verb, '--profile', profile]);
      expect(answer.code, answer.stderr).toBe(0);
      expect(answer.stdout.replaceAll(/\s+/g, ' ')).toContain('calibrated by mine');
    }
    for (const verb of ['forecast', 'recommend']) {
      const answer = await plimsoll([verb, scenario, '--profile', profile], { timeoutMs: 120_000 });
      expect(answer.code, answer.stderr).toBe(0);
      expect(answer.stderr).toContain(`--profile ${profile}`);
    }
  }, 180_000);

  it('that is refused where it was not fitted, and where it is none', async () => {
    const other = await plimsoll([
      'simulate',
      scenario,
      '--profile',
      profile,
      '--set',
      'pools.gpu.accelerator=A100-80GB',
    ]);
    expect(other.code).toBe(2);
    expect(other.stderr).toContain('mine.yaml applies to no service: fitted on vllm, H100-SXM, bf16');
    const none = await plimsoll(['simulate', scenario, '--profile', scenario]);
    expect(none.code).toBe(2);
    expect(none.stderr).toMatch(/s\.yaml:\d+:\d+/);
    expect((await plimsoll(['simulate', scenario, '--profile', folder.path('gone.yaml')])).code).toBe(2);
  });
});

describe('an import that cannot be done', () => {
  it('lists what is missing with the flags that tell it', async () => {
    const answer = await plimsoll(['import', 'benchmark', fixture('vllm-0.8-concurrency16.json')]);
    expect(answer.code).toBe(2);
    expect(answer.stderr).toContain(
      'neither the file nor a flag says the hardware, tp, framework_version, weight_precision',
    );
    expect(answer.stderr).toContain('--hardware H100-SXM');
  });

  it.each(['prices', 'trace', 'bill', 'metrics'])('of %s says that it is not supported yet', async (what) => {
    const answer = await plimsoll(['import', what, 'x.csv']);
    expect(answer.code).toBe(2);
    expect(answer.stderr).toContain(`plimsoll import ${what} is not supported yet`);
  });
});
