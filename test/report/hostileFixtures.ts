import type { CompareResult, ForecastResult, RecommendResult } from '../../src/plan/results.js';
import type { ValidationReport } from '../../src/report/text/validation.js';
import type { SimulationResult } from '../../src/simulate/result.js';
import { chatService, comparison, forecast, recommendation, simulation } from './fixtures.js';

/** Text that breaks out of tables, code, HTML, comments, terminals and workflow commands where it is not escaped. */
export const NASTY = [
  'a|b`c`**d**_e_~~f~~',
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '--> <b>out</b>',
  '[click](https://evil.example/)',
  '![pixel](https://evil.example/p.png)',
  '@octocat and @org/team and #1 and GH-2 and https://evil.example www.evil.example',
  'line one\nline two\r\n## heading\n::error::owned',
  '\u001b[31mred\u001b[0m\u0007\u202Etxt',
  '</style></svg><svg onload=alert(1)>',
  ']]>&amp;"\'%0A',
  '```\nfence\n~~~',
  'javascript:alert(1)',
  '漢字とかな 🚀 é ﷽',
] as const;

const all = NASTY.join(' ');
const keyed = <T>(value: T): Record<string, T> => Object.fromEntries(NASTY.map((text) => [text, value]));

export const nastySimulation: SimulationResult = {
  ...simulation,
  name: all,
  services: keyed({ ...chatService, slo_attainment: keyed(chatService.slo_attainment['ttft.p95']!) }),
  pools: keyed({ ...simulation.pools['us-gpu']!, instance: all }),
  cost: {
    ...simulation.cost,
    by_item: NASTY.map((text) => ({
      item: text,
      quantity: 1,
      unit: text,
      unit_price_usd: 1,
      usd: 1,
      source: text,
      as_of: text,
    })),
    unpriced: [...NASTY],
  },
  bottleneck: { resource: all, utilization: 0.9, why: all },
  warnings: [...NASTY],
};

export const nastyForecast: ForecastResult = {
  ...forecast,
  name: all,
  periods: forecast.periods.map((period) => ({
    ...period,
    drivers: keyed(period.drivers['chat']!),
    services: keyed(period.services['chat']!),
    pools: keyed(period.pools['us-gpu']!),
    cost_usd: { ...period.cost_usd, by_item: nastySimulation.cost.by_item },
  })),
  breaches: NASTY.map((text) => ({
    what: `services.${text}.slo.${text}`,
    limit: text,
    probability: 0.5,
    date: { p10: text, p50: null, p90: null },
  })),
  sensitivity: NASTY.map((driver) => ({ driver, low: -1_000, high: 1_000 })),
  warnings: [...NASTY],
};

export const nastyRecommendation: RecommendResult = {
  ...recommendation,
  name: all,
  base: { ...recommendation.base, violations: NASTY.map((text) => ({ what: text, limit: text, value: text })) },
  recommended: {
    ...recommendation.recommended!,
    edits: NASTY.map((text) => ({ path: text, from: [text], to: { [text]: text } })),
    services: nastySimulation.services,
  },
  levers: NASTY.map((text) => ({
    ...recommendation.levers[0]!,
    ...{ name: text, risk: text, check: text, effect: { [text]: { before: 1, after: null } } },
  })),
  pareto: [{ ...recommendation.pareto[0]!, edits: NASTY.map((text) => ({ path: text, from: text, to: text })) }],
  warnings: [...NASTY],
};

export const nastyComparison: CompareResult = {
  ...comparison,
  scenarios: [...NASTY],
  differences: NASTY.map((metric) => ({ ...comparison.differences[0]!, metric, values: NASTY.map(() => 1) })),
};

export const nastyValidation: ValidationReport = {
  name: all,
  file: all,
  services: NASTY.map((text) => ({
    name: text,
    kind: 'llm',
    model: text,
    engine: text,
    runsOn: text,
    ratePerS: null,
    demand: text,
  })),
  pools: NASTY.map((text) => ({
    name: text,
    hardware: text,
    region: text,
    parallelism: text,
    replicas: text,
    quotaAccelerators: 1,
    standIns: null,
  })),
  autoscalers: NASTY.map((text) => ({
    pool: text,
    policy: text,
    source: text,
    min: 0,
    max: null,
    syncS: 15,
    scrapeS: null,
    windowS: 0,
    scaleInS: 0,
    metrics: [{ name: text, meaning: text, target: text }],
    coldStart: [{ part: text, seconds: 1, why: text }],
  })),
  memory: [],
  assumptions: NASTY.map((text) => ({ path: text, value: text, grade: 'assumed', source: text, asOf: null })),
  warnings: [...NASTY],
};
