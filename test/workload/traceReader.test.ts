import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Trace, type TraceProblem, traceSpanS } from '../../src/workload/trace.js';
import { readTrace } from '../../src/workload/traceReader.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-trace-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const read = (content: string | Buffer): Promise<Trace | TraceProblem> => {
  const path = join(folder, 'trace');
  writeFileSync(path, content);
  return readTrace(path);
};
const rows = async (content: string): Promise<[number, number, number][]> => {
  const trace = await read(content);
  if ('kind' in trace) throw new Error(`line ${trace.line}: ${trace.message}`);
  return Array.from(trace.arrivedAtS, (at, i) => [at, trace.promptTokens[i]!, trace.outputTokens[i]!]);
};

const OURS = 'arrived_at_s,prompt_tokens,output_tokens';
const AZURE = 'TIMESTAMP,ContextTokens,GeneratedTokens';
const BURST = 'Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type';

describe('readTrace', () => {
  it('reads our own format, with times from the first request on', async () => {
    const trace = (await read(`${OURS}\n10,5,6\n10.5,7,8\n12,9,10\n`)) as Trace;
    expect(trace.format).toBe('plimsoll');
    expect([...trace.arrivedAtS]).toEqual([0, 0.5, 2]);
    expect([...trace.promptTokens]).toEqual([5, 7, 9]);
    expect([...trace.outputTokens]).toEqual([6, 8, 10]);
    expect(trace.skipped).toEqual([]);
    expect(traceSpanS(trace)).toBe(2);
  });

  it('reads the Azure format of both years, to the fraction of a second and over midnight', async () => {
    const trace = (await read(
      `${AZURE}\n2023-11-16 23:59:59.9799600,4808,10\n2023-11-17 00:00:00.0319600,3180,8\n`,
    )) as Trace;
    expect(trace.format).toBe('azure-llm');
    expect(trace.arrivedAtS[1]).toBeCloseTo(0.052, 6);
    const later = (await read(
      `${AZURE}\n2024-05-10 00:00:00.009930+00:00,2162,5\n2024-05-10 02:00:01.009930+02:00,2399,6\n`,
    )) as Trace;
    expect(later.arrivedAtS[1]).toBeCloseTo(1, 6);
  });

  it('reads BurstGPT and counts the failed requests that it leaves out', async () => {
    const trace = (await read(
      `${BURST}\n5,ChatGPT,472,18,490,Conversation log\n45,ChatGPT,1087,0,1087,Conversation log\n45,GPT-4,417,276,693,API log\n`,
    )) as Trace;
    expect(trace.format).toBe('burstgpt');
    expect([...trace.arrivedAtS]).toEqual([0, 40]);
    expect(trace.skipped).toEqual([{ reason: 'no prompt or no answer', rows: 1 }]);
  });

  it('reads Mooncake’s JSON lines, in milliseconds', async () => {
    const lines = [
      '{"timestamp": 27000, "input_length": 6955, "output_length": 52, "hash_ids": [46, 47]}',
      '{"timestamp": 30500, "input_length": 6472, "output_length": 26, "hash_ids": [46, 47]}',
    ];
    expect(await rows(lines.join('\n'))).toEqual([
      [0, 6955, 52],
      [3.5, 6472, 26],
    ]);
    expect(await rows(`\uFEFF${lines.join('\r\n\r\n')}\r\n`)).toEqual([
      [0, 6955, 52],
      [3.5, 6472, 26],
    ]);
  });

  const two = [
    [0, 5, 6],
    [1, 7, 8],
  ];
  it.each([
    ['a byte-order mark', `\uFEFF${OURS}\n1,5,6\n2,7,8\n`],
    ['CRLF line ends', `${OURS}\r\n1,5,6\r\n2,7,8\r\n`],
    ['both, and a quoted header', '\uFEFF"arrived_at_s","prompt_tokens","output_tokens"\r\n1,5,6\r\n2,7,8'],
    ['quoted cells', `${OURS}\n"1","5","6"\n"2","7","8"\n`],
    ['blank lines', `${OURS}\n\n1,5,6\n\n\n2,7,8\n\n`],
    ['spaces around cells', 'arrived_at_s , prompt_tokens , output_tokens\n 1 , 5, 6\n2,7 ,8\n'],
    [
      'other columns, in another order',
      'user,output_tokens,arrived_at_s,prompt_tokens,note\nu,6,1,5,\n"v, w",8,2,7,x\n',
    ],
    ['exponents and whole numbers with a point', `${OURS}\n1e0,5.0,6\n20e-1,7,8\n`],
  ])('reads through %s', async (_, content) => {
    expect(await rows(content)).toEqual(two);
  });

  it('keeps requests at the same time, in their order', async () => {
    expect(await rows(`${OURS}\n3,1,2\n3,3,4\n3,5,6\n`)).toEqual([
      [0, 1, 2],
      [0, 3, 4],
      [0, 5, 6],
    ]);
  });

  it('reads more rows than its first columns hold', async () => {
    const lines = Array.from({ length: 5000 }, (_, i) => `${i / 4},${i + 1},${i + 2}`);
    const got = await rows(`${OURS}\n${lines.join('\n')}\n`);
    expect(got.length).toBe(5000);
    expect(got[4999]).toEqual([4999 / 4, 5000, 5001]);
  });
});

