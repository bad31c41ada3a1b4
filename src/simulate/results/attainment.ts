/** Service-level objectives held against what was simulated, with the chance that they really hold. */

import type { GoodLimits } from '../../fleet/llm/metrics.js';
import type { Histogram } from '../../kernel/histogram.js';
import type { QuantileLimits, Slo } from '../../scenario/types.js';
import type { SloAttainment, Summary } from '../result.js';

export type Objective = 'ttft' | 'tpot' | 'e2e';

/** What a request must meet to count as good: of several limits on one quantity, that of the highest quantile. */
export function goodLimits(slo: Slo): GoodLimits {
  return { ttftS: requestLimit(slo.ttft), tpotS: requestLimit(slo.tpot), e2eS: requestLimit(slo.e2e) };
}

function requestLimit(limits: QuantileLimits | undefined): number {
  return limits?.p99 ?? limits?.p95 ?? limits?.p90 ?? limits?.p50 ?? limits?.mean ?? Infinity;
}

/** A factor that contains 80 % of measured/predicted is ±1.2816 standard deviations of its logarithm. */
const Z80 = 1.2815515655446004;

const QUANTILES: Readonly<Partial<Record<keyof QuantileLimits, number>>> = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 };

/**
 * Each stated objective of one quantity. Requests that have waited for longer than the limit and are still waiting when the run ends have
 * missed it, though nobody knows yet by how much: without them a fleet that answers nobody would miss nothing.
 *
 * @param pending how long those have waited that wait still, seconds
 * @param band80 model-error factor of the latency profile for this quantity; 1 where no model stands between (kind: queue)
 */
export function attainment(
  objective: Objective,
  limits: QuantileLimits | undefined,
  summary: Summary,
  histogram: Histogram,
  band80: number,
  pending?: Histogram,
): Record<string, SloAttainment> {
  const found: Record<string, SloAttainment> = {};
  for (const [statistic, limitS] of Object.entries(limits ?? {}) as [keyof QuantileLimits, number][]) {
    const value = summary[statistic];
    const limitMs = limitS * 1000;
    const interval = statistic === 'p90' ? null : summary.ci95[statistic];
    const sampling = interval && value ? (interval[1] - interval[0]) / (2 * 1.96 * value) : 0;
    const sigma = Math.hypot(Math.log(band80) / Z80, sampling);
    const overdue = pending && pending.count > 0 ? pending.count * (1 - pending.shareWithin(limitS)) : 0;
    const within = histogram.count > 0 ? histogram.count * histogram.shareWithin(limitS) : 0;
    const share = histogram.count + overdue > 0 ? within / (histogram.count + overdue) : 0;
    const isLate = overdue > 0 && share < (QUANTILES[statistic] ?? 0);
    found[`${objective}.${statistic}`] = {
      limit_ms: limitMs,
      value_ms: value,
      share_within: share,
      met: value !== null && value <= limitMs && !isLate,
      probability: value === null || isLate ? 0 : probabilityBelow(value, limitMs, sigma),
    };
  }
  return found;
}

/** P(value·ε ≤ limit) for ln ε normal with standard deviation `sigma`. */
function probabilityBelow(value: number, limit: number, sigma: number): number {
  if (!(sigma > 0)) return value <= limit ? 1 : 0;
  return normalCdf(Math.log(limit / Math.max(value, 1e-9)) / sigma);
}

/** Standard normal distribution function, absolute error below 1.5e-7 (Abramowitz & Stegun 7.1.26). */
export function normalCdf(z: number): number {
  const t = 1 / (1 + (0.3275911 * Math.abs(z)) / Math.SQRT2);
  const poly = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  const erf = 1 - poly * Math.exp((-z * z) / 2);
  return z >= 0 ? (1 + erf) / 2 : (1 - erf) / 2;
}
