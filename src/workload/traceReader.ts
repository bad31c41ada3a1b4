/**
 * Reads request traces, recognised by their header:
 * - ours: `arrived_at_s,prompt_tokens,output_tokens`
 * - Azure LLM inference 2023/2024: `TIMESTAMP,ContextTokens,GeneratedTokens`
 * - BurstGPT: `Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type`
 * - Mooncake: JSON lines with `timestamp` (ms), `input_length`, `output_length`
 */
import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import type { Trace, TraceProblem } from './trace.js';

interface Columns {
  readonly format: string;
  readonly time: string;
  readonly prompt: string;
  readonly output: string;
  /** Seconds of a time cell; NaN when it cannot be read. */
  readonly seconds: (cell: string) => number;
}

const FORMATS: readonly Columns[] = [
  { format: 'plimsoll', time: 'arrived_at_s', prompt: 'prompt_tokens', output: 'output_tokens', seconds: Number },
  {
    format: 'azure-llm',
    time: 'TIMESTAMP',
    prompt: 'ContextTokens',
    output: 'GeneratedTokens',
    seconds: timestampSeconds,
  },
  { format: 'burstgpt', time: 'Timestamp', prompt: 'Request tokens', output: 'Response tokens', seconds: Number },
];

const KNOWN = FORMATS.map((f) => `${f.time},${f.prompt},${f.output}`).join(' | ');

/**
 * Reads a whole trace into flat columns.
 *
 * @returns the trace, or the first problem: unreadable file, unknown header, a bad cell, times that go back, no rows at all
 */
export async function readTrace(path: string): Promise<Trace | TraceProblem> {
  const first = await firstLine(path);
  if (typeof first !== 'string') return first;
  if (first.trim() === '')
    return problem('the trace is empty, or starts with an empty line', 1, `expected a header: ${KNOWN}`);
  return first.trimStart().startsWith('{') ? readMooncake(path) : readCsv(path, first);
}

function problem(message: string, line: number, hint?: string): TraceProblem {
  return hint === undefined ? { kind: 'trace-problem', message, line } : { kind: 'trace-problem', message, line, hint };
}

async function firstLine(path: string): Promise<string | TraceProblem> {
  const input = createReadStream(path, { encoding: 'utf8', end: 65535 });
  let text = '';
  try {
    for await (const piece of input) text += piece;
  } catch (error) {
    return problem(`cannot read ${path}: ${(error as NodeJS.ErrnoException).code ?? String(error)}`, 1);
  }
  if (text.includes('\0')) return problem('the trace is not a text file', 1);
  return text.replace(/^\uFEFF/, '').split(/\r?\n/, 1)[0] ?? '';
}

async function readCsv(path: string, header: string): Promise<Trace | TraceProblem> {
  const names = header.split(',').map((name) => name.trim().replace(/^"(.*)"$/, '$1'));
  const columns = FORMATS.find((f) => [f.time, f.prompt, f.output].every((name) => names.includes(name)));
  if (!columns)
    return problem(
      `unknown trace header "${header.slice(0, 120)}"`,
      1,
      `known headers: ${KNOWN}, or Mooncake JSON lines`,
    );
  const time = names.indexOf(columns.time);
  const prompt = names.indexOf(columns.prompt);
  const output = names.indexOf(columns.output);
  const rows = new Rows(columns.format);
  const parser = createReadStream(path).pipe(
    parse({ bom: true, from_line: 2, skip_empty_lines: true, relax_column_count: true, trim: true, info: true }),
  );
  let line = 1;
  try {
    for await (const { record: cells, info } of parser as AsyncIterable<{
      record: string[];
      info: { lines: number };
    }>) {
      // The parser itself is ahead of what is read from it.
      line = info.lines;
      const bad = rows.add(columns.seconds(cells[time] ?? ''), cells[time], cells[prompt], cells[output], line);
      if (bad) return bad;
    }
  } catch (error) {
    return problem(`cannot parse the CSV: ${(error as Error).message}`, line);
  }
  return rows.finish();
}