describe('a bad trace is a problem with its line', () => {
  it.each([
    ['an empty file', '', 1, 'empty'],
    ['an empty first line', `\n${OURS}\n1,2,3\n`, 1, 'empty line'],
    ['a header alone', `${OURS}\n`, 2, 'no requests'],
    ['nothing but failed requests', `${OURS}\n1,0,5\n2,5,0\n`, 2, 'no requests'],
    ['an unknown header', 'time,in,out\n1,2,3\n', 1, 'unknown trace header "time,in,out"'],
    ['a text for a time', `${OURS}\n1,2,3\nsoon,2,3\n`, 3, '"soon" is not a time'],
    ['an empty time', `${OURS}\n1,2,3\n,2,3\n`, 3, '"" is not a time'],
    ['a NaN', `${OURS}\nNaN,2,3\n`, 2, '"NaN" is not a time'],
    ['an infinite time', `${OURS}\nInfinity,2,3\n`, 2, 'is not a time'],
    ['missing cells', `${OURS}\n1,2,3\n2,5\n`, 3, '"" is not a number of output tokens'],
    [
      'a missing time at the end of a row',
      'prompt_tokens,output_tokens,arrived_at_s\n1,2,3\n4,5\n',
      3,
      'is not a time',
    ],
    ['half a token', `${OURS}\n1,2.5,3\n`, 2, '"2.5" is not a number of prompt tokens'],
    ['negative tokens', `${OURS}\n1,2,-3\n`, 2, '"-3" is not a number of output tokens'],
    ['NaN tokens', `${OURS}\n1,NaN,3\n`, 2, '"NaN" is not a number of prompt tokens'],
    ['more tokens than 2³¹', `${OURS}\n1,2147483648,3\n`, 2, 'prompt tokens'],
    ['times that go back', `${OURS}\n5,1,1\n7,1,1\n6,1,1\n`, 4, 'not in order of time'],
    ['a blank line before the fault', `${OURS}\n5,1,1\n\n\n4,1,1\n`, 5, 'not in order of time'],
    ['a quote that never ends', `${OURS}\n1,2,3\n"2,2,3\n`, 2, 'cannot parse the CSV'],
    ['a date that is none', `${AZURE}\n2023-13-16 18:17:03.97,1,1\n`, 2, 'is not a time'],
    ['an hour that is none', `${AZURE}\n2023-11-16 25:17:03.97,1,1\n`, 2, 'is not a time'],
    [
      'a broken JSON line',
      '{"timestamp": 1, "input_length": 1, "output_length": 1}\n{"timestamp": 2,\n',
      2,
      'not a JSON object',
    ],
    [
      'a JSON line that is no object',
      '{"timestamp": 1, "input_length": 1, "output_length": 1}\n\nnull\n',
      3,
      'not a JSON object',
    ],
    ['a JSON line without a time', '{"timestamp": null, "input_length": 1, "output_length": 1}\n', 1, 'is not a time'],
    ['a JSON line without tokens', '{"timestamp": 5, "input_length": 1}\n', 1, 'output tokens'],
  ])('%s', async (_, content, line, message) => {
    const got = (await read(content)) as TraceProblem;
    expect(got.kind).toBe('trace-problem');
    expect(got.message).toContain(message);
    expect(got.line).toBe(line);
  });

  it('names the line deep in a long file', async () => {
    const lines = Array.from({ length: 3000 }, (_, i) => (i === 1234 ? 'x,1,1' : `${i},1,1`));
    expect(await read(`${OURS}\n${lines.join('\n')}\n`)).toMatchObject({ line: 1236, message: '"x" is not a time' });
  });

  it('says what is wrong with a file that cannot be read or is not text', async () => {
    expect(await readTrace(join(folder, 'missing.csv'))).toMatchObject({
      line: 1,
      message: expect.stringContaining('ENOENT'),
    });
    expect(await readTrace(folder)).toMatchObject({ kind: 'trace-problem', line: 1 });
    expect(await read(Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 1]))).toMatchObject({
      message: 'the trace is not a text file',
    });
  });
});
