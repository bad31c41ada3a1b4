import { describe, expect, it } from 'vitest';
import type { CODES } from '../../src/scenario/codes.js';
import { scenarioJsonSchema } from '../../src/scenario/jsonSchema.js';
import type { ChainService } from '../../src/scenario/types.js';
import { load, scenarioOf } from './base.js';
import { violations } from './draft7.js';

/** Stations as lines 5, 6, 7 of a scenario, and what else the service says as line 8. */
const chain = (first: string, second: string, third: string, more = ''): string => `version: 1
services:
  rag:
    kind: queue
    stations:
      gate: ${first}
      search: ${second}
      rank: ${third}
    ${more || 'slo: { e2e: { p95: 1 s } }'}
    traffic: { rate: 5 /s }
`;
const TO_SEARCH = '{ service_time: 5 ms, next: search }';
const TO_RANK = '{ servers: 4, service_time: 80 ms, next: rank }';
const BACK = '{ service_time: 40 ms, next: { search: 20 % } }';

describe('chains of stations', () => {
  it('are completed with the defaults of each station, the first being the entry', () => {
    const { scenario, assumptions } = scenarioOf(chain(TO_SEARCH, TO_RANK, BACK));
    const service = scenario.services['rag'] as ChainService;
    expect(Object.keys(service.stations)).toEqual(['gate', 'search', 'rank']);
    expect(service.entry).toEqual({ gate: 1 });
    expect(service.stations['search']).toEqual({
      servers: 4,
      service_time: { distribution: 'deterministic', mean: 0.08 },
      discipline: 'fcfs',
      capacity: Infinity,
      next: { rank: 1 },
    });
    expect(service.stations['rank']!.next).toEqual({ search: 0.2 });
    const assumed = assumptions.map(({ path }) => path);
    expect(assumed).toContain('services.rag.entry');
    expect(assumed).toContain('services.rag.stations.rank.servers');
  });

  it('are edited by path', () => {
    const { scenario } = scenarioOf(chain(TO_SEARCH, TO_RANK, BACK), ['services.rag.stations.rank.servers=3']);
    expect((scenario.services['rag'] as ChainService).stations['rank']!.servers).toBe(3);
  });

  it('obey the schema that editors check by, as do the stations of one', () => {
    const schema = scenarioJsonSchema();
    const service = (stations: object) => ({
      version: 1,
      services: { rag: { kind: 'queue', traffic: { rate: '5 /s' }, ...stations } },
    });
    const stations = {
      a: { service_time: '5 ms', discipline: 'ps', sharing_limit: 4, next: { b: 0.5 } },
      b: { service_time: '1 s', next: 'a' },
    };
    expect(violations(schema, service({ stations, entry: 'a' }))).toEqual([]);
    expect(violations(schema, service({ service_time: '1 s' }))).toEqual([]);
    expect(violations(schema, service({}))).not.toEqual([]);
    expect(violations(schema, service({ service_time: '1 s', stations }))).not.toEqual([]);
    expect(violations(schema, service({ stations: { a: { next: 'b' } } }))).not.toEqual([]);
  });
});

