import { describe, expect, it } from 'vitest';
import type { CODES } from '../../src/scenario/codes.js';
import { BASE, load, withLine } from './base.js';

/** One wrong line: its number, its text, then the code, line:column and a part of the hint that must come of it. */
type Case = readonly [name: string, text: string, code: keyof typeof CODES, at: string, hint?: RegExp];
const CASES: readonly Case[] = [
  ['an empty file', '', 'E1002', '1:1', /copy one of scenarios/],
  ['only comments', '# nothing\n', 'E1002', '1:1', /copy one of scenarios/],
  ['a list', '- a\n- b\n', 'E1002', '1:1', /version: 1/],
  ['a text', 'hello\n', 'E1002', '1:1'],
  ['a binary file', 'version: 1\u0000\n', 'E1002', '1:1'],
  ['a huge file', `# ${'x'.repeat(1 << 20)}\nversion: 1\n`, 'E1002', '1:1', /CSV files/],
  ['deep flow nesting', `a: ${'['.repeat(5000)}`, 'E1002', '1:1'],
  ['deep block nesting', `${'- '.repeat(20_000)}a`, 'E1002', '1:1'],
  ['a tab', 'version: 1\nservices:\n\tdesk: 1\n', 'E1003', '3:1', /spaces/],
  ['an unclosed bracket', withLine(16, '    replicas: [2'), 'E1003', '17:1'],
  ['two documents', `${BASE}---\nversion: 1\n`, 'E1003', '17:1', /one scenario/],
  ['a tag', withLine(16, '    replicas: !fast 2'), 'E1003', '16:15', /tags/],
  ['a map as key', withLine(16, '    ? { a: 1 }\n    : 2'), 'E1003', '16:7', /plain text/],
  ['a key that stands twice', withLine(17, 'seed: 1\nseed: 2'), 'E1004', '18:1', /remove/],
  [
    'an alias bomb',
    'a: &a [1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c]\n',
    'E1005',
    '2:8',
  ],
  ['an alias to nothing', withLine(16, '    replicas: *none'), 'E1005', '16:15'],
  ['another version', withLine(1, 'version: 2'), 'E1105', '1:10'],
  ['no version', withLine(1, 'seed: 1'), 'E1201', '1:1', /expected 1/],
  ['no services', 'version: 1\nservices: {}\n', 'E1201', '2:1', /traffic/],
  ['services that are a list', 'version: 1\nservices: []\n', 'E1102', '2:11'],
  ['a slip in a key at the top', withLine(17, 'horizn: 12 months'), 'E1203', '17:1', /did you mean "horizon"/],
  ['a slip in a deep key', withLine(16, '    replicsa: 2'), 'E1203', '16:5', /did you mean "replicas"/],
  [
    'a key of another kind',
    withLine(12, '    traffic: { rate: 10 /s, prompt_tokens: 3 }'),
    'E1203',
    '12:29',
    /allowed here: rate/,
  ],
  ['__proto__ at the top', withLine(17, '__proto__: { polluted: 1 }'), 'E1203', '17:1'],
  ['__proto__ as a service', withLine(8, '  __proto__:'), 'E1203', '8:3', /another/],
  ['constructor as a pool', withLine(17, '  constructor: { instance: aws/g6e.xlarge }'), 'E1203', '17:3'],
  ['__proto__ in a free map', withLine(5, '    model: { __proto__: 1, layers: 2 }'), 'E1203', '5:14'],
  ['a name with a space', withLine(8, '  help desk:'), 'E1204', '8:3'],
  ['an unknown kind', withLine(9, '    kind: queu'), 'E1105', '9:11', /did you mean "queue"/],
  ['a missing kind', withLine(9, ''), 'E1201', '8:3', /llm, inference, queue/],
  ['a slip in "kind"', withLine(9, '    kidn: queue'), 'E1203', '9:5', /did you mean "kind"/],
  ['an unknown engine', withLine(5, '    model: m\n    engine: vlm'), 'E1105', '6:13', /did you mean "vllm"/],
  ['an unknown precision', withLine(5, '    model: m\n    weights: bf61'), 'E1105', '6:14', /did you mean "bf16"/],
  ['a bare duration', withLine(17, 'window: 3600'), 'E1103', '17:9', /units: ms, .*"800 ms"/],
  ['a bare rate', withLine(12, '    traffic: { rate: 10 }'), 'E1103', '12:22', /\/s, \/min/],
  ['a bare horizon', withLine(17, 'horizon: 12'), 'E1103', '17:10', /12 months/],
  ['a bare budget', withLine(17, 'budget: { monthly: 45_000 }'), 'E1103', '17:20', /45_000 USD/],
  ['a bare price', withLine(15, '    accelerator: L40S\n    price: 3.20'), 'E1103', '16:12', /3.20 USD\/h/],
  ['a bare size', withLine(17, 'data: { corpus: { stored: 4 } }'), 'E1103', '17:27', /4 TB/],
  [
    'a bare availability',
    withLine(12, '    traffic: { rate: 10 /s }\n    slo: { availability: 99.9 }'),
    'E1103',
    '13:26',
    /99.9 %/,
  ],
  ['a growth rate without a period', withLine(17, 'growth: { users: 9 % }'), 'E1103', '17:18', /9 % \/ month/],
  ['a duration as a rate', withLine(12, '    traffic: { rate: 10 ms }'), 'E1104', '12:22', /\/s/],
  ['a size as a duration', withLine(17, 'window: 4 GB'), 'E1104', '17:9'],
  ['months as a duration', withLine(17, 'window: 1 month'), 'E1104', '17:9'],
  ['a foreign currency', withLine(17, 'budget: { monthly: 45 EUR }'), 'E1104', '17:20', /USD/],
  ['a unit on a count', withLine(10, '    servers: 2 pcs'), 'E1104', '10:14', /write 2/],
  ['not a number', withLine(12, '    traffic: { rate: .nan }'), 'E1102', '12:22'],
  ['infinity', withLine(10, '    servers: .inf'), 'E1102', '10:14'],
  ['a negative rate', withLine(12, '    traffic: { rate: -1 /s }'), 'E1101', '12:22'],
  ['a rate of zero', withLine(12, '    traffic: { rate: 0 /s }'), 'E1101', '12:22'],
  ['half a server', withLine(10, '    servers: 2.5'), 'E1101', '10:14'],
  ['no replicas', withLine(16, '    replicas: 0'), 'E1101', '16:15'],
  ['a horizon of zero', withLine(17, 'horizon: 0 months'), 'E1101', '17:10'],
  ['a horizon of half months', withLine(17, 'horizon: 1.5 months'), 'E1101', '17:10'],
  ['30 February', withLine(17, 'start: 2027-02-30'), 'E1101', '17:8'],
  ['a decline of all', withLine(17, 'growth: { users: -100 % / month }'), 'E1102', '17:18'],
  ['more than all memory', withLine(5, '    model: m\n    batching: { gpu_memory_utilization: 1.2 }'), 'E1101', '6:41'],
  ['a text for a flag', withLine(5, '    model: m\n    batching: { prefix_caching: yes }'), 'E1102', '6:33'],
  ['a shape of 3 weights', withLine(12, '    traffic: { rate: 1 /s, shape: [1, 2, 3] }'), 'E1101', '12:35'],
  [
    'a slip in a shape',
    withLine(12, '    traffic: { rate: 1 /s, shape: ofice-hours }'),
    'E1105',
    '12:35',
    /did you mean "office-hours"/,
  ],
  [
    'an SLO without percentile',
    withLine(12, '    traffic: { rate: 1 /s }\n    slo: { e2e: 3 s }'),
    'E1102',
    '13:17',
    /{ p95: 800 ms }/,
  ],
  [
    'an SLO at p98',
    withLine(12, '    traffic: { rate: 1 /s }\n    slo: { e2e: { p98: 3 s } }'),
    'E1203',
    '13:19',
    /p90, p95, p99/,
  ],
  ['no load', withLine(12, '    traffic: {}'), 'E1301', '12:5', /rate/],
  ['two loads', withLine(12, '    traffic: { rate: 1 /s, users: { concurrent: 3 } }'), 'E1301', '12:28', /one of them/],
  ['no hardware', withLine(15, '    region: us-east-1'), 'E1301', '14:3', /instance: aws/],
  ['two kinds of hardware', withLine(15, '    instance: aws/g6e.xlarge\n    accelerator: L40S'), 'E1303', '16:5'],
  [
    'a price of its own on an instance',
    withLine(15, '    instance: aws/g6e.xlarge\n    price: 3 USD/h'),
    'E1303',
    '16:5',
    /catalog|own price/,
  ],
  ['an unknown pool', withLine(6, '    runs_on: gpus'), 'E1302', '6:14', /did you mean "gpu"/],
  [
    'no pool among several',
    withLine(6, '    weights: bf16').replace('pools:', 'pools:\n  b: { instance: aws/x }'),
    'E1201',
    '3:3',
    /b, gpu/,
  ],
  [
    'a gamma process without cv',
    withLine(12, '    traffic: { rate: 1 /s, arrivals: gamma }'),
    'E1201',
    '12:38',
    /cv: 2/,
  ],
  ['a Poisson process with cv', withLine(12, '    traffic: { rate: 1 /s, cv: 2 }'), 'E1303', '12:28', /gamma/],
  ['bounds in disorder', withLine(16, '    replicas: { min: 3, max: 2 }'), 'E1303', '16:30'],
  [
    'quantiles in disorder',
    withLine(7, '    traffic: { rate: 1 /s, prompt_tokens: { p50: 9, p99: 5 } }'),
    'E1303',
    '7:58',
  ],
  [
    'lengths of no known form',
    withLine(7, '    traffic: { rate: 1 /s, prompt_tokens: { mean: 9, sd: 5 } }'),
    'E1203',
    '7:54',
    /mean, cv/,
  ],
  ['lengths that are a list', withLine(7, '    traffic: { rate: 1 /s, prompt_tokens: [1] }'), 'E1102', '7:43'],
  ['capacity below servers', withLine(10, '    servers: 2\n    capacity: 1'), 'E1303', '11:15'],
  ['priorities without classes', withLine(10, '    discipline: priority'), 'E1201', '8:3', /classes: \[/],
  [
    'shares that miss one',
    withLine(10, '    discipline: priority\n    classes: [{ name: a, share: 0.5 }, { name: b, share: 20 % }]'),
    'E1303',
    '11:14',
  ],
  [
    'an unknown distribution',
    withLine(11, '    service_time: { distribution: normal, mean: 1 s }'),
    'E1105',
    '11:35',
    /did you mean "lognormal"/,
  ],
  ['a distribution without cv', withLine(11, '    service_time: { distribution: gamma, mean: 1 s }'), 'E1201', '11:5'],
  ['an empty empirical', withLine(11, '    service_time: { distribution: empirical }'), 'E1301', '11:19', /values/],
  [
    'an unknown growth model',
    withLine(17, 'growth: { users: { model: liner, add: 3 % / month } }'),
    'E1105',
    '17:27',
    /did you mean "linear"/,
  ],
  [
    'a slip in "model"',
    withLine(17, 'growth: { users: { modle: linear, rate: 3 % / month } }'),
    'E1203',
    '17:20',
    /did you mean "model"/,
  ],
  ['a rule without limit', withLine(17, 'rules:\n  - { metric: x }'), 'E1301', '18:5', /max: 800 ms/],
  [
    'a limit in a foreign unit',
    withLine(17, 'rules: [{ metric: services.chat.ttft_ms.p95, max: 3 USD }]'),
    'E1104',
    '17:51',
    /ms/,
  ],
  ['a missing trace', withLine(12, '    traffic: { trace: nowhere.csv }'), 'E1401', '12:23', /relative/],
  ['a trace with rival lengths', withLine(7, '    traffic: { trace: t.csv, prompt_tokens: 3 }'), 'E1303', '7:30'],
  [
    'a slip in an inline model',
    withLine(5, '    model: { layesr: 32, hidden: 4096, heads: 32, vocab: 32000 }'),
    'E1203',
    '5:14',
    /layers/,
  ],
  [
    'an engine for a batching server',
    withLine(4, '    kind: inference\n    engine: vllm'),
    'E1501',
    '3:3',
    /batch_time/,
  ],
  [
    'repeated inputs of a batching server',
    withLine(4, '    kind: inference').replace(', output_tokens: 200', ', unique_prompts: 5'),
    'E1203',
    '7:48',
  ],
  ['an autoscaler that is a word', withLine(17, '    autoscaler: hpa'), 'E1102', '17:17'],
  ['varying replicas', withLine(16, '    replicas: { min: 1, max: 3 }'), 'E1303', '16:15', /fixed number/],
  ['cold starts', withLine(17, '    startup: { provision: 90 s, load: auto }'), 'E1303', '17:5', /remove/],
  [
    'a node that a fixed pool never starts',
    withLine(17, '    failures: { mtbf: 30 d, repair: 10 min }\n    startup: { provision: 90 s }'),
    'E1303',
    '18:16',
    /autoscaler/,
  ],
  ['failures of nothing', withLine(17, '    failures: {}'), 'E1201', '17:5', /mtbf: 30 d/],
  ['a repair of nothing', withLine(17, '    failures: { repair: 10 min }'), 'E1201', '17:5', /mtbf/],
  ['spot that nobody buys', withLine(17, '    failures: { spot: { notice: 30 s } }'), 'E1303', '17:17', /purchase/],
  ['no zone', withLine(17, '    zones: 0'), 'E1101', '17:12'],
  ['failures without an end', withLine(17, '    failures: { mtbf: 30 d }'), 'E1201', '17:5'],
  [
    'host memory that is of no use',
    withLine(5, '    model: m\n    batching: { swap_space: 8 GiB }'),
    'E1303',
    '6:17',
    /preemption: swap/,
  ],
  [
    'priorities that are not all',
    withLine(
      7,
      '    traffic: { rate: 5 /s, prompt_tokens: 9, output_tokens: 2, priority: [{ name: now, share: 0.5 }, { name: later, share: 40 % }] }',
    ),
    'E1303',
    '7:74',
  ],
  ['training', withLine(17, 'training: [{ model: m }]'), 'E1501', '17:1'],
  ['regions of a queue', withLine(17, 'regions: { eu: { share: 1 } }'), 'E1501', '9:11', /remove regions/],
  ['weighted routing without weights', withLine(17, 'routing: { policy: weighted }'), 'E1201', '17:20', /weights: \[/],
  ['no service time', withLine(11, ''), 'E1201', '8:3', /exponential|stations/],
  ['a share limit without sharing', withLine(10, '    sharing_limit: 4'), 'E1303', '10:5', /discipline: ps/],
  ['rates without sharing', withLine(10, '    load_dependent_rate: [1, 2]'), 'E1303', '10:5', /discipline: ps/],
  [
    'servers beside rates of their own',
    withLine(10, '    servers: 2\n    discipline: ps\n    load_dependent_rate: [1, 2]'),
    'E1303',
    '10:5',
    /remove servers/,
  ],
  ['a rate of zero for a load', withLine(10, '    discipline: ps\n    load_dependent_rate: [1, 0]'), 'E1101', '11:30'],
  [
    'fewer sharers than servers',
    withLine(10, '    servers: 3\n    discipline: ps\n    sharing_limit: 2'),
    'E1303',
    '12:5',
  ],
  ['patience where all are served', withLine(10, '    discipline: ps\n    patience: 2 s'), 'E1303', '11:5', /fcfs/],
  [
    'patience among a limited number',
    withLine(10, '    discipline: ps\n    sharing_limit: 4\n    patience: 2 s'),
    'E1501',
    '8:3',
    /leave patience out/,
  ],
  ['patience before infinite servers', withLine(10, '    servers: infinite\n    patience: 2 s'), 'E1303', '11:5'],
  ['an order before infinite servers', withLine(10, '    servers: infinite\n    discipline: lcfs'), 'E1303', '11:5'],
  [
    'batches of infinite servers',
    withLine(10, '    servers: infinite\n    batching: { max_batch: 4 }'),
    'E1303',
    '11:5',
    /number of servers/,
  ],
  [
    'batches that are interrupted',
    withLine(10, '    discipline: preemptive-lcfs\n    batching: { max_batch: 4 }'),
    'E1303',
    '10:5',
    /fcfs, lcfs or priority/,
  ],
  ['an unknown discipline', withLine(10, '    discipline: fifo'), 'E1105', '10:17', /did you mean|possible values/],
  [
    'users in groups',
    withLine(12, '    traffic: { users: { concurrent: 3 }, batch_size: 2 }'),
    'E1303',
    '12:42',
    /remove it/,
  ],
  ['turns without prompts', withLine(12, '    traffic: { users: { concurrent: 3, turns: 2 } }'), 'E1303', '12:40'],
  [
    'users who ask a full house for ever',
    withLine(12, '    capacity: 4\n    traffic: { users: { concurrent: 5 } }'),
    'E1303',
    '12:5',
    /think_time/,
  ],
  [
    'users for whom time stands still',
    withLine(11, '    service_time: 0 s').replace('rate: 10 /s', 'users: { concurrent: 5 }'),
    'E1303',
    '12:16',
    /think_time/,
  ],
  ['weights of another policy', withLine(17, 'routing: { policy: random, weights: [1, 2] }'), 'E1303', '17:28'],
];

describe('bad inputs', () => {
  it.each(CASES.map((each) => ({ name: each[0], each })))('$name: code, place and hint', ({ each }) => {
    const [, text, code, at, hint] = each;
    const loaded = load(text);
    expect(loaded.ok).toBe(false);
    const problems = loaded.ok ? [] : loaded.problems;
    const places = problems.map((problem) => `${problem.code} ${problem.line}:${problem.column}`);
    expect(places).toContain(`${code} ${at}`);
    const problem = problems.find((each) => each.code === code && `${each.line}:${each.column}` === at);
    if (hint !== undefined) expect(problem?.hint ?? '').toMatch(hint);
    expect(problem?.file).toBe('s.yaml');
    expect(problem?.message).not.toMatch(/invalid input|undefined|\[object/i);
  });

  it('are each one problem, where one thing is wrong', () => {
    const several = CASES.flatMap(([name, text]) => {
      const loaded = load(text);
      return loaded.ok || loaded.problems.length <= 1
        ? []
        : [`${name}: ${loaded.problems.map(({ message }) => message).join('; ')}`];
    });
    // A slip in a key also leaves the right key missing; a trace that is not there and its contradictions are two things.
    expect(several.filter((line) => !/is missing|does not exist|unknown key|stands twice|needs? /.test(line))).toEqual(
      [],
    );
  });

  it('are all reported at once, in order of place', () => {
    const text = withLine(16, '    replicas: 0')
      .replace('servers: 2', 'servers: -2')
      .replace('runs_on: gpu', 'runs_on: gpux');
    const loaded = load(`${text}window: 5\nrouting: { policy: weighted }\n`);
    expect(loaded.ok ? [] : loaded.problems.map(({ line, code }) => `${line} ${code}`)).toEqual([
      '6 E1302',
      '10 E1101',
      '16 E1101',
      '17 E1103',
      '18 E1201',
    ]);
  });

  it('do not touch prototypes', () => {
    load(withLine(17, '__proto__: { polluted: 1 }'));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
