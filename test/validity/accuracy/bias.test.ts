import { describe, expect, it } from 'vitest';
import { deviceBiases, leaningOf } from '../../../src/validity/accuracy/bias.js';
import { accuracyMarkdown } from '../../../src/validity/accuracy/page.js';

describe('the bias of a device', () => {
  const of = (hardware: string, metric: string, logError: number) => leaningOf(hardware, metric, 'e2e', logError);

  it('is above 0 where predictions are too slow, of rates and of times alike', () => {
    expect(of('A', 'batch_latency_s', 0.1).tooSlow).toBe(0.1);
    expect(of('A', 'output_tokens_per_s', 0.1).tooSlow).toBe(-0.1);
  });

  it('is the median, so that errors on either side cancel and the size of one does not matter', () => {
    const fitted = [-0.2, 0.2, Number.NaN].map((e) => of('A', 'batch_latency_s', e));
    const leftOut = [0.1, 0.1, 5].map((e) => of('A', 'batch_latency_s', e));
    const [bias, ...rest] = deviceBiases(fitted, [...leftOut, of('B', 'batch_latency_s', 1)]);
    expect(rest).toEqual([]);
    expect(bias).toMatchObject({ hardware: 'A', rows: 3 });
    expect(bias!.fittedPct).toBeCloseTo(0, 12);
    expect(bias!.leftOutPct).toBeCloseTo(100 * Math.expm1(0.1), 12);
  });

  it('has a line of its own below the table', () => {
    const facts = { date: '', tables: 0, rows: 0, unanswered: 0, beyondPhysics: 0, notFitted: 0, refits: 0 };
    const bias = { hardware: 'MI250X', kind: 'e2e', rows: 399, fittedPct: 2.4, leftOutPct: -15.2 } as const;
    expect(accuracyMarkdown([], facts, [bias])).toContain(
      '| MI250X | requests, batches and rates | 399 | +2 % | −15 % |',
    );
    expect(accuracyMarkdown([], facts)).not.toContain('too slow');
  });
});
