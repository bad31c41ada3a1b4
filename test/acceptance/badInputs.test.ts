import { mkdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { plimsoll, STACK, scratch } from './cli.js';

const folder = scratch();
mkdirSync(folder.path('a-folder'));

const HEADER = 'arrived_at_s,prompt_tokens,output_tokens\n';
folder.file('empty.csv', '');
folder.file('no-rows.csv', HEADER);
folder.file('unsorted.csv', `${HEADER}5,10,10\n3,10,10\n`);
folder.file('nan.csv', `${HEADER}0,NaN,10\n`);
folder.file('negative.csv', `${HEADER}0,-5,10\n`);
folder.file('other.csv', 'a,b,c\n1,2,3\n');
folder.file(
  'binary.csv',
  new Uint8Array(2000).map((_, at) => (at * 37) % 256),
);
folder.file('lines.jsonl', '{"timestamp": 0, "input_length": 9, "output_length": 9}\n{not json\n');
folder.file('broken.json', '{"a": 1');

const base = {
  traffic: '{ rate: 2 /s, prompt_tokens: 500, output_tokens: 100 }',
  model: 'meta-llama/Meta-Llama-3.1-8B',
  service: '',
  pool: 'accelerator: A100-80GB, price: 3.2 USD/h',
  top: '',
};

const scenario = (change: Partial<typeof base>): string => {
  const { traffic, model, service, pool, top } = { ...base, ...change };
  return `version: 1
services:
  chat:
    kind: llm
    model: ${model}
    traffic: ${traffic}
    runs_on: gpu
    ${service}
pools:
  gpu: { ${pool} }
${top}
`;
};

const trace = (name: string): string => scenario({ traffic: `{ trace: ${name} }` });

const bomb = 'bcdefghij'
  .split('')
  .reduce(
    (text, key, at) => `${text}${key}: &${key} [${Array(9).fill(`*${'abcdefghi'[at]}`).join(', ')}]\n`,
    'a: &a [x, x]\n',
  );

/** Name, text of the scenario, and what the message must say. */
const CASES: readonly (readonly [name: string, text: string | Uint8Array, says: RegExp])[] = [
  [
    'an unknown key',
    scenario({ service: 'batchin: {}' }),
    /unknown key "batchin".*\n.*:8:5[\s\S]*did you mean "batching"/,
  ],
  [
    'a wrong unit',
    scenario({ traffic: '{ rate: 2 ms, prompt_tokens: 5, output_tokens: 5 }' }),
    /:6:22[\s\S]*units: \/s/,
  ],
  ['a bare number', scenario({ traffic: '{ rate: 2, prompt_tokens: 5, output_tokens: 5 }' }), /needs a unit/],
  ['a negative rate', scenario({ traffic: '{ rate: -2 /s, prompt_tokens: 5, output_tokens: 5 }' }), /greater than 0/],
  ['not a number', scenario({ traffic: '{ rate: .nan, prompt_tokens: 5, output_tokens: 5 }' }), /got NaN/],
  ['infinity', scenario({ traffic: '{ rate: .inf, prompt_tokens: 5, output_tokens: 5 }' }), /got Infinity/],
  ['negative tokens', scenario({ traffic: '{ rate: 2 /s, prompt_tokens: -5, output_tokens: 5 }' }), /at least 0/],
  [
    'two kinds of load',
    scenario({ traffic: '{ rate: 2 /s, users: { concurrent: 3, think_time: 1 s } }' }),
    /rate and users/,
  ],
  ['no such trace', trace('nowhere.csv'), /"nowhere.csv" does not exist/],
  ['an empty trace', trace('empty.csv'), /the trace is empty/],
  ['a trace without requests', trace('no-rows.csv'), /no requests/],
  ['an unsorted trace', trace('unsorted.csv'), /unsorted.csv:\d+: .*order/],
  ['NaN in a trace', trace('nan.csv'), /nan.csv:\d+: "NaN"/],
  ['negative tokens in a trace', trace('negative.csv'), /negative.csv:\d+: "-5"/],
  ['a trace of another kind', trace('other.csv'), /unknown trace header "a,b,c"/],
  ['a binary trace', trace('binary.csv'), /not a text file/],
  ['a broken line of JSON', trace('lines.jsonl'), /lines.jsonl:2/],
  ['an unknown instance', scenario({ pool: 'instance: aws/p5.48xlrge' }), /did you mean "aws\/p5.48xlarge"/],
  ['an unknown region', scenario({ pool: 'instance: aws/p5.48xlarge, region: us-est-1' }), /us-est-1/],
  [
    'an unknown model',
    scenario({ model: 'meta-llama/Meta-Llama-3.1-8C' }),
    /did you mean "meta-llama\/Meta-Llama-3.1-8B"/,
  ],
  ['an unknown accelerator', scenario({ pool: 'accelerator: A100-81GB' }), /did you mean "A100-80GB"/],
  ['a model too large', scenario({ model: 'meta-llama/Meta-Llama-3.1-405B' }), /does not fit[\s\S]*what would fit/],
  [
    'a tensor degree that does not divide',
    scenario({ pool: 'accelerator: A100-80GB, parallelism: { tensor: 3 }' }),
    /tensor 3/,
  ],
  ['no replicas', scenario({ pool: 'accelerator: A100-80GB, replicas: 0' }), /at least 1/],
  ['half a replica', scenario({ pool: 'accelerator: A100-80GB, replicas: 1.5' }), /whole number/],
  ['too many replicas', scenario({ pool: 'accelerator: A100-80GB, replicas: 1000000000' }), /at most/],
  ['no horizon', scenario({ top: 'horizon: 0 months' }), /horizon must be greater than 0/],
  ['no window', scenario({ top: 'window: 0 s' }), /window must be greater than 0/],
  ['a day that does not exist', scenario({ top: 'start: 2027-13-45' }), /not a day/],
  ['a negative seed', scenario({ top: 'seed: -3' }), /seed must be at least 0/],
  ['a key twice', `version: 1\n${scenario({})}`, /"version" stands twice/],
  ['tabs', scenario({}).replace('    kind', '\tkind'), /tabs/],
  ['a bomb of aliases', bomb, /aliases multiply/],
  ['a pit of brackets', `version: 1\nservices: ${'['.repeat(5000)}${']'.repeat(5000)}\n`, /nested too deeply/],
  ['__proto__', scenario({ service: '__proto__: { a: 1 }' }), /unknown key "__proto__"/],
  ['a tag', scenario({ service: 'slo: !!js/function "x"' }), /tag/],
  [
    'a pool that is not there',
    scenario({ pool: 'accelerator: A100-80GB' }).replace('runs_on: gpu', 'runs_on: gqu'),
    /no pool is named "gqu"/,
  ],
  ['an unknown version', scenario({}).replace('version: 1', 'version: 2'), /version must be 1/],
  ['nothing', '', /the file is empty/],
  ['a list', '- a\n- b\n', /a map of keys/],
  ['bytes', new Uint8Array(2000).map((_, at) => (at * 91) % 256), /binary file/],
  ['a key that is not built yet', scenario({ top: 'training: [{ model: x }]' }), /not supported yet/],
];

/** Both forms of the answer of one call: refused, located or explained, without a stack. */
async function refused(args: readonly string[]): Promise<string> {
  const [plain, json] = await Promise.all([
    plimsoll(args, { cwd: folder.path('.') }),
    plimsoll([...args, '--json'], { cwd: folder.path('.') }),
  ]);
  expect([plain.code, json.code], plain.stderr + json.stdout).toEqual([2, 2]);
  expect(plain.stdout).toBe('');
  expect(plain.stderr + json.stderr + json.stdout).not.toMatch(STACK);
  const document = JSON.parse(json.stdout) as { error: { code: string; message: string } };
  expect(document.error.code).toMatch(/^E\d{4}$/);
  expect(plain.stderr).toContain(document.error.message.split('\n')[0]);
  return plain.stderr;
}

describe('a scenario with', () => {
  it.each(CASES)('%s is refused', async (name, text, says) => {
    const file = folder.file(`${name.replaceAll(' ', '-')}.yaml`, text);
    const message = await refused(['simulate', file]);
    expect(message).toMatch(says);
    expect(message).toMatch(/\.yaml:\d+:\d+/);
  });

  it('many faults is refused once, with all of them', async () => {
    const text = 'version: [1]\nname: {}\nseed: x\nservices: 5\npools: x\nhorizon: []\nwindow: {}\nstart: 99\n';
    const message = await refused(['validate', folder.file('many.yaml', text)]);
    expect(message.match(/^error\[/gm)?.length).toBeGreaterThanOrEqual(8);
  });
});

describe('a call with', () => {
  const good = (): string =>
    folder.file(
      'good.yaml',
      scenario({ top: 'window: 1 min\nrules: [{ metric: cost.per_month_usd, max: 9_000 USD }]' }),
    );
  it.each<readonly [string, readonly string[], RegExp]>([
    ['an unknown flag', ['simulate', 'good.yaml', '--foo'], /--foo/],
    ['no scenario', ['simulate'], /scenario/],
    ['a folder as scenario', ['simulate', 'a-folder'], /directory/],
    ['a missing scenario', ['simulate', 'nowhere.yaml'], /does not exist/],
    ['a negative seed', ['simulate', 'good.yaml', '--seed', '-1'], /seed/],
    ['a --set without a value', ['simulate', 'good.yaml', '--set', 'foo'], /path=value/],
    ['a --set of nothing', ['simulate', 'good.yaml', '--set', 'pools.gqu.replicas=3'], /did you mean "gpu"/],
    ['a --set of __proto__', ['simulate', 'good.yaml', '--set', '__proto__.x=1'], /__proto__/],
    ['an output that cannot be written', ['simulate', 'good.yaml', '-o', 'no/such/folder.txt'], /no\/such\/folder.txt/],
    ['requests that cannot be written', ['simulate', 'good.yaml', '--requests', 'no/such.csv'], /no\/such.csv/],
    ['an unknown drill', ['simulate', 'good.yaml', '--drill', 'meteor@3min'], /zone-loss@10min/],
    ['a drill after the window', ['simulate', 'good.yaml', '--drill', 'zone-loss@3min'], /after the window of 60 s/],
    ['a drought without spot', ['simulate', 'good.yaml', '--drill', 'spot-drought@3s'], /spot: 50 %/],
    ['a broken baseline', ['gate', 'good.yaml', '--baseline', 'broken.json'], /not JSON/],
    ['an unknown format', ['gate', 'good.yaml', '--format', 'xml'], /xml/],
    [
      'a rule without data',
      ['gate', 'good.yaml', '--set', 'rules=[{metric: cost.per_monht_usd, max: 1}]'],
      /cost.per_monht_usd/,
    ],
    ['an unknown verb', ['simulat', 'good.yaml'], /did you mean "simulate"/],
  ])('%s is refused', async (_name, args, says) => {
    good();
    expect(await refused(args)).toMatch(says);
  });
});
