import type { GateResult, GateRuleResult } from '../../src/plan/results.js';
import type { GateContext } from '../../src/report/gate/context.js';
import { fingerprint, forecast } from './fixtures.js';
import { NASTY } from './hostileFixtures.js';

export function rule(over: Partial<GateRuleResult>): GateRuleResult {
  return {
    metric: 'cost.per_month_usd',
    limit: 200_000,
    bound: 'max',
    value: 180_000,
    ci95: null,
    level: 'error',
    status: 'pass',
    location: 'budgets.yaml:4',
    ...over,
  };
}

export const failedGate: GateResult = {
  schema_version: '1',
  fingerprint,
  name: 'chat-prod',
  verdict: 'fail',
  rules: [
    rule({ metric: 'cost.per_million_tokens_usd', limit: 0.45, value: 0.41, location: 'budgets.yaml:15' }),
    rule({ metric: 'forecast.cost.peak_month_usd', value: 206_700, ci95: [201_200, 213_900], status: 'fail' }),
    rule({
      metric: 'services.chat.ttft_ms.p99',
      limit: 2_000,
      value: 3_840,
      ci95: [3_510, 4_200],
      status: 'fail',
      location: 'budgets.yaml:9',
    }),
    rule({
      ...{ metric: 'services.chat.slo_attainment.ttft.p95.share_within', bound: 'min', limit: 0.995, value: 0.9948 },
      ...{ ci95: [0.9941, 0.9955], level: 'warn', status: 'inconclusive', location: 'budgets.yaml:12' },
    }),
    rule({ metric: 'delta.cost.percent', limit: 10, value: 7.3, ci95: [6.9, 7.7], location: 'budgets.yaml:18' }),
    rule({ metric: 'pools.us-gpu.replicas.max', limit: 40, value: 40, location: 'budgets.yaml:21' }),
  ],
};

export const passedGate: GateResult = {
  ...failedGate,
  verdict: 'pass',
  rules: failedGate.rules.map((one) => ({ ...one, status: 'pass' })),
};

export const inconclusiveGate: GateResult = {
  ...failedGate,
  verdict: 'inconclusive',
  rules: failedGate.rules.filter((one) => one.status !== 'fail').map((one) => ({ ...one, level: 'error' })),
};

export const context: GateContext = {
  rulesSource: 'budgets.yaml',
  baseName: 'main@3f2c',
  replications: 40,
  baseline: {
    'forecast.cost.peak_month_usd': { value: 194_220, change: 12_480, ci95: [11_900, 13_100] },
    'services.chat.ttft_ms.p99': { value: 1_810, change: 2_030, ci95: [1_700, 2_400] },
    'services.chat.slo_attainment.ttft.p95.share_within': { value: 0.996, change: -0.0012, ci95: null },
    'cost.per_million_tokens_usd': { value: 0.44, change: -0.03, ci95: null },
  },
  notes: {
    'forecast.cost.peak_month_usd': [
      'crossed in 2027-04; +$12,480 a month against the base',
      'largest cause: pools.us-gpu.replicas.min 10 → 12',
    ],
  },
  causes: [
    { edit: { path: 'pools.us-gpu.replicas.min', from: 10, to: 12 }, effect: '+$9,860' },
    { edit: { path: 'pools.us-gpu.purchase.spot', from: 0, to: '30 %' }, effect: '−$4,100' },
  ],
  fix: {
    edits: [{ path: 'pools.us-gpu.purchase.spot', from: '30 %', to: '12 %' }],
    outcome: '$198,900 in the peak month, TTFT p99 1.88 s',
    command: 'plimsoll recommend scenarios/chat-prod.yaml',
  },
  costDiff: [
    { item: 'us-gpu on demand', beforeUsd: 118_400, afterUsd: 126_300 },
    { item: 'us-gpu spot', beforeUsd: null, afterUsd: 9_980 },
    { item: 'api overflow', beforeUsd: 5_400, afterUsd: null },
    { item: 'egress', beforeUsd: 1_000, afterUsd: 1_000 },
  ],
  forecast,
  assumptions: ['growth.users.rate 6 % → 8 % a month (assumed)'],
  reproduce: 'plimsoll gate scenarios/chat-prod.yaml --baseline base.json --seed 42',
};

export const nastyGate: GateResult = {
  ...failedGate,
  name: NASTY.join(' '),
  rules: NASTY.map((text, index) =>
    rule({
      metric: text,
      location: `${text}:${index + 1}`,
      status: index % 3 === 0 ? 'fail' : index % 3 === 1 ? 'inconclusive' : 'pass',
    }),
  ),
};

export const nastyContext: GateContext = {
  rulesSource: NASTY[0],
  baseName: NASTY.join(' '),
  notes: Object.fromEntries(NASTY.map((text) => [text, [...NASTY]])),
  causes: NASTY.map((text) => ({ edit: { path: text, from: text, to: { [text]: text } }, effect: text })),
  fix: {
    edits: [{ path: NASTY[1], from: NASTY[2], to: NASTY[3] }],
    outcome: NASTY.join(' '),
    command: NASTY.join(' '),
  },
  costDiff: NASTY.map((text) => ({ item: text, beforeUsd: 1, afterUsd: 2 })),
  forecast: { ...forecast, name: NASTY.join(' '), warnings: [...NASTY] },
  assumptions: [...NASTY],
  reproduce: NASTY.join(' '),
  reportUrl: 'javascript:alert(1)',
};
