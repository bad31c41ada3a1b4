import { describe, expect, it } from 'vitest';
import { parseScenario } from '../../src/scenario/load.js';

const withJob = (job: string, pools = '  gpu: { instance: x/a }', service = ''): string => `version: 1
services:
  chat:
    kind: llm
    model: m
    traffic: { rate: 5 /s, prompt_tokens: 9, output_tokens: 2 }
    runs_on: gpu
${service}pools:
${pools}
jobs:
  night: ${job}
`;
const inference = (more: string): string => withJob(`{ kind: inference, model: e, requests: 10, ${more} }`);
const training = (more: string): string =>
  withJob(`{ kind: training, model: m, accelerators: 4, sequence_tokens: 512, global_batch: 8, ${more} }`);
const TWO = '  gpu: { instance: x/a }\n  other: { instance: x/b }';

/** What may be wrong with jobs: code, path, and part of message and hint. */
const CASES: readonly (readonly [text: string, code: string, path: string, says: RegExp])[] = [
  [withJob('{ kind: batch, model: e }'), 'E1105', 'jobs.night.kind', /llm, inference, training/],
  [withJob('{ kind: inference, model: e }'), 'E1201', 'jobs.night.requests', /missing/],
  [inference('work: 3'), 'E1203', 'jobs.night.work', /unknown key/],
  [withJob('{ kind: inference, model: e, requests: 0 }'), 'E1101', 'jobs.night.requests', /at least 1/],
  [inference('workers: 0'), 'E1101', 'jobs.night.workers', /at least 1/],
  [inference('start: 22:00'), 'E1102', 'jobs.night.start', /"Mon 22:00"/],
  [inference('start: Mon 24:00'), 'E1102', 'jobs.night.start', /"Mon 22:00"/],
  [inference('start: Monday 22:00'), 'E1102', 'jobs.night.start', /days are Mon/],
  [inference('deadline: 25:00'), 'E1104', 'jobs.night.deadline', /06:00/],
  [inference('deadline: 8'), 'E1103', 'jobs.night.deadline', /8 h/],
  [inference('deadline: 3 GB'), 'E1104', 'jobs.night.deadline', /8 h/],
  [inference('deadline: 0 h'), 'E1101', 'jobs.night.deadline', /greater than 0/],
  [inference('checkpoint: 0 s'), 'E1101', 'jobs.night.checkpoint', /greater than 0/],
  [inference('startup: soon'), 'E1102', 'jobs.night.startup', /expected a duration/],
  [inference('priority: -1'), 'E1101', 'jobs.night.priority', /at least 0/],
  [inference('runs_on: gpus'), 'E1302', 'jobs.night.runs_on', /no pool is named "gpus"/],
  [withJob('{ kind: inference, model: e, requests: 10 }', TWO), 'E1201', 'jobs.night.runs_on', /gpu, other/],
  [withJob('{ kind: inference, model: e, requests: 10, runs_on: other }', TWO), 'E1201', 'pools.other', /quota/],
  [training('tokens: 5, steps: 5'), 'E1303', 'jobs.night.steps', /both/],
  [training('checkpoint: 5 min'), 'E1301', 'jobs.night', /tokens or steps/],
  [training('steps: 5, lora_rank: 8'), 'E1303', 'jobs.night.lora_rank', /method: lora/],
  [training('steps: 5, method: adapters'), 'E1105', 'jobs.night.method', /full, lora, qlora/],
  [training('steps: 5, parallelism: { data: 2 }'), 'E1203', 'jobs.night.parallelism.data', /unknown key/],
  [training('steps: 5, startup: auto'), 'E1102', 'jobs.night.startup', /duration/],
  [withJob('[]'), 'E1102', 'jobs.night', /map/],
  [
    withJob(
      '{ kind: inference, model: e, requests: 10, runs_on: desk }',
      '  gpu: { instance: x/a }\n  desk: { instance: x/b }',
      '  q: { kind: queue, service_time: 1 s, traffic: { rate: 1 /s }, runs_on: desk }\n',
    ),
    'E1501',
    'jobs.night.runs_on',
    /beside a queue/,
  ],
];

describe('mistakes about jobs', () => {
  it.each(CASES)('%#: %s', (text, code, path, says) => {
    const loaded = parseScenario(text, 's.yaml');
    const problems = loaded.ok ? [] : loaded.problems;
    const found = problems.filter((problem) => problem.path === path && problem.code === code);
    expect(problems.map((problem) => `${problem.code} ${problem.path}: ${problem.message}`).join('\n')).toContain(path);
    expect(found.map(({ message, hint }) => `${message} ${hint ?? ''}`).join('\n')).toMatch(says);
  });

  it('a list of training jobs says where they go', () => {
    const loaded = parseScenario(`${inference('workers: 1')}training: [{}]\n`, 's.yaml');
    expect(loaded.ok ? [] : loaded.problems).toMatchObject([{ code: 'E1501', hint: expect.stringContaining('jobs:') }]);
  });

  it('lists what is assumed of a job, and nothing of its arrivals', () => {
    const loaded = parseScenario(inference('workers: 1'), 's.yaml');
    if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join());
    const assumed = loaded.assumptions.map(({ path }) => path).filter((path) => path.startsWith('jobs.'));
    expect(assumed).toEqual(
      expect.arrayContaining(['jobs.night.checkpoint', 'jobs.night.start', 'jobs.night.startup']),
    );
    expect(assumed.some((path) => /traffic|arrivals|shape/.test(path))).toBe(false);
  });
});
