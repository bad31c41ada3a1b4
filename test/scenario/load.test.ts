import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { loadScenario, parseScenario } from '../../src/scenario/load.js';
import type { LlmService, QueueService, Scenario, StationService } from '../../src/scenario/types.js';
import { BASE, scenarioOf, withLine } from './base.js';

const QUEUE = 'version: 1\nservices:\n  q: { kind: queue, service_time: 1 s, traffic: { rate: 1 /s } }\n';
const queueOf = (scenario: Scenario): QueueService => scenario.services['q'] as QueueService;

it('leaves the settings of zod as it finds them, which a program that uses the library shares', () => {
  const before = { ...z.config() };
  parseScenario('version: 1\n', 'a.yaml');
  expect(z.config()).toEqual(before);
  expect(z.config().jitless).toBeUndefined();
});

describe('defaults', () => {
  it('complete the smallest scenario, and are all listed', () => {
    const { scenario, assumptions } = scenarioOf(QUEUE);
    expect(scenario).toMatchObject({
      version: 1,
      name: 's',
      seed: 1,
      horizon: 12,
      window: 3600,
      replications: 5,
      pools: {},
      rules: [],
    });
    expect(queueOf(scenario)).toMatchObject({
      servers: 1,
      capacity: Number.POSITIVE_INFINITY,
      discipline: 'fcfs',
      service_time: { distribution: 'deterministic', mean: 1 },
    });
    const paths = assumptions.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining([
        'name',
        'seed',
        'start',
        'horizon',
        'window',
        'replications',
        'services.q.servers',
        'services.q.capacity',
      ]),
    );
    expect(assumptions.every(({ why, source, value }) => why !== '' && source !== '' && value !== undefined)).toBe(
      true,
    );
  });

  it('of the engine are those of its vendor', () => {
    const { scenario, assumptions } = scenarioOf(BASE);
    const chat = scenario.services['chat'] as LlmService;
    expect(chat.engine).toBe('vllm');
    expect(chat.batching).toEqual({
      max_num_seqs: 256,
      max_num_batched_tokens: 2048,
      prefix_caching: true,
      gpu_memory_utilization: 0.9,
      preemption: 'recompute',
    });
    const budget = assumptions.find(({ path }) => path === 'services.chat.batching.max_num_batched_tokens');
    expect(budget).toMatchObject({ value: 2048, grade: 'vendor' });
  });

  it('do not replace what is given', () => {
    const { scenario, assumptions } = scenarioOf(withLine(5, '    model: m\n    batching: { max_num_seqs: 8 }'));
    expect((scenario.services['chat'] as LlmService).batching.max_num_seqs).toBe(8);
    expect(assumptions.some(({ path }) => path === 'services.chat.batching.max_num_seqs')).toBe(false);
  });

  it('of token lengths are a typical chat, with a warning', () => {
    const { scenario, warnings } = scenarioOf(withLine(7, '    traffic: { rate: 5 /s }'));
    expect(scenario.services['chat']!.traffic.prompt_tokens).toEqual({ kind: 'lognormal', mean: 1155, cv: 0.96 });
    expect(warnings.map(({ code, path }) => `${code} ${path}`)).toEqual([
      'W1701 services.chat.traffic.prompt_tokens',
      'W1701 services.chat.traffic.output_tokens',
    ]);
  });

  it('put a service on the only pool', () => {
    const { scenario } = scenarioOf(withLine(6, '    weights: fp8'));
    expect((scenario.services['chat'] as LlmService).runs_on).toBe('gpu');
  });

  it('have no window and one replication when requests are counted', () => {
    const { scenario } = scenarioOf(QUEUE.replace('1 /s', '1 /s, requests: 10_000'));
    expect(scenario.window).toBeUndefined();
    expect(scenario.replications).toBe(1);
    expect(queueOf(scenario).traffic.requests).toBe(10_000);
    expect(scenarioOf(`${QUEUE.replace('1 /s', '1 /s, requests: 10')}window: 2 h\n`).scenario.window).toBe(7200);
  });

  it('make pauses of users exponential, and service times exact', () => {
    const { scenario } = scenarioOf(QUEUE.replace('rate: 1 /s', 'users: { concurrent: 12, think_time: 45 s }'));
    expect(queueOf(scenario).traffic.users).toEqual({
      concurrent: 12,
      think_time: { distribution: 'exponential', mean: 45 },
      turns: 1,
    });
  });
});