type Case = readonly [name: string, text: string, code: keyof typeof CODES, at: string, hint?: RegExp];
const CASES: readonly Case[] = [
  [
    'an unknown station',
    chain(TO_SEARCH, '{ service_time: 1 s, next: rnak }', BACK),
    'E1302',
    '7:42',
    /did you mean "rank"/,
  ],
  [
    'an unknown station among probabilities',
    chain(TO_SEARCH, TO_RANK, '{ service_time: 1 s, next: { serch: 0.2 } }'),
    'E1302',
    '8:42',
    /did you mean "search"/,
  ],
  ['an unknown entry', chain(TO_SEARCH, TO_RANK, BACK, 'entry: gat'), 'E1302', '9:12', /did you mean "gate"/],
  [
    'probabilities above one',
    chain('{ service_time: 1 s, next: { search: 0.7, rank: 40 % } }', TO_RANK, BACK),
    'E1303',
    '6:40',
    /leaves/,
  ],
  [
    'a probability above one',
    chain(TO_SEARCH, TO_RANK, '{ service_time: 1 s, next: { search: 1.2 } }'),
    'E1101',
    '8:50',
  ],
  ['a probability of zero', chain(TO_SEARCH, TO_RANK, '{ service_time: 1 s, next: { search: 0 } }'), 'E1101', '8:50'],
  [
    'an entry below one',
    chain(TO_SEARCH, TO_RANK, BACK, 'entry: { gate: 0.4, search: 0.4 }'),
    'E1303',
    '9:12',
    /come in/,
  ],
  [
    'no way out',
    chain(TO_SEARCH, TO_RANK, '{ service_time: 1 s, next: search }'),
    'E1303',
    '6:41',
    /sum to less than 1/,
  ],
  [
    'a station that is never visited',
    chain('{ service_time: 1 s, next: rank }', TO_RANK, '{ service_time: 1 s }'),
    'E1303',
    '7:7',
    /remove it/,
  ],
  ['a list for a way', chain(TO_SEARCH, TO_RANK, '{ service_time: 1 s, next: [search] }'), 'E1102', '8:40'],
  ['a station without a service time', chain(TO_SEARCH, '{ servers: 4, next: rank }', BACK), 'E1201', '7:7'],
  ['a slip in a station', chain(TO_SEARCH, '{ service_tiem: 1 s, next: rank }', BACK), 'E1203', '7:17', /service_time/],
  ['a station of no possible name', chain(TO_SEARCH, TO_RANK, BACK).replaceAll('rank', '9rank'), 'E1204', '8:7'],
  ['servers beside stations', chain(TO_SEARCH, TO_RANK, BACK, 'servers: 2'), 'E1303', '9:5', /into the stations/],
  ['feedback beside stations', chain(TO_SEARCH, TO_RANK, BACK, 'feedback: 0.2'), 'E1303', '9:5', /next: /],
  [
    'no stations',
    'version: 1\nservices:\n  rag: { kind: queue, stations: {}, traffic: { rate: 1 /s } }\n',
    'E1201',
    '3:23',
    /for example/,
  ],
  [
    'an entry without stations',
    'version: 1\nservices:\n  rag: { kind: queue, service_time: 1 s, entry: a, traffic: { rate: 1 /s } }\n',
    'E1303',
    '3:42',
  ],
  [
    'priority without classes',
    chain(TO_SEARCH, '{ service_time: 1 s, discipline: priority, next: rank }', BACK),
    'E1201',
    '3:3',
    /classes: \[/,
  ],
  [
    'classes that no station heeds',
    chain(TO_SEARCH, TO_RANK, BACK, 'classes: [{ name: a, share: 1 }]'),
    'E1303',
    '9:5',
  ],
  [
    'a capacity below the servers of a station',
    chain(TO_SEARCH, '{ servers: 4, capacity: 3, service_time: 1 s, next: rank }', BACK),
    'E1303',
    '7:39',
  ],
  [
    'a key without effect at a station',
    chain(TO_SEARCH, '{ discipline: ps, patience: 1 s, service_time: 1 s, next: rank }', BACK),
    'E1303',
    '7:33',
  ],
  [
    'setup under sharing at a station',
    chain(TO_SEARCH, '{ discipline: ps, setup_time: 1 s, service_time: 1 s, next: rank }', BACK),
    'E1501',
    '7:7',
  ],
  [
    'observations that are nowhere',
    chain(TO_SEARCH, '{ service_time: { distribution: empirical, file: t.csv }, next: rank }', BACK),
    'E1401',
    '7:64',
  ],
];

describe('bad chains', () => {
  it.each(CASES.map((each) => ({ name: each[0], each })))(
    '$name: code, place and hint, and nothing else',
    ({ each }) => {
      const [, text, code, at, hint] = each;
      const loaded = load(text);
      const problems = loaded.ok ? [] : loaded.problems;
      expect(problems.map((problem) => `${problem.code} ${problem.line}:${problem.column}`)).toContain(`${code} ${at}`);
      const problem = problems.find((one) => one.code === code);
      if (hint !== undefined) expect(problem?.hint ?? '').toMatch(hint);
      // A slip in a key also leaves the right key missing.
      expect(problems.filter(({ message }) => !/is missing/.test(message)).length).toBeLessThanOrEqual(1);
    },
  );

  it('names with a meaning in JavaScript are stations like any other', () => {
    const { scenario } = scenarioOf(chain(TO_SEARCH, TO_RANK, BACK).replaceAll('rank', 'constructor'));
    expect(Object.keys((scenario.services['rag'] as ChainService).stations)).toContain('constructor');
  });
});
