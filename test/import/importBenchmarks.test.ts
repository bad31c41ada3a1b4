import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCatalog } from '../../src/catalog/open.js';
import { type ImportResult, importBenchmarks } from '../../src/import/benchmark/importBenchmarks.js';
import { columns, type TableRow, type Told, tableText } from '../../src/import/benchmark/table.js';
import { servingRuns } from '../../src/validity/measurements/servingRow.js';
import { parseTable } from '../../src/validity/measurements/table.js';

const catalog = openCatalog();
const folder = join(import.meta.dirname, 'fixtures');
const fixture = (name: string) => ({ path: name, text: readFileSync(join(folder, name), 'utf8') });
const told: Told = {
  hardware: 'H100-SXM',
  tp: 1,
  framework: 'vllm',
  framework_version: '0.8.5',
  weight_precision: 'bf16',
};

const read = (names: readonly string[], more: Told = {}): ImportResult =>
  importBenchmarks(names.map(fixture), { ...told, ...more }, catalog);

/** Rows of one file, by metric, of the run at `index`. */
const runOf = (names: readonly string[], index = 0, more: Told = {}) => {
  const result = read(names, more);
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'));
  const id = result.runs[index]!.run_id;
  const rows = result.rows.filter((row) => row.run_id === id);
  const value = Object.fromEntries(rows.map((row) => [row.metric, row.value])) as Record<string, number>;
  return { conditions: rows[0] as TableRow, value, run: result.runs[index]!, runs: result.runs };
};

const problemsOf = (result: ImportResult) => (result.ok ? [] : result.problems);

describe('vLLM', () => {
  it('reads a capped run at an infinite rate as a closed loop, in milliseconds', () => {
    const { conditions, value } = runOf(['vllm-0.8-concurrency16.json']);
    const file = JSON.parse(fixture('vllm-0.8-concurrency16.json').text) as Record<string, number>;
    expect(conditions).toMatchObject({ load: 'closed_loop', concurrency: 16, prompt_tokens: 1024, output_tokens: 128 });
    expect(conditions.model).toBe('meta-llama/Meta-Llama-3.1-8B');
    expect(value['ttft_mean_ms']).toBeCloseTo(file['mean_ttft_ms']!, 4);
    expect(value['tpot_p50_ms']).toBeCloseTo(file['median_tpot_ms']!, 4);
    expect(value['itl_p99_ms']).toBeCloseTo(file['p99_itl_ms']!, 4);
    expect(value['output_tokens_per_s']).toBeCloseTo(file['output_throughput']!, 2);
  });

  it('reads a rate as an open loop that lasts as long as its requests came', () => {
    const { conditions, value } = runOf(['vllm-0.11-rate6.json']);
    expect(conditions).toMatchObject({ load: 'open_loop', request_rate: 6, arrivals: 'poisson', duration_s: 100 });
    expect(value['e2e_p99_ms']).toBeGreaterThan(value['e2e_mean_ms']!);
  });

  it('computes from the lists of a detailed result what its summaries leave out, without failed requests', () => {
    const { value, run } = runOf(['vllm-0.8-detailed.json']);
    // Answered: first tokens after 40, 52, 47, 61, 44 ms; gaps of 40, 40, 30, 40 and 0 ms in all.
    expect(value['e2e_mean_ms']).toBeCloseTo((80 + 92 + 77 + 101 + 44) / 5, 6);
    expect(value['tpot_mean_ms']).toBeCloseTo(10, 6);
    expect(value['ttft_mean_ms']).toBe(48.8);
    expect(run.notes).toEqual(['1 of 6 requests failed; statistics are of the others']);
  });

  it('reads every line of an appended file', () => {
    const { runs } = runOf(['vllm-0.8-appended.jsonl']);
    expect(runs.map(({ run_id }) => run_id)).toEqual([
      'vllm-0.8-appended',
      'vllm-0.8-appended-2',
      'vllm-0.8-appended-3',
      'vllm-0.8-appended-4',
    ]);
  });

  it('reads all at once as a static batch where the engine holds it, else as saturation', () => {
    const held = runOf(['vllm-0.8-burst64.json']);
    expect(held.conditions).toMatchObject({ load: 'static_batch', batch_size: 64 });
    expect(Object.keys(held.value).filter((metric) => metric.startsWith('ttft'))).toEqual([]);
    const saturated = runOf(['vllm-0.8-burst64.json'], 0, { max_num_seqs: 32 });
    expect(saturated.conditions.load).toBe('saturated');
    expect(Object.keys(saturated.value)).toEqual(['output_tokens_per_s']);
  });

  it('takes a cap that held the rate back for the load', () => {
    const file = JSON.parse(fixture('vllm-0.11-rate6.json').text) as Record<string, unknown>;
    const capped = {
      path: 'capped.json',
      text: JSON.stringify({ ...file, max_concurrency: 4, request_throughput: 3.1 }),
    };
    const result = importBenchmarks([capped], told, catalog);
    expect(result.ok && result.rows[0]).toMatchObject({ load: 'closed_loop', concurrency: 4 });
    expect(result.ok && result.runs[0]!.notes[0]).toContain('the cap of 4 at once was the load');
  });

  it('reads the infinities that Python writes', () => {
    const text = fixture('vllm-0.8-concurrency16.json').text.replace('"inf"', 'Infinity').replace('1.0,', 'NaN,');
    const result = importBenchmarks([{ path: 'x.json', text }], told, catalog);
    expect(result.ok && result.rows[0]!.load).toBe('closed_loop');
  });
});

