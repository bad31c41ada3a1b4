import { describe, expect, test } from 'vitest';
import { formatDate, formatMonth, formatPeriod } from '../../src/report/format/date.js';
import { formatLimitMs, formatMs, formatSpan } from '../../src/report/format/duration.js';
import { formatMsInterval, formatUsdInterval } from '../../src/report/format/interval.js';
import { formatMetric, formatMetricChange, formatMetricLimit, unitOfMetric } from '../../src/report/format/metric.js';
import { formatUsd, formatUsdChange, formatUsdShort } from '../../src/report/format/money.js';
import { formatMeanCount, formatSignificant, groupThousands } from '../../src/report/format/numbers.js';
import { formatStatistic, unresolvedNote } from '../../src/report/format/quantile.js';
import { formatBytes, formatPercent, formatProbability, formatShare } from '../../src/report/format/quantity.js';
import { colourTheme, plainTheme } from '../../src/report/format/theme.js';
import { emptySummary, summary } from './fixtures.js';

describe('money', () => {
  test.each([
    [0, '$0'],
    [-0, '$0'],
    [0.0042, '$0.0042'],
    [0.41, '$0.41'],
    [0.0996, '$0.10'],
    [12.3, '$12.30'],
    [99.999, '$100'],
    [1_234, '$1,234'],
    [-1_234, '−$1,234'],
    [999_999, '$999,999'],
    [999_999.7, '$1.00M'],
    [1_830_000, '$1.83M'],
    [2_100_000_000, '$2.10B'],
  ])('%d USD reads %s', (usd, text) => expect(formatUsd(usd)).toBe(text));

  test.each([null, undefined, Number.NaN, Number.POSITIVE_INFINITY])('%s has no figure', (usd) => {
    expect(formatUsd(usd)).toBe('–');
    expect(formatMs(usd)).toBe('–');
    expect(formatShare(usd)).toBe('–');
    expect(formatBytes(usd)).toBe('–');
  });

  test('table columns shorten thousands', () => {
    expect([9_999, 10_000, 171_800, 999_940, 999_960].map(formatUsdShort)).toEqual([
      '$9,999',
      '$10.0k',
      '$171.8k',
      '$999.9k',
      '$1.00M',
    ]);
  });

  test('a change always carries its sign', () => {
    expect([12_480, -0.03, 0].map(formatUsdChange)).toEqual(['+$12,480', '−$0.03', '±$0']);
  });
});

describe('durations', () => {
  test.each([
    [0, '0 ms'],
    [0.01234, '0.0123 ms'],
    [38, '38.0 ms'],
    [842, '842 ms'],
    [999.4, '999 ms'],
    [999.6, '1.00 s'],
    [1_420, '1.42 s'],
    [3_720_000, '3,720 s'],
  ])('%d ms reads %s', (ms, text) => expect(formatMs(ms)).toBe(text));

  test('limits are shown as typed', () => {
    expect([50, 800, 2_000, 1_500, 62.5].map(formatLimitMs)).toEqual(['50 ms', '800 ms', '2 s', '1.5 s', '62.5 ms']);
  });

  test.each([
    [45, '45 s'],
    [300, '5 min'],
    [3_600, '1 h'],
    [5_400, '1.50 h'],
    [604_800, '7 d'],
  ])('a span of %d s reads %s', (seconds, text) => expect(formatSpan(seconds)).toBe(text));

  test('an interval follows the unit of its figure', () => {
    expect(formatMsInterval([990, 1_250], 1_120)).toBe('[0.990 … 1.25]');
    expect(formatMsInterval(null, 5)).toBe('');
    expect(formatUsdInterval([2_722, 2_722])).toBe('');
    expect(formatUsdInterval([169_000, 1_830_000])).toBe('[169k … 1.83M]');
  });
});

