import { describe, expect, it } from 'vitest';
import { editScenario } from '../../src/scenario/load.js';
import { locate } from '../../src/scenario/source.js';
import type { LlmService } from '../../src/scenario/types.js';
import { BASE, load, scenarioOf } from './base.js';

const WITH_GROWTH = `${BASE}growth: { users: 9 % / month }\nrules: [{ metric: a, max: 1 }, { metric: b, max: 2 }]\n`;
const problemsOf = (text: string, set: readonly string[]): readonly string[] => {
  const loaded = load(text, set);
  return loaded.ok ? [] : loaded.problems.map((p) => `${p.file}:${p.line}:${p.column} ${p.code} ${p.hint ?? ''}`);
};

describe('--set', () => {
  it('changes values of every form', () => {
    const { scenario } = scenarioOf(WITH_GROWTH, [
      'pools.gpu.replicas=5',
      'services.chat.traffic.rate=18 /min',
      'services.chat.traffic.output_tokens={ p50: 100, p99: 900 }',
      'services.chat.batching.max_num_seqs=64',
      'services.chat.batching.prefix_caching=false',
      'pools.gpu.purchase.spot=30 %',
      'rules[1].max=7',
      'rules.0.max=5',
      'growth.users.rate=4 % / month',
      'name="a: b"',
    ]);
    const chat = scenario.services['chat'] as LlmService;
    expect(scenario.pools['gpu']?.replicas.min).toBe(5);
    expect(chat.traffic.rate).toBe(0.3);
    expect(chat.traffic.output_tokens).toEqual({ kind: 'quantiles', p50: 100, p99: 900 });
    expect(chat.batching).toMatchObject({ max_num_seqs: 64, prefix_caching: false });
    expect(scenario.pools['gpu']?.purchase).toEqual({ spot: 0.3 });
    expect(scenario.rules.map(({ max }) => max)).toEqual([5, 7]);
    expect(scenario.growth.users).toEqual({ model: 'exponential', rate: 0.04 });
    expect(scenario.name).toBe('a: b');
  });

  it('removes a key with null, so that its default holds', () => {
    expect(scenarioOf(BASE, ['pools.gpu.replicas=null']).scenario.pools['gpu']?.replicas.min).toBe(1);
  });

  it('applies in order: the last one counts', () => {
    expect(scenarioOf(BASE, ['pools.gpu.replicas=3', 'pools.gpu.replicas=9']).scenario.pools['gpu']?.replicas.max).toBe(
      9,
    );
  });

  it.each([
    [['pools.gpu'], /^--set:1:1 E1601 for example/],
    [['=3'], /^--set:1:1 E1601/],
    [['pools..x=3'], /^--set:1:1 E1601/],
    [['pools.gpux.replicas=3'], /^--set:1:1 E1601 did you mean "gpu"/],
    [['services.caht.engine=vllm'], /^--set:1:1 E1601 did you mean "chat"/],
    [['pools.gpu.replicsa=3'], /^--set:1:1 E1203 did you mean "replicas"/],
    [['seed=4', 'pools.gpu.replicas=0'], /^--set:2:20 E1101/],
    [['pools.gpu.replicas=[1'], /^--set:1:20 E1601/],
    [['services.chat.model.layers=3'], /^--set:1:1 E1601 set the whole value/],
    [['rules[7].max=3'], /^--set:1:1 E1601 it has 2, counted from 0/],
    [['pools.gpu.quota=null'], /^--set:1:1 E1601/],
    [['__proto__.x=3'], /^--set:1:1 E1203/],
  ])('%s is a problem of that argument', (set, expected) => {
    const [first] = problemsOf(WITH_GROWTH, set);
    expect(first).toMatch(expected);
  });

  it('leaves problems of the file in the file', () => {
    expect(problemsOf(BASE.replace('servers: 2', 'servers: 0'), ['seed=4'])).toEqual([
      expect.stringMatching(/^s\.yaml:10:14 E1101/),
    ]);
  });
});

describe('editScenario', () => {
  it('gives the edited scenario and leaves the source alone', () => {
    const base = scenarioOf(BASE, ['seed=9']);
    const edited = editScenario(base.source, [{ path: 'pools.gpu.replicas', from: 2, to: 6 }]);
    expect(edited.ok && [edited.scenario.pools['gpu']?.replicas.max, edited.scenario.seed]).toEqual([6, 9]);
    const again = editScenario(base.source, []);
    expect(again.ok && again.scenario).toEqual(base.scenario);
  });

  it('locates the problem of an edit after the arguments', () => {
    const base = scenarioOf(BASE, ['seed=9']);
    const edited = editScenario(base.source, [{ path: 'pools.gpu.replicas', from: 2, to: 0 }]);
    expect(edited.ok ? [] : edited.problems.map(({ file, line, column }) => `${file}:${line}:${column}`)).toEqual([
      '--set:2:20',
    ]);
  });
});

describe('locate', () => {
  const { source } = scenarioOf(BASE, ['services.desk.servers=3']);
  it.each([
    ['pools.gpu.instance', 'value', 's.yaml:15:15'],
    ['pools.gpu.instance', 'key', 's.yaml:15:5'],
    ['services.chat.traffic.rate', 'value', 's.yaml:7:22'],
    ['services.chat.batching.max_num_seqs', 'value', 's.yaml:3:3'],
    ['services.desk.servers', 'value', '--set:1:23'],
    ['nowhere.at.all', 'value', 's.yaml:1:1'],
  ] as const)('%s (%s) is at %s', (path, at, place) => {
    const { file, line, column } = locate(source, path, at);
    expect(`${file}:${line}:${column}`).toBe(place);
  });
});