describe('GuideLLM', () => {
  it('reads each strategy of a report as its load', () => {
    const loads = [0, 1, 2, 3, 4].map((index) => runOf(['guidellm-0.5.json'], index).conditions);
    expect(loads.map(({ load }) => load)).toEqual([
      'closed_loop',
      'closed_loop',
      'open_loop',
      'open_loop',
      'closed_loop',
    ]);
    expect(loads.map(({ concurrency }) => concurrency)).toEqual([1, 512, undefined, undefined, 16]);
    expect(loads.map(({ request_rate }) => request_rate)).toEqual([undefined, undefined, 2, 6, undefined]);
    expect(loads.map(({ arrivals }) => arrivals)).toEqual([undefined, undefined, 'constant', 'poisson', undefined]);
  });

  it('turns latencies in seconds into milliseconds, and never takes its TPOT, which counts the first token', () => {
    const { value } = runOf(['guidellm-0.5.json']);
    expect(value['e2e_mean_ms']).toBeCloseTo(31.2 + 127 * 8.71, 6);
    expect(value['tpot_mean_ms']).toBeCloseTo(8.71, 6);
  });

  it('has no TPOT where answers differ in length and requests are not listed', () => {
    const { value, run } = runOf(['guidellm-0.5.json'], 4);
    expect(value['itl_mean_ms']).toBeCloseTo(12.6, 6);
    expect(Object.keys(value).filter((metric) => metric.startsWith('tpot'))).toEqual([]);
    expect(run.notes.join()).toContain('differ in length');
  });

  it('averages requests alike where they are listed', () => {
    const { value } = runOf(['guidellm-0.5-requests.yaml']);
    expect(value['tpot_mean_ms']).toBeCloseTo((9 + 10 + 9.4 + 9.2) / 4, 6);
  });

  it('leaves out a benchmark of which no request was answered, and says so', () => {
    const report = JSON.parse(fixture('guidellm-0.5.json').text) as { benchmarks: { metrics: unknown }[] };
    report.benchmarks[1]!.metrics = { request_totals: { successful: 0, errored: 9, incomplete: 0, total: 9 } };
    const result = importBenchmarks([{ path: 'r.json', text: JSON.stringify(report) }], told, catalog);
    expect(result.ok && result.runs.map(({ rows }) => rows > 0)).toEqual([true, false, true, true, true]);
    expect(result.ok && result.runs[1]!.notes).toEqual(['no request was answered: left out']);
  });

  it('reads the strategy of a later version from its kind, or from a profile of one', () => {
    const report = JSON.parse(fixture('guidellm-0.5.json').text) as {
      benchmarks: { config: Record<string, unknown> }[];
    };
    const [one, two] = report.benchmarks;
    one!.config['strategy'] = { kind: 'constant', rate: 3 };
    two!.config = { profile: { kind: 'concurrent', streams: [4] }, backend: two!.config['backend'] };
    const text = JSON.stringify({ ...report, benchmarks: [one, two] });
    const result = importBenchmarks([{ path: 'r.json', text }], told, catalog);
    const loads = result.ok ? result.runs.map(({ run_id }) => result.rows.find((row) => row.run_id === run_id)!) : [];
    expect(loads).toMatchObject([
      { load: 'open_loop', request_rate: 3, arrivals: 'constant' },
      { load: 'closed_loop', concurrency: 4 },
    ]);
  });

  it('reads the CSV to the same rows', () => {
    const first = runOf(['guidellm-0.5.csv'], 0);
    const report = runOf(['guidellm-0.5.json'], 0);
    expect(first.conditions).toMatchObject({ load: 'closed_loop', concurrency: 1 });
    expect(first.value).toEqual(report.value);
    expect(runOf(['guidellm-0.5.csv'], 1).conditions.concurrency).toBe(8);
  });
});

describe('AIPerf and genai-perf', () => {
  it('reads their inter-token latency, an average of each request, as TPOT', () => {
    const { conditions, value } = runOf(['aiperf-0.3.json']);
    const file = JSON.parse(fixture('aiperf-0.3.json').text) as Record<string, Record<string, number>>;
    expect(conditions).toMatchObject({ dataset: 'aiperf', load: 'closed_loop', concurrency: 8 });
    expect(value['tpot_p90_ms']).toBeCloseTo(file['inter_token_latency']!['p90']!, 4);
    expect(Object.keys(value).filter((metric) => metric.startsWith('itl'))).toEqual([]);
  });

  it('knows that genai-perf spaces requests evenly', () => {
    const { conditions } = runOf(['genai-perf-0.0.12.json']);
    expect(conditions).toMatchObject({
      dataset: 'genai-perf',
      load: 'open_loop',
      request_rate: 6,
      arrivals: 'constant',
    });
  });

  it('reads the CSV with thousands set off by commas, and is told what it lacks', () => {
    const problems = problemsOf(read(['genai-perf-0.0.12.csv']));
    expect(problems.map(({ message }) => message)).toEqual(['neither the file nor a flag says the model, load']);
    const { conditions, value } = runOf(['genai-perf-0.0.12.csv'], 0, { model: 'llama-3.1-8b', concurrency: 32 });
    expect(conditions).toMatchObject({ load: 'closed_loop', concurrency: 32, prompt_tokens: 1024 });
    expect(value['e2e_mean_ms']).toBeGreaterThan(2000);
  });
});

