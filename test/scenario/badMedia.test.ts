import { describe, expect, it } from 'vitest';
import type { CODES } from '../../src/scenario/codes.js';
import { load, withLine } from './base.js';

/** What may be wrong with images, audio and adapters: the line, then code, line:column and part of message and hint. */
type Case = readonly [text: string, code: keyof typeof CODES, at: string, says: RegExp];

const traffic = (media: string, load = 'rate: 5 /s'): string =>
  withLine(7, `    traffic: { ${load}, prompt_tokens: 9, output_tokens: 2, ${media} }`);
const service = (line: string): string => withLine(5, `    model: m\n    ${line}`);

const CASES: readonly Case[] = [
  [traffic('images: 3'), 'E1102', '7:72', /a map of keys/],
  [traffic('images: { size: big }'), 'E1102', '7:80', /1024x768, got "big"/],
  [traffic('images: { size: 1024 }'), 'E1102', '7:80', /width first/],
  [traffic('images: { size: 1024x0 }'), 'E1102', '7:80', /width and height in pixels/],
  [traffic('images: { size: 9x9, tokens: 5 }'), 'E1303', '7:85', /follow from its size.*keep size/],
  [traffic('images: { tokens: 0 }'), 'E1101', '7:82', /at least 1/],
  [traffic('images: { per_request: 0 }'), 'E1101', '7:87', /at least 1/],
  [traffic('images: { per_request: [1] }'), 'E1102', '7:87', /a number of images, or { min, max }/],
  [traffic('images: { per_request: { min: 3, max: 1 } }'), 'E1303', '7:102', /max \(1\) is less than min \(3\)/],
  [traffic('images: { share: 50 }'), 'E1101', '7:81', /did you mean "50 %"/],
  [traffic('images: { share: 0 }'), 'E1101', '7:81', /greater than 0/],
  [traffic('images: { count: 2 }'), 'E1203', '7:74', /per_request, share, size, tokens/],
  [traffic('audio: {}'), 'E1201', '7:64', /"duration" is missing/],
  [traffic('audio: { duration: 12 }'), 'E1103', '7:83', /needs a unit/],
  [service('adapters: 20'), 'E1102', '6:15', /a map of keys/],
  [service('adapters: { count: 20 }'), 'E1201', '6:5', /"rank" is missing/],
  [service('adapters: { count: 0, rank: 8 }'), 'E1101', '6:24', /at least 1/],
  [service('adapters: { count: 20_000, rank: 8 }'), 'E1101', '6:24', /at most 10000/],
  [service('adapters: { count: 20, rank: 8, target: mlp }'), 'E1105', '6:45', /attention, all/],
  [service('adapters: { count: 20, rank: 8, popularity: zipf }'), 'E1102', '6:49', /a number/],
  [service('adapters: { count: 20, rank: 8, max_loras: 4 }'), 'E1203', '6:37', /max_loaded/],
  [
    service('adapters: { count: 20, rank: 8 }\n    speculative: { tokens: 3, acceptance: 0.7 }'),
    'E1501',
    '3:3',
    /not supported yet: adapters together with speculative/,
  ],
];

describe('wrong images, audio and adapters', () => {
  it.each(CASES)('%s', (text, code, at, says) => {
    const loaded = load(text);
    const problems = loaded.ok ? [] : loaded.problems;
    expect(problems.map((problem) => `${problem.code} ${problem.line}:${problem.column}`)).toEqual([`${code} ${at}`]);
    expect(`${problems[0]?.message} ${problems[0]?.hint}`).toMatch(says);
  });

  it.each([
    ['images: { size: 10x10 }', 'trace: t.csv', /images or audio together with a trace/],
    ['audio: { duration: 3 s }', 'trace: t.csv', /images or audio together with a trace/],
  ])('%s with %s', (media, from, says) => {
    const loaded = load(withLine(7, `    traffic: { ${from}, ${media} }`));
    const problems = loaded.ok ? [] : loaded.problems.filter(({ code }) => code === 'E1501');
    expect(problems.map(({ message }) => message).join()).toMatch(says);
  });

  it('adapters with a shared prefix, whose keys and values differ from one to the other', () => {
    const shared = service('adapters: { count: 20, rank: 8 }').replace(
      'output_tokens: 200',
      'output_tokens: 200, shared_prefix_tokens: 50',
    );
    const loaded = load(shared);
    expect(loaded.ok ? [] : loaded.problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/not supported yet: adapters together with a shared prefix/),
    ]);
  });

  it('warn of memory that is set aside for no adapter', () => {
    const loaded = load(service('adapters: { count: 4, rank: 8, max_loaded: 8 }'));
    if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
    expect(loaded.warnings.map(({ message }) => message).join()).toMatch(/for 8 adapters, and there are 4/);
  });
});
