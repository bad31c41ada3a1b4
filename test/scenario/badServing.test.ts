import { describe, expect, it } from 'vitest';
import type { CODES } from '../../src/scenario/codes.js';
import { load, withLine } from './base.js';

/** What may be wrong with drafts, host memory, priorities and clients: the line, then code, line:column and part of message and hint. */
type Case = readonly [text: string, code: keyof typeof CODES, at: string, says: RegExp];

const service = (line: string): string => withLine(5, `    model: m\n    ${line}`);
const priority = (levels: string): string =>
  withLine(7, `    traffic: { rate: 5 /s, prompt_tokens: 9, output_tokens: 2, priority: ${levels} }`);

const client = (how: string, load = 'rate: 5 /s'): string =>
  withLine(7, `    traffic: { prompt_tokens: 9, output_tokens: 2, ${load}, client: ${how} }`);

const CASES: readonly Case[] = [
  [withLine(6, '    runs_on: { prefill: gpu }'), 'E1201', '6:5', /"decode" is missing.*the pool that decodes/],
  [service('speculative: { tokens: 3, acceptance: 120 % }'), 'E1101', '6:43', /at most 100 %/],
  [service('speculative: 4'), 'E1102', '6:18', /a map of keys/],
  [service('speculative: { tokens: 3 }'), 'E1201', '6:5', /"acceptance" is missing/],
  [service('speculative: { tokens: 0, acceptance: 0.7 }'), 'E1101', '6:28', /at least 1/],
  [service('speculative: { tokens: 2.5, acceptance: 0.7 }'), 'E1101', '6:28', /whole number/],
  [service('speculative: { tokens: 100, acceptance: 0.7 }'), 'E1101', '6:28', /at most 64/],
  [service('speculative: { tokens: 3, acceptance: 70 }'), 'E1101', '6:43', /did you mean "70 %"/],
  [service('speculative: { tokens: 3, acceptance: -0.1 }'), 'E1101', '6:43', /at least 0/],
  [service('speculative: { token: 3, acceptance: 0.7 }'), 'E1203', '6:20', /did you mean "tokens"/],
  [service('speculative: { tokens: 3, acceptance: 0.7, draft_model: { layers: 2 } }'), 'E1102', '6:61', /text/],
  [service('batching: { preemption: swp }'), 'E1105', '6:29', /did you mean "swap"/],
  [service('batching: { preemption: swap, swap_space: 4 }'), 'E1103', '6:47', /GiB/],
  [service('batching: { preemption: swap, swap_space: -1 GiB }'), 'E1101', '6:47', /at least 0/],
  [service('priority: [{ name: a, share: 1 }]'), 'E1102', '6:15', /priority.*whole number/],
  [priority('high'), 'E1102', '7:74', /a list/],
  [priority('[]'), 'E1101', '7:74', /at least 1 entry/],
  [priority('[{ name: a, share: 0 }, { name: b, share: 1 }]'), 'E1101', '7:93', /greater than 0/],
  [priority('[{ name: a, share: 0.5 }, { name: a, share: 0.5 }]'), 'E1303', '7:108', /two of .* the name "a".*its own/],
  [priority('[{ name: a, share: 0.5, weight: 2 }, { name: b, share: 0.5 }]'), 'E1203', '7:98', /name, share/],
  [client('fast'), 'E1102', '7:72', /a map of keys/],
  [client('{ timeout: 0 s }'), 'E1101', '7:83', /greater than 0/],
  [client('{ timeout: 30 }'), 'E1103', '7:83', /unit/],
  [client('{ retries: 1000 }'), 'E1101', '7:83', /at most 100/],
  [client('{ retris: 2 }'), 'E1203', '7:74', /did you mean "retries"/],
  [client('{ backoff: { factor: 0.5 } }'), 'E1101', '7:93', /at least 1/],
  [client('{ backoff: { jitter: 25 } }'), 'E1101', '7:93', /did you mean "25 %"/],
  [client('{ server_cancels: 1 }'), 'E1102', '7:90', /true or false/],
  [client('{ retry_on: timeout }'), 'E1102', '7:84', /a list/],
  [client('{ retry_on: [] }'), 'E1101', '7:84', /at least 1 entry/],
  [client('{ retry_on: [rejections] }'), 'E1105', '7:85', /did you mean "rejection"/],
  [client('{ retry_on: [failure, failure] }'), 'E1303', '7:94', /named twice/],
  [client('{ retries: 0, retry_on: [failure] }'), 'E1303', '7:86', /only with retries/],
  [client('{ hedge: 2 s }'), 'E1102', '7:81', /a map of keys/],
  [client('{ hedge: { after: 2 } }'), 'E1103', '7:90', /unit/],
  [client('{ hedge: { after: p42 } }'), 'E1102', '7:90', /duration|p50/],
  [client('{ hedge: { after: 0 s } }'), 'E1101', '7:90', /greater than 0/],
  [client('{ hedge: { budget: 5 } }'), 'E1101', '7:91', /did you mean "5 %"/],
  [client('{ hedge: { max: 2 } }'), 'E1501', '7:83', /not supported yet: more than one copy/],
  [client('{ circuit_breaker: 50 % }'), 'E1102', '7:91', /a map of keys/],
  [client('{ circuit_breaker: { failures: 0 } }'), 'E1101', '7:103', /greater than 0/],
  [client('{ circuit_breaker: { window: 10 } }'), 'E1103', '7:101', /unit/],
  [client('{ circuit_breaker: { half_open: 0 } }'), 'E1101', '7:104', /at least 1/],
  [client('{ circuit_breaker: { min_request: 3 } }'), 'E1203', '7:93', /did you mean "min_requests"/],
  [client('{ timeout: 3 s }', 'users: { concurrent: 3 }'), 'E1303', '7:78', /wait for their answers.*rate or trace/],
];

describe('wrong drafts, host memory, priorities and clients', () => {
  it.each(CASES)('%s', (text, code, at, says) => {
    const loaded = load(text);
    const problems = loaded.ok ? [] : loaded.problems.filter(({ message }) => !/"tokens" is missing/.test(message));
    expect(problems.map((problem) => `${problem.code} ${problem.line}:${problem.column}`)).toEqual([`${code} ${at}`]);
    expect(`${problems[0]?.message} ${problems[0]?.hint}`).toMatch(says);
  });

  it.each([
    [service('batching: { preemption: swap, swap_space: 0 GiB }'), /computed again/],
    [priority('[{ name: all, share: 1 }]'), /all requests are equal/],
  ])('are warned of where they have no effect: %s', (text, says) => {
    const loaded = load(text);
    if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
    expect(loaded.warnings.map(({ code }) => code)).toEqual(['W1702']);
    expect(loaded.warnings[0]?.message).toMatch(says);
  });
});