describe('canonical values', () => {
  it('are seconds, per second, bytes, USD and fractions', () => {
    const { scenario } = scenarioOf(`${BASE}budget: { monthly: 45_000 USD }
data: { corpus: { stored: 4 TB, price: 0.02 USD/GB-month, replication: 3 } }
growth:
  users: 9 % / month
  data: { model: linear, add: 6 % / month }
  output_tokens: { model: step, steps: [{ at: 2027-09-01, factor: 2 }, { at: 2027-03-01, factor: 1.5 }] }
  prompt_tokens: { rate: 21 % / year }
`);
    expect(scenario.budget).toEqual({ monthly: 45_000 });
    expect(scenario.data['corpus']).toEqual({ stored: 4e12, price: 0.02, replication: 3 });
    expect(scenario.growth.users).toEqual({ model: 'exponential', rate: 0.09 });
    expect(scenario.growth.data).toEqual({ model: 'linear', add: 0.06 });
    expect(scenario.growth.output_tokens).toMatchObject({ steps: [{ at: '2027-03-01' }, { at: '2027-09-01' }] });
    expect(scenario.growth.prompt_tokens).toMatchObject({ model: 'exponential' });
  });

  it('of pools keep prices per accelerator-hour and shares', () => {
    const { scenario } = scenarioOf(
      withLine(
        15,
        '    accelerator: A100-80GB\n    price: 3.20 USD/h\n    purchase: { committed_1y: 2, spot: 30 % }\n    quota: 16',
      ),
    );
    expect(scenario.pools['gpu']).toMatchObject({ price: 3.2, purchase: { committed_1y: 2, spot: 0.3 }, quota: 16 });
    expect(scenario.pools['gpu']?.replicas).toEqual({ min: 2, max: 2, initial: 2 });
  });

  it('of gate rules are in the unit of the metric, and know their line', () => {
    const { scenario } = scenarioOf(`${BASE}rules:
  - { metric: services.chat.ttft_ms.p95, max: 0.8 s }
  - { metric: services.chat.ttft_ms.p95, max: 800 }
  - { metric: forecast.cost.peak_month_usd, max: 200_000 USD, decide: upper95 }
  - { metric: delta.cost.percent, max: 10 %, ignore_below: 500 USD, level: warn }
  - { metric: services.chat.goodput, min: 99.5 % }
`);
    expect(scenario.rules.map(({ max, min, ignore_below }) => [max, min, ignore_below])).toEqual([
      [800, undefined, undefined],
      [800, undefined, undefined],
      [200_000, undefined, undefined],
      [10, undefined, 500],
      [undefined, 0.995, undefined],
    ]);
    expect(scenario.rules[2]).toMatchObject({ decide: 'upper95', level: 'error', location: 's.yaml:20' });
  });

  it('of arrivals carry their coefficient of variation, written either way', () => {
    const arrivals = (text: string) =>
      queueOf(scenarioOf(QUEUE.replace('1 /s', `1 /s, ${text}`)).scenario).traffic.arrivals;
    expect(arrivals('arrivals: gamma, cv: 2')).toEqual({ process: 'gamma', cv: 2 });
    expect(arrivals('arrivals: { process: weibull, cv: 0.5 }')).toEqual({ process: 'weibull', cv: 0.5 });
    expect(arrivals('arrivals: constant')).toEqual({ process: 'constant' });
  });
});