describe('plain numbers', () => {
  test('significant digits group thousands and never use exponents in the usual range', () => {
    expect([0, 6.45, 1_418, 0.000123, 123_456].map((value) => formatSignificant(value))).toEqual([
      '0',
      '6.45',
      '1,418',
      '0.000123',
      '123,456',
    ]);
    expect(formatSignificant(9.999)).toBe('10.0');
    expect(formatSignificant(1e-9)).toBe('1.00e−9');
  });

  test('a negative number that rounds to zero loses its sign', () => expect(groupThousands(-0.04, 1)).toBe('0.0'));

  test('mean counts keep a decimal only where it says something', () => {
    expect([3, 3.04, 3.5, 120.4].map(formatMeanCount)).toEqual(['3', '3', '3.5', '120']);
  });

  test('what is below 100 % never reads 100 %', () => {
    expect([99.999, 99.48, 100, 7.3, 71].map(formatPercent)).toEqual(['99.99 %', '99.48 %', '100 %', '7.3 %', '71 %']);
    expect([0, 0.004, 0.5, 0.996, 1].map(formatProbability)).toEqual(['0 %', '< 1 %', '50 %', '> 99 %', '100 %']);
  });

  test('bytes are binary', () =>
    expect([0, 512, 17_179_869_184, 4e12].map(formatBytes)).toEqual(['0 B', '512 B', '16.0 GiB', '3.64 TiB']));
});

describe('dates', () => {
  test('an ISO date reads as people write it', () => {
    expect(formatDate('2027-04-12')).toBe('12 Apr 2027');
    expect(formatMonth('2027-04-12')).toBe('Apr 2027');
    expect(formatDate('soon')).toBe('soon');
    expect(formatDate('2027-13-01')).toBe('2027-13-01');
  });

  test('a period is its month, or its date where it starts inside one', () => {
    expect([formatPeriod('2027-04-01'), formatPeriod('2027-04-15')]).toEqual(['2027-04', '2027-04-15']);
  });
});

describe('metrics', () => {
  test.each([
    ['services.chat.ttft_ms.p95', 'ms'],
    ['cost.per_month_usd', 'usd'],
    ['delta.cost.percent', 'percent'],
    ['services.chat.goodput_per_s', 'per_s'],
    ['services.chat.slo_attainment.ttft.p95.share_within', 'share'],
    ['services.chat.slo_met_probability', 'share'],
    ['pools.us-gpu.utilization.mean', 'share'],
    ['pools.us-gpu.replicas.max', 'count'],
    ['services.percent_ms_usd.requests.completed', 'usd'],
  ])('%s is in %s', (metric, unit) => expect(unitOfMetric(metric)).toBe(unit));

  test('values, limits and changes carry the unit', () => {
    expect(formatMetric('services.chat.ttft_ms.p99', 3_840)).toBe('3.84 s');
    expect(formatMetricLimit('services.chat.slo_met_probability', 0.995)).toBe('99.5 %');
    expect(formatMetricLimit('delta.cost.percent', 10)).toBe('10 %');
    expect(formatMetricChange('pools.us-gpu.utilization.mean', -0.0012)).toBe('−0.12 pt');
    expect(formatMetric('delta.cost.percent', 7.3)).toBe('+7.3 %');
    expect(formatMetric('delta.cost.per_month_usd', -1_200)).toBe('−$1,200');
    expect(formatMetric('delta.services.chat.ttft_ms.p95', 12)).toBe('+12.0 ms');
  });
});

describe('quantiles', () => {
  test('a tail without enough samples is marked and said', () => {
    expect(formatStatistic(summary(100, 12), 'p99')).toMatch(/^~/);
    expect(unresolvedNote(summary(100, 12), ['mean', 'p50', 'p99'])).toBe('p99 unresolved: 12 samples');
    expect(unresolvedNote(summary(100, 1_000), ['p99'])).toBeNull();
    expect(unresolvedNote(emptySummary, ['p99'])).toBe('no samples');
    expect(formatStatistic(emptySummary, 'p99')).toBe('–');
  });
});

test('the plain theme adds nothing and the colour theme always paints', () => {
  expect(plainTheme.bad('x')).toBe('x');
  expect(colourTheme().bad('x')).toBe('\u001b[31mx\u001b[39m');
});