async function readMooncake(path: string): Promise<Trace | TraceProblem> {
  const rows = new Rows('mooncake');
  const { createInterface } = await import('node:readline');
  const lines = createInterface({ input: createReadStream(path, { encoding: 'utf8' }), crlfDelay: Infinity });
  let line = 0;
  for await (const text of lines) {
    line++;
    if (text.trim() === '') continue;
    const row = parseObject(text);
    if (!row)
      return problem(
        'not a JSON object',
        line,
        'expected {"timestamp": ms, "input_length": tokens, "output_length": tokens}',
      );
    const { timestamp, input_length: prompt, output_length: output } = row;
    const seconds = typeof timestamp === 'number' ? timestamp / 1000 : Number.NaN;
    const bad = rows.add(seconds, String(timestamp), String(prompt), String(output), line);
    if (bad) return bad;
  }
  return rows.finish();
}

/** An object of JSON; undefined for anything else. A byte-order mark counts as white space. */
function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text.trim());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Collects rows into growing columns, checking each cell. */
class Rows {
  private times = new Float64Array(1024);
  private prompts = new Int32Array(1024);
  private outputs = new Int32Array(1024);
  private n = 0;
  private origin = 0;
  private unanswered = 0;

  constructor(private readonly format: string) {}

  add(
    seconds: number,
    timeCell: string | undefined,
    prompt: string | undefined,
    output: string | undefined,
    line: number,
  ): TraceProblem | undefined {
    if (!Number.isFinite(seconds) || timeCell === undefined || timeCell === '')
      return problem(`"${timeCell ?? ''}" is not a time`, line);
    const promptTokens = tokens(prompt);
    if (Number.isNaN(promptTokens)) return problem(`"${prompt ?? ''}" is not a number of prompt tokens`, line);
    const outputTokens = tokens(output);
    if (Number.isNaN(outputTokens)) return problem(`"${output ?? ''}" is not a number of output tokens`, line);
    if (this.n > 0 && seconds - this.origin < this.times[this.n - 1]!) {
      return problem('the trace is not in order of time', line, 'sort the rows by their arrival time');
    }
    // Failed requests (BurstGPT writes 0 response tokens) have no service time to replay.
    if (promptTokens === 0 || outputTokens === 0) {
      this.unanswered++;
      return undefined;
    }
    if (this.n === 0) this.origin = seconds;
    if (this.n === this.times.length) this.grow();
    this.times[this.n] = seconds - this.origin;
    this.prompts[this.n] = promptTokens;
    this.outputs[this.n] = outputTokens;
    this.n++;
    return undefined;
  }

  finish(): Trace | TraceProblem {
    if (this.n === 0) return problem('the trace has no requests', 2);
    return {
      arrivedAtS: this.times.slice(0, this.n),
      promptTokens: this.prompts.slice(0, this.n),
      outputTokens: this.outputs.slice(0, this.n),
      format: this.format,
      skipped: this.unanswered > 0 ? [{ reason: 'no prompt or no answer', rows: this.unanswered }] : [],
    };
  }

  private grow(): void {
    const capacity = this.times.length * 2;
    const times = new Float64Array(capacity);
    times.set(this.times);
    this.times = times;
    const prompts = new Int32Array(capacity);
    prompts.set(this.prompts);
    this.prompts = prompts;
    const outputs = new Int32Array(capacity);
    outputs.set(this.outputs);
    this.outputs = outputs;
  }
}

/** A non-negative whole number of tokens; NaN otherwise. */
function tokens(cell: string | undefined): number {
  const value = cell === undefined || cell.trim() === '' ? Number.NaN : Number(cell);
  return Number.isInteger(value) && value >= 0 && value < 2 ** 31 ? value : Number.NaN;
}

/** `2023-11-16 18:17:03.9799600` (or ISO with T and a zone) as seconds since 1970 UTC, fractions kept; NaN otherwise. */
function timestampSeconds(cell: string): number {
  const match = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}):(\d{2}):(\d{2})(\.\d+)?(Z|[+-]\d{2}:?\d{2})?$/.exec(cell);
  if (!match) return Number.NaN;
  const [, date, hours, minutes, seconds, fraction, zone] = match;
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 60) return Number.NaN;
  const midnight = Date.parse(`${date}T00:00:00${zone && zone !== 'Z' ? zone : 'Z'}`);
  return midnight / 1000 + Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds) + Number(fraction ?? 0);
}
