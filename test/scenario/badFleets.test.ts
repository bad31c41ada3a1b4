import { describe, expect, it } from 'vitest';
import type { CODES } from '../../src/scenario/codes.js';
import { parseScenario } from '../../src/scenario/load.js';

const chat = (more: string, rest = '', runsOn = '[a, b]'): string => `version: 1
services:
  chat:
    kind: llm
    model: m
    runs_on: ${runsOn}
    ${more}
pools:
  a: { instance: x/a }
  b: { instance: x/b }
${rest}
`;
const TRAFFIC = 'traffic: { rate: 5 /s, prompt_tokens: 9, output_tokens: 2 }';
const traffic = (more: string): string => chat(`traffic: { rate: 5 /s, prompt_tokens: 9, output_tokens: 2, ${more} }`);
const admission = (of: string): string => chat(`${TRAFFIC}\n    admission: ${of}`);
const top = (rest: string): string => chat(TRAFFIC, rest);

/** What may be wrong with pools, admission, tenants, regions and routing: the code, where, and part of message and hint. */
type Case = readonly [text: string, code: keyof typeof CODES, at: string, says: RegExp];

const CASES: readonly Case[] = [
  [chat(TRAFFIC, '', '[a, c]'), 'E1302', '6:18', /no pool is named "c".*a, b/],
  [chat(TRAFFIC, '', '[a, a]'), 'E1303', '6:18', /"a" is named twice/],
  [chat(TRAFFIC, '', '[]'), 'E1101', '6:14', /at least 1 entry/],
  [chat(TRAFFIC, '', '{ prefill: a, decode: c }'), 'E1302', '6:36', /no pool is named "c"/],
  [chat(TRAFFIC, '', '{ prefill: a, decode: a }'), 'E1303', '6:36', /"a" is named twice/],
  [chat(TRAFFIC, '', '{ prefill: a }'), 'E1201', '6:5', /"decode" is missing/],
  [chat(TRAFFIC, '', '{ prefill: a, decode: b, kv: a }'), 'E1203', '6:39', /allowed here: prefill, decode/],
  [chat(TRAFFIC, '', '3'), 'E1102', '6:14', /list of pools/],
  [admission('{ max_queue: -1 }'), 'E1101', '8:29', /at least 0/],
  [admission('{ max_in_flight: 0 }'), 'E1101', '8:33', /at least 1/],
  [admission('{ queue: 3 }'), 'E1203', '8:18', /max_queue/],
  [admission('{ rate_limit: 5 }'), 'E1102', '8:30', /burst: 100/],
  [admission('{ rate_limit: { rate: 5 } }'), 'E1103', '8:38', /\/s/],
  [admission('{ rate_limit: { rate: 5 /s, of: bytes } }'), 'E1105', '8:48', /requests, tokens/],
  [traffic('tenants: [{ name: a, share: 50 % }]'), 'E1303', '7:73', /sum to 0.5, not 1/],
  [traffic('tenants: [{ name: a, share: 50 % }, { name: a, share: 50 % }]'), 'E1303', '7:108', /two of the tenants/],
  [admission('{ fairness: users }'), 'E1105', '8:28', /tenants/],
  [admission('{ fairness: tenants }'), 'E1201', '8:28', /needs traffic.tenants/],
  [traffic('tenants: [{ name: a, share: 1, weight: 2 }]'), 'E1303', '7:95', /only with fairness/],
  [
    chat(
      'traffic: { rate: 5 /s, prompt_tokens: 9, output_tokens: 2, tenants: [{ name: a, share: 1, weight: 0 }] }\n    admission: { fairness: tenants }',
    ),
    'E1101',
    '7:103',
    /greater than 0/,
  ],
  [traffic('response_bytes_per_token: 0'), 'E1101', '7:90', /at least 1/],
  [top('regions: {}'), 'E1201', '11:1', /at least one/],
  [top('regions: { eu: {} }'), 'E1201', '11:12', /"share" is missing/],
  [top('regions: { eu: { share: 60 } }'), 'E1101', '11:25', /did you mean "60 %"/],
  [top('regions: { eu: { share: 60 % }, us: { share: 30 % } }'), 'E1303', '11:1', /sum to 0.9, not 1/],
  [top('regions: { eu: { share: 1, utc_offset: 20 h } }'), 'E1101', '11:40', /at most 50400/],
  [top('regions: { eu: { share: 1, residency: eu } }'), 'E1102', '11:39', /a list/],
  [top('regions: { eu: { share: 1, rtt: { x: 80 } } }'), 'E1103', '11:38', /ms/],
  [top('routing: { policy: nearest }'), 'E1201', '11:20', /needs regions.*add regions/],
  [top('routing: { policy: random, overflow: 3 }'), 'E1303', '11:28', /only with policy: nearest/],
  [top('routing: { policy: weighted, weights: { a: 1, c: 2 } }'), 'E1302', '11:47', /no pool is named "c"/],
  [top('routing: { overflow_to: gpt-4o }'), 'E1102', '11:25', /a map of keys/],
  [top('routing: { overflow_to: { api: a/b, tpot: 15 ms } }'), 'E1201', '11:12', /"ttft" is missing/],
  [top('routing: { overflow_to: { api: a/b, ttft: 600, tpot: 15 ms } }'), 'E1103', '11:43', /ms/],
  [top('routing: { overflow_to: { api: a/b, ttft: 0 s, tpot: 15 ms } }'), 'E1101', '11:43', /greater than 0/],
  [top('routing: { overflow_to: { ttft: 1 s, tpot: 15 ms } }'), 'E1301', '11:12', /api or price.*USD.Mtok/],
  [
    top(
      'routing: { overflow_to: { api: a/b, ttft: 1 s, tpot: 15 ms, price: { input: 1 USD/Mtok, output: 1 USD/Mtok } } }',
    ),
    'E1301',
    '11:61',
    /contradict/,
  ],
  [
    top('routing: { overflow_to: { ttft: 1 s, tpot: 15 ms, price: { input: 1 USD/h, output: 1 USD/Mtok } } }'),
    'E1104',
    '11:67',
    /USD\/Mtok/,
  ],
  [top('routing: { overflow_to: { api: a/b, ttft: 1 s, tpot: 1 s, when: { waiting: -1 } } }'), 'E1101', '11:76', /0/],
  [top('routing: { overflow_to: { api: a/b, ttft: 1 s, tpot: 1 s, if: 3 } }'), 'E1203', '11:59', /when/],
  [
    top('routing: { overflow_to: { api: a/b, ttft: 1 s, tpot: 1 s } }\nregions: { eu: { share: 1, residency: [eu] } }'),
    'E1501',
    '12:28',
    /residency together with routing.overflow_to/,
  ],
  [top('routing: { policy: weighted, weights: 3 }'), 'E1102', '11:39', /fast: 2/],
];

describe('wrong pools, admission, tenants, regions and routing', () => {
  it.each(CASES)('%s', (text, code, at, says) => {
    const loaded = parseScenario(text, 's.yaml');
    const problems = loaded.ok ? [] : loaded.problems;
    expect(problems.map((problem) => `${problem.code} ${problem.line}:${problem.column}`)).toEqual([`${code} ${at}`]);
    expect(`${problems[0]?.message} ${problems[0]?.hint}`).toMatch(says);
  });

  it('are warned of where the sun moves nothing', () => {
    const loaded = parseScenario(
      chat(
        'traffic: { users: { concurrent: 5 }, prompt_tokens: 9, output_tokens: 2 }',
        'regions: { eu: { share: 1, utc_offset: 1 h } }',
      ),
      's.yaml',
    );
    if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
    expect(loaded.warnings.map(({ code }) => code)).toEqual(['W1702']);
    expect(loaded.warnings[0]?.message).toMatch(/utc_offset has no effect on services.chat/);
  });
});