describe('files beside a scenario', () => {
  const folder = async (files: Readonly<Record<string, string | Uint8Array>>): Promise<string> => {
    const path = await mkdtemp(join(tmpdir(), 'scenario-'));
    await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(path, name), text)));
    return path;
  };

  it('are found relative to it: histograms, shapes, observations, traces', async () => {
    const path = await folder({
      's.yaml': `version: 1
services:
  chat:
    kind: llm
    model: m
    traffic: { rate: 1 /s, shape: week.csv, prompt_tokens: { histogram: lengths.csv }, output_tokens: 5 }
  replay: { kind: llm, model: m, traffic: { trace: trace.csv } }
  q: { kind: queue, service_time: { distribution: empirical, file: times.csv }, traffic: { rate: 1 /s } }
pools: { gpu: { instance: aws/g6e.xlarge } }
`,
      'week.csv': `hour,weight\n${Array.from({ length: 168 }, (_, hour) => `${hour},${hour < 84 ? 1 : 3}`).join('\n')}\n`,
      'lengths.csv': 'tokens,weight\n100,3\n1000,1\n',
      'times.csv': 'service_ms\n80\n120\n',
      'trace.csv': 'arrived_at_s,prompt_tokens,output_tokens\n0,5,5\n',
    });
    const loaded = await loadScenario(join(path, 's.yaml'));
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    const { services, window } = loaded.scenario;
    expect(services['chat']!.traffic.prompt_tokens).toEqual({
      kind: 'histogram',
      values: [100, 1000],
      weights: [3, 1],
    });
    expect(services['chat']!.traffic.shape.weights[0]).toBe(0.5);
    expect(services['chat']!.traffic.shape.weights[167]).toBe(1.5);
    expect((services['q'] as StationService).service_time).toEqual({ distribution: 'empirical', values: [0.08, 0.12] });
    expect(services['replay']!.traffic.trace).toBe(join(path, 'trace.csv'));
    expect(window).toBeUndefined();
  });

  it('with wrong content are located problems', async () => {
    const path = await folder({
      's.yaml': QUEUE.replace('service_time: 1 s', 'service_time: { distribution: empirical, file: t.csv }').replace(
        '1 /s',
        '1 /s, shape: w.csv',
      ),
      'w.csv': '1\n2\n',
      't.csv': 'slow\nfast\n',
    });
    const loaded = await loadScenario(join(path, 's.yaml'));
    expect(loaded.ok ? [] : loaded.problems.map(({ code, line, message }) => `${code} ${line} ${message}`)).toEqual([
      expect.stringMatching(/^E1402 3 t\.csv: row 2 /),
      expect.stringMatching(/^E1402 3 w\.csv: expected 168 weights, found 2/),
    ]);
  });

  it.each([
    ['missing.yaml', 'E1001', /does not exist/],
    ['.', 'E1001', /directory/],
    ['binary.yaml', 'E1002', /binary/],
    ['latin1.yaml', 'E1002', /binary/],
    ['huge.yaml', 'E1002', /larger/],
  ])('%s is a problem, not a crash', async (name, code, message) => {
    const path = await folder({
      'binary.yaml': new Uint8Array([0, 1, 2]),
      'latin1.yaml': new Uint8Array([0x61, 0xe9, 0x0a]),
      'huge.yaml': ' '.repeat((1 << 20) + 1),
    });
    const loaded = await loadScenario(join(path, name));
    expect(loaded.ok ? [] : loaded.problems.map((problem) => problem.code)).toEqual([code]);
    expect(loaded.ok ? '' : loaded.problems[0]?.message).toMatch(message);
  });

  it('may begin with a byte-order mark and end lines like Windows', () => {
    expect(scenarioOf(`\uFEFF${QUEUE.replaceAll('\n', '\r\n')}`).scenario.services['q']).toBeDefined();
  });
});