describe('inference-perf', () => {
  it('reads a stage in seconds, with its configuration for the rest', () => {
    const { conditions, value } = runOf(['stage_1_lifecycle_metrics.json', 'inference-perf-config.yaml']);
    expect(conditions).toMatchObject({ load: 'open_loop', request_rate: 2, arrivals: 'constant', duration_s: 120 });
    expect(conditions).toMatchObject({ shared_prefix_tokens: 256, framework: 'vllm' });
    expect(value['ttft_mean_ms']).toBeCloseTo(36.1, 6);
    expect(value['tpot_mean_ms']).toBeCloseTo(9.25, 6);
    expect(value['itl_p99_ms']).toBeUndefined();
  });

  it('refuses a summary that mixes stages', () => {
    const [problem] = problemsOf(read(['summary_lifecycle_metrics.json', 'inference-perf-config.yaml']));
    expect(problem).toMatchObject({ file: 'summary_lifecycle_metrics.json', code: 'E2301' });
    expect(problem?.message).toContain('mixes their loads');
  });
});

describe('what the files do not say', () => {
  it('is listed once a file, with the flags that tell it', () => {
    const problems = problemsOf(importBenchmarks([fixture('guidellm-0.5.json')], {}, catalog));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ file: 'guidellm-0.5.json', line: 1, column: 1 });
    expect(problems[0]?.message).toBe(
      'neither the file nor a flag says the hardware, tp, framework, framework_version, weight_precision for benchmarks[0] … benchmarks[4]',
    );
    expect(problems[0]?.hint).toContain('--framework-version 0.8.5');
  });

  it('may be unknown on purpose: the cell stays blank', () => {
    const { conditions } = runOf(['aiperf-0.3.json'], 0, { framework_version: 'unknown', weight_precision: 'unknown' });
    expect(conditions.framework_version).toBeUndefined();
    expect(conditions.weight_precision).toBeUndefined();
  });

  it('names models and accelerators that the catalog does not have', () => {
    const strange = fixture('aiperf-0.3.json').text.replaceAll('meta-llama/Llama-3.1-8B-Instruct', 'my-endpoint');
    const served = importBenchmarks([{ path: 'served.json', text: strange }], told, catalog);
    expect(problemsOf(served)[0]?.message).toContain('my-endpoint');
    expect(problemsOf(served)[0]?.hint).toContain('--model');
    const [problem] = problemsOf(read(['aiperf-0.3.json'], { hardware: 'H10' }));
    expect(problem?.hint).toContain('H100');
  });
});

describe('what is no benchmark result', () => {
  const of = (text: string, path = 'x.json') => problemsOf(importBenchmarks([{ path, text }], told, catalog));

  it('is refused with the formats that are known', () => {
    expect(of('{"hello": 1}')[0]).toMatchObject({ message: 'not a benchmark result of a known tool' });
    expect(of('{"hello": 1}')[0]?.hint).toContain('GuideLLM');
    expect(of('a,b\n1,2\n', 'x.csv')[0]?.message).toBe('not a benchmark result of a known tool');
    expect(of('')[0]?.message).toBe('the file is empty');
  });

  it('is located where it breaks', () => {
    expect(of('{\n  "completed": 3,\n  oops\n}')[0]).toMatchObject({ line: 3 });
    expect(of('a: [1\nb: 2\n', 'x.yaml')[0]?.message).toContain('not valid YAML');
    expect(of('a: *nothing\n', 'x.yaml')[0]?.message).toContain('not valid YAML');
    const lines = '{"completed": 1}\n{"completed": }\n';
    expect(of(lines)[0]).toMatchObject({ line: 2 });
  });
});

describe('the table', () => {
  it('has exactly the columns of a serving table and reads back as it was written', () => {
    const result = read([
      'vllm-0.8-appended.jsonl',
      'guidellm-0.5.json',
      'stage_1_lifecycle_metrics.json',
      'inference-perf-config.yaml',
    ]);
    if (!result.ok) throw new Error('refused');
    const text = tableText(result.rows);
    const parsed = parseTable('table.csv', text);
    expect(parsed.ok && parsed.table.kind).toBe('serving');
    expect(parsed.ok && parsed.table.columns).toEqual([...columns]);
    const { runs, problems } = servingRuns((parsed as Extract<typeof parsed, { ok: true }>).table);
    expect(problems).toEqual([]);
    expect(runs).toHaveLength(result.runs.length);
    expect(runs.flatMap(({ measurements }) => measurements)).toHaveLength(result.rows.length);
  });
});
