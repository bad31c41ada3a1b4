import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { groupsOf } from '../../../src/validity/fidelity/groups.js';
import { answer, folder, predict } from './tables.js';

describe('fidelity', () => {
  it('answers every row or says why not, in the order of the table', async () => {
    const { rows } = await answer([
      {},
      { run_id: 'r2', hardware: 'H10-SXM' },
      { run_id: 'r3', model: 'nobody/nothing' },
      { run_id: 'r4', metric: 'happiness' },
      { run_id: 'r5', load: 'storm' },
      { run_id: 'r6', weight_precision: 'int3.5' },
      { run_id: 'r7', load: 'trace', trace: 'missing.csv' },
    ]);
    expect(rows.map(({ run_id }) => run_id)).toEqual(['r1', 'r2', 'r3', 'r4', 'r5', 'r6', 'r7']);
    expect(rows[0]).toMatchObject({ reason_if_unanswered: null });
    expect(rows[0]!.ape_pct).toBeCloseTo(100 * Math.abs(rows[0]!.predicted! / 2 - 1), 9);
    for (const row of rows.slice(1)) {
      expect(row).toMatchObject({ predicted: null, ape_pct: null, profile: null });
      expect(row.reason_if_unanswered!.length).toBeGreaterThan(10);
    }
    expect(rows[1]!.reason_if_unanswered).toContain('H100-SXM');
  });

  it('gives the same answer twice', async () => {
    const rows = [{ load: 'open_loop', request_rate: 3, duration_s: 60, length_range: 0.8, metric: 'e2e_p90_ms' }];
    expect(await predict(rows)).toEqual(await predict(rows));
  });

  it('answers phases alone', async () => {
    const [decode, prefill] = await predict([
      { prompt_tokens: 0, output_tokens: 512, batch_size: 1, metric: 'decode_tokens_per_s' },
      { run_id: 'r2', prompt_tokens: 512, output_tokens: 0, batch_size: 1, metric: 'prefill_tokens_per_s' },
    ]);
    // 16 GB of weights over 2 TB/s, and 16 GFLOP a token over 312 TFLOP/s, are the limits.
    expect(decode).toBeGreaterThan(60);
    expect(decode).toBeLessThan(127);
    expect(prefill).toBeGreaterThan(4_000);
    expect(prefill).toBeLessThan(20_000);
  });

  it('relates the metrics of a static batch', async () => {
    const [latency, rate, each, ttft, prompts] = await predict(
      [
        'batch_latency_s',
        'output_tokens_per_s',
        'output_tokens_per_s_per_accelerator',
        'ttft_mean_ms',
        'prompt_time_ms',
      ].map((metric) => ({ metric, n_accelerators: 2, tp: 2, batch_size: 16 })),
    );
    expect(rate! * latency!).toBeCloseTo(16 * 128, 0);
    expect(each).toBeCloseTo(rate! / 2, 9);
    expect(ttft).toBeLessThan(prompts! + 200);
    expect(prompts).toBeLessThan(1e3 * latency!);
  });

  it('takes dp as whole replicas or as attention ranks inside by the number of accelerators', async () => {
    const base = { load: 'saturated', metric: 'output_tokens_per_s', prompt_tokens: 128, batch_size: '' };
    const [one, two] = await predict([base, { ...base, run_id: 'r2', n_accelerators: 2, tp: 1, dp: 2 }]);
    expect(two! / one!).toBeCloseTo(2, 1);
    const inside = await answer([
      { ...base, hardware: 'H100-SXM', model: 'deepseek-ai/DeepSeek-V2', n_accelerators: 8, tp: 8, dp: 8 },
    ]);
    expect(inside.rows[0]!.reason_if_unanswered).toBeNull();
  });

  it('answers what our memory model says does not fit, with a warning', async () => {
    const { rows } = await answer([{ model: 'meta-llama/Meta-Llama-3-70B' }]);
    expect(rows[0]!.predicted).toBeGreaterThan(0);
    expect(rows[0]!.notes!.join()).toContain('known to have worked');
  });

  it('queues in an open loop and finds repeated prompts in the prefix cache', async () => {
    const base = { load: 'open_loop', duration_s: 120, prompt_tokens: 2000, output_tokens: 50, metric: 'ttft_mean_ms' };
    const [calm, busy, repeated] = await predict([
      { ...base, request_rate: 1 },
      { ...base, run_id: 'r2', request_rate: 12 },
      { ...base, run_id: 'r3', request_rate: 12, unique_prompts: 5 },
    ]);
    expect(busy).toBeGreaterThan(2 * calm!);
    expect(repeated).toBeLessThan(busy! / 2);
  });

  it('replays a trace found next to the table', async () => {
    const dir = folder();
    writeFileSync(join(dir, 't.csv'), 'arrived_at_s,prompt_tokens,output_tokens\n0,100,10\n1,100,20\n');
    const [mean] = await predict(
      [{ load: 'trace', trace: 't.csv', prompt_tokens: '', output_tokens: '', metric: 'e2e_mean_ms' }],
      dir,
    );
    expect(mean).toBeGreaterThan(100);
    expect(mean).toBeLessThan(2000);
  });

  it('starts closed-loop users together: the mean time to first token grows with their number', async () => {
    const base = {
      load: 'closed_loop',
      batch_size: '',
      metric: 'ttft_mean_ms',
      prompt_tokens: 1024,
      output_tokens: 128,
    };
    const [few, many] = await predict([
      { ...base, concurrency: 1 },
      { ...base, run_id: 'r2', concurrency: 64 },
    ]);
    expect(many).toBeGreaterThan(2 * few!);
  });

  it('tells errors apart by offered load over capacity', async () => {
    const base = { load: 'open_loop', batch_size: '', duration_s: 60, metric: 'e2e_mean_ms', value: 5000 };
    const { by_load: byLoad, rows } = await answer([
      { ...base, request_rate: 0.5 },
      { ...base, run_id: 'r2', request_rate: 200 },
      { run_id: 'r3', metric: 'prompt_time_ms' },
    ]);
    expect(byLoad.map(({ by, answered }) => [by.load, answered])).toEqual([
      ['below 30 %', 1],
      ['overloaded', 1],
    ]);
    expect(rows[0]!.offered_load_pct).toBeLessThan(30);
    expect(rows[1]!.offered_load_pct).toBeGreaterThan(100);
    expect(rows[2]!.offered_load_pct).toBeUndefined();
    expect(byLoad[0]!.mean_ape_pct).toBeCloseTo(rows[0]!.ape_pct!, 9);
  });

  it('marks measurements that one token a step cannot reach, and counts them in no error', async () => {
    const base = {
      load: 'closed_loop',
      hardware: 'B200',
      framework: 'tensorrt-llm',
      framework_version: '1.2.0',
      model: 'deepseek-ai/DeepSeek-R1',
      weight_precision: 'fp4',
      n_accelerators: 8,
      tp: 8,
      batch_size: '',
      concurrency: 64,
      prompt_tokens: 1024,
      output_tokens: 1024,
      metric: 'tpot_mean_ms',
    };
    // 64 sequences touch 222 of 256 experts: some 330 GB of 4-bit weights over 64 TB/s are 5 ms.
    const { rows, groups } = await answer([
      { ...base, value: 3 },
      { ...base, run_id: 'r2', value: 15 },
    ]);
    expect(rows[0]!.beyond_physics).toBe(true);
    expect(rows[0]!.notes!.join()).toContain('without speculative decoding');
    expect(rows[0]!.predicted).toBeGreaterThan(5);
    expect(rows[1]!.beyond_physics).toBeUndefined();
    expect(groups[0]).toMatchObject({ runs: 2, answered: 2, beyond_physics: 1, median_ape_pct: rows[1]!.ape_pct });
  });

  it('marks throughputs above the arithmetic of the datasheet', async () => {
    const base = {
      load: 'saturated',
      batch_size: '',
      prompt_tokens: 128,
      output_tokens: 128,
      metric: 'output_tokens_per_s',
    };
    // 7.5 B parameters beside the look-up, 16 GFLOP a token and as much for its prompt token: 312 TFLOP/s allow some 10,000 tokens/s.
    const { rows } = await answer([
      { ...base, value: 12_000 },
      { ...base, run_id: 'r2', value: 8_000 },
      { ...base, run_id: 'r3', value: 12_000, unique_prompts: 1 },
    ]);
    expect(rows.map(({ beyond_physics: beyond }) => beyond === true)).toEqual([true, false, false]);
    expect(rows[0]!.notes!.join()).toContain('not those stated');
  });
});

describe('groupsOf', () => {
  const by = { dataset: 'd', metric: 'm', hardware: 'h' };
  const row = (predicted: number | null, band80?: readonly [number, number]) => ({
    run_id: 'r',
    metric: 'm',
    measured: 100,
    predicted,
    ape_pct: predicted === null ? null : Math.abs(predicted - 100),
    profile: null,
    reason_if_unanswered: predicted === null ? 'because' : null,
    ...(band80 ? { band80 } : {}),
  });

  it('counts unanswered rows and summarises the others', () => {
    const rows = [row(110, [90, 130]), row(120, [110, 140]), row(90, [80, 101]), row(null)];
    const [group] = groupsOf(rows.map((each) => ({ by, row: each })));
    expect(group).toMatchObject({ runs: 4, answered: 3, median_ape_pct: 10, within_25_pct: 100 });
    expect(group!.bias_pct).toBeCloseTo(10, 9);
    expect(group!.within_band80_pct).toBeCloseTo(66.7, 1);
  });

  it('has no figures where nothing was answered', () => {
    expect(groupsOf([{ by, row: row(null) }])[0]).toMatchObject({ answered: 0, median_ape_pct: null, bias_pct: null });
  });
});
