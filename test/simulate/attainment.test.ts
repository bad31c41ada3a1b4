/** Objectives held against what was simulated. */
import { describe, expect, it } from 'vitest';
import { Histogram } from '../../src/kernel/histogram.js';
import type { Summary } from '../../src/simulate/result.js';
import { attainment, goodLimits, normalCdf } from '../../src/simulate/results/attainment.js';
import { CHAT, only, QUEUE, resultOf } from './worlds.js';

const histogram = new Histogram();
for (let ms = 1; ms <= 1000; ms++) histogram.add(ms / 1000);

const summaryAt = (p95: number | null, half = 0): Summary => ({
  count: 1000,
  mean: 500,
  p50: 500,
  p90: 900,
  p95,
  p99: 990,
  p999: 999,
  max: 1000,
  ci95: { mean: null, p50: null, p95: p95 === null || half === 0 ? null : [p95 - half, p95 + half], p99: null },
});

const at = (limitMs: number, value: number | null, band80: number, half = 0) =>
  attainment('ttft', { p95: limitMs / 1000 }, summaryAt(value, half), histogram, band80)['ttft.p95']!;

describe('attainment', () => {
  it('says the limit, the value and the share of requests within it', () => {
    expect(at(800, 700, 1)).toMatchObject({ limit_ms: 800, value_ms: 700, met: true, probability: 1 });
    expect(at(800, 700, 1).share_within).toBeCloseTo(0.8, 2);
    expect(at(800, 900, 1)).toMatchObject({ met: false, probability: 0 });
  });

  it('is even odds at the limit, whatever the band', () => {
    for (const band of [1.1, 1.5, 3]) expect(at(800, 800, band).probability).toBeCloseTo(0.5, 6);
  });

  it('gives 90 % where the limit is a whole band above the value, as 80 % of errors lie within it', () => {
    expect(at(800 * 1.3, 800, 1.3).probability).toBeCloseTo(0.9, 5);
    expect(at(800 / 1.3, 800, 1.3).probability).toBeCloseTo(0.1, 5);
  });

  it('takes the sampling interval into account', () => {
    const sure = at(880, 800, 1.001);
    const unsure = at(880, 800, 1.001, 80);
    expect(sure.probability).toBeGreaterThan(0.99);
    // ln(880/800) over 80/(1.96·800)
    expect(unsure.probability).toBeCloseTo(normalCdf(Math.log(1.1) / (80 / (1.96 * 800))), 3);
  });

  it('does not hold where nothing completed', () => {
    expect(at(800, null, 1.3)).toMatchObject({ value_ms: null, met: false, probability: 0 });
  });

  it('judges each stated statistic, and nothing where none is', () => {
    const found = attainment('e2e', { p50: 0.4, p95: 2, mean: 1 }, summaryAt(950), histogram, 1);
    expect(Object.keys(found).sort()).toEqual(['e2e.mean', 'e2e.p50', 'e2e.p95']);
    expect(found['e2e.p50']?.met).toBe(false);
    expect(attainment('e2e', undefined, summaryAt(950), histogram, 1)).toEqual({});
  });
});

describe('good requests', () => {
  it('meet the limit of the highest quantile, and everything where none is stated', () => {
    expect(goodLimits({ ttft: { p50: 0.2, p95: 0.8 }, e2e: { p99: 30 } })).toEqual({
      ttftS: 0.8,
      tpotS: Infinity,
      e2eS: 30,
    });
  });
});

describe('the normal distribution function', () => {
  it.each([
    [0, 0.5],
    [1, 0.841344746],
    [-1, 0.158655254],
    [1.959963985, 0.975],
    [-3, 0.001349898],
    [8, 1],
  ])('Φ(%d) is %d', (z, p) => {
    expect(Math.abs(normalCdf(z) - p)).toBeLessThan(2e-7);
  });
});

describe('objectives of a simulation', () => {
  it('of a model carry its error, so that chances lie between none and certainty', async () => {
    const p95 = only(await resultOf(CHAT)).ttft_ms!.p95!;
    const { slo_attainment } = only(await resultOf(CHAT, [`services.chat.slo.ttft.p95=${p95 * 1.1} ms`]));
    expect(slo_attainment['ttft.p95']?.met).toBe(true);
    expect(slo_attainment['ttft.p95']?.probability).toBeGreaterThan(0.5);
    expect(slo_attainment['ttft.p95']?.probability).toBeLessThan(0.95);
  });

  it('of a queue carry the sampling error alone', async () => {
    const far = only(await resultOf(QUEUE, ['services.desk.slo={e2e: {p95: 5 s}}', 'window=10 min']));
    expect(far.slo_attainment['e2e.p95']?.probability).toBeGreaterThan(0.999);
  });
});
