/** Realistic and awkward results for the renderers. Figures are made up by smooth formulas; nothing here is measured. */
import type { CompareResult, ForecastPeriod, ForecastResult, RecommendResult } from '../../src/plan/results.js';
import type {
  CostItem,
  ServiceResult,
  SimulationResult,
  SloAttainment,
  StationResult,
  Summary,
} from '../../src/simulate/result.js';

export const fingerprint = { scenario: '9ac1d0f2', catalogs: '71be03aa', seed: 42, version: '0.1.0' } as const;

const none = { mean: null, p50: null, p95: null, p99: null } as const;

/** A right-skewed summary around its median. */
export function summary(p50: number, count = 20_000, tail = 2.5): Summary {
  const at = (z: number): number => p50 * Math.exp((Math.log(tail) / 2.326) * z);
  const ci = (value: number, share: number): readonly [number, number] => [value * (1 - share), value * (1 + share)];
  const [p90, p95, p99, p999] = [at(1.2816), at(1.6449), at(2.326), at(3.09)];
  const mean = p50 * 1.08;
  return {
    count,
    ...{ mean, p50, p90, p95, p99, p999, max: at(3.9) },
    ci95: count < 100 ? none : { mean: ci(mean, 0.01), p50: ci(p50, 0.01), p95: ci(p95, 0.03), p99: ci(p99, 0.07) },
  };
}

export const emptySummary: Summary = {
  count: 0,
  mean: null,
  p50: null,
  p90: null,
  p95: null,
  p99: null,
  p999: null,
  max: null,
  ci95: none,
};

export function slo(limitMs: number, valueMs: number | null): SloAttainment {
  const ratio = valueMs === null ? 1 : valueMs / limitMs;
  const share = Math.min(0.9999, Math.max(0.5, 1 - 0.05 * ratio ** 3));
  return {
    limit_ms: limitMs,
    value_ms: valueMs,
    share_within: share,
    met: valueMs !== null && valueMs <= limitMs,
    probability: valueMs === null ? 0 : 1 / (1 + Math.exp(12 * (ratio - 1))),
  };
}

const items = (scale: number): readonly CostItem[] => [
  item('us-gpu on demand', 2190 * scale, 'instance-hour', 55.04, 'aws price list via karpenter', '2026-07-20'),
  item('us-gpu committed 1y', 730, 'instance-hour', 34.12, 'aws price list via karpenter', '2026-07-20'),
  item('documents in s3 standard', 4_000 * scale, 'GB-month', 0.023, 'aws price list', '2026-08-21'),
  item('internet egress', 1_200 * scale, 'GB', 0.09, 'aws price list', '2026-08-21'),
];

function item(name: string, quantity: number, unit: string, price: number, source: string, asOf: string): CostItem {
  return { item: name, quantity, unit, unit_price_usd: price, usd: quantity * price, source, as_of: asOf };
}

export const chatService: ServiceResult = {
  kind: 'llm',
  requests: { arrived: 23_220, completed: 23_196, rejected: 0, abandoned: 0, failed: 3, in_flight: 21 },
  ttft_ms: summary(312),
  tpot_ms: summary(21.4, 20_000, 1.6),
  itl_ms: summary(19.8, 4_100_000, 1.9),
  queue_ms: summary(48),
  e2e_ms: summary(5_020),
  throughput: { requests_per_s: 6.44, input_tokens_per_s: 5_803, output_tokens_per_s: 1_418 },
  goodput_per_s: 6.38,
  availability: { requests: 1, time: 1, ci95: { requests: [1, 1] } },
  slo_attainment: { 'ttft.p95': slo(800, 595), 'tpot.p95': slo(50, 29.8), 'e2e.p99': slo(30_000, 12_550) },
  queue_length: { mean: 0.42, max: 19 },
  in_system: { mean: 32.4, max: 97 },
  preemptions: 14,
  prefix_hit_rate: 0.43,
};

export const simulation: SimulationResult = {
  schema_version: '1',
  fingerprint,
  name: 'support-assistant',
  window_s: 3600,
  warmup_s: 240,
  replications: 5,
  services: { chat: chatService },
  pools: {
    'us-gpu': {
      instance: 'aws/p5.48xlarge',
      accelerator: 'H100-80GB',
      accelerators_per_replica: 1,
      utilization: { mean: 0.714, of_capacity: 0.714 },
      replicas: { mean: 3, max: 3 },
      kv_utilization: { mean: 0.41, max: 0.83 },
      batch_size: { mean: 10.8, max: 41 },
      instances_billed: 1,
      quota_used: 0.1875,
    },
  },
  cost: {
    total_usd: 55.2,
    per_hour_usd: 55.2,
    per_month_usd: 40_296,
    per_million_tokens_usd: 2.12,
    per_request_usd: 0.00238,
    by_item: [item('us-gpu on demand', 1, 'instance-hour', 55.04, 'aws price list via karpenter', '2026-07-20')],
    unpriced: [],
  },
  energy: { kwh: 5.1, per_month_kwh: 3_723, carbon_kg_per_month: 1_480 },
  bottleneck: {
    resource: 'us-gpu prefill',
    utilization: 0.71,
    why: 'prompts of 900 tokens fill the step budget of 2,048 tokens',
  },
  warnings: ['12 requests were longer than the model context of 131,072 tokens and ran whole'],
};

const queueService: ServiceResult = {
  kind: 'queue',
  requests: { arrived: 120, completed: 100, rejected: 12, abandoned: 8, failed: 0, in_flight: 0 },
  wait_ms: summary(41, 100, 6),
  service_ms: summary(96, 100, 3),
  e2e_ms: summary(140, 100, 4),
  throughput: { requests_per_s: 24.1 },
  goodput_per_s: 24.1,
  availability: { requests: 1, time: 1, ci95: { requests: [1, 1] } },
  slo_attainment: {},
  queue_length: { mean: 3.1, max: 50 },
  in_system: { mean: 5.5, max: 50 },
  probability_wait: 0.702,
  classes: {
    gold: { wait_ms: summary(12, 30), e2e_ms: summary(101, 30) },
    everyone: { wait_ms: summary(66, 70), e2e_ms: summary(170, 70) },
  },
};

const stationResult = (load: number | null, lost: number): StationResult => ({
  visits: { arrived: 1250, completed: 1240, rejected: lost, abandoned: 2 * lost, per_request: 1.25, per_s: 30.1 },
  wait_ms: summary(41, 1240, 6),
  e2e_ms: summary(140, 1240, 4),
  queue_length: { mean: 1.24, max: 12 },
  in_system: { mean: 4.2, max: 16 },
  probability_wait: 0.31,
  busy_servers: 2.9,
  utilization: load === null ? null : load + 0.1,
  load,
});

/** A queue of several stations, one of them without limit, one that turns requests away. */
export const chainSimulation: SimulationResult = {
  ...simulation,
  services: {
    search: {
      ...queueService,
      stations: {
        gateway: stationResult(null, 0),
        'retrieval-of-passages': stationResult(0.751, 0),
        rerank: stationResult(0.426, 1200),
      },
    },
  },
};

/** Three kinds of service, one without a single sample, unpriced parts, no intervals, no energy. */
export const mixedSimulation: SimulationResult = {
  ...simulation,
  name: 'a-really-long-scenario-name-that-somebody-generated-from-a-branch-name-feature-1234-rework-everything',
  window_s: 5400,
  warmup_s: 0,
  replications: 1,
  services: {
    'support-chat-in-seven-languages-with-a-long-name': {
      ...chatService,
      slo_attainment: { 'ttft.p95': slo(400, 595) },
      swaps: 9,
      priority: {
        urgent: { ttft_ms: summary(120, 4_600), e2e_ms: summary(4_200, 4_600) },
        batch: { ttft_ms: summary(1_900, 18_500), e2e_ms: summary(7_400, 18_500) },
        never: { ttft_ms: emptySummary, e2e_ms: emptySummary },
      },
    },
    vision: {
      kind: 'inference',
      requests: { arrived: 0, completed: 0, rejected: 0, abandoned: 0, failed: 0, in_flight: 0 },
      queue_ms: emptySummary,
      e2e_ms: emptySummary,
      throughput: { requests_per_s: 0 },
      goodput_per_s: 0,
      availability: { requests: 1, time: 1, ci95: { requests: [1, 1] } },
      slo_attainment: { 'e2e.p95': slo(200, null) },
      queue_length: { mean: 0, max: 0 },
      in_system: { mean: 0, max: 0 },
    },
    callcentre: queueService,
  },
  pools: {
    ...simulation.pools,
    'owned-rack-in-the-basement': {
      instance: '',
      accelerator: 'A100-80GB',
      accelerators_per_replica: 4,
      utilization: { mean: 0, of_capacity: 0 },
      replicas: { mean: 1.5, max: 2 },
      instances_billed: 0,
      week: { replicas: { mean: 1.2, max: 2 }, instances: 1.3 },
      autoscaling: {
        policy: 'keda',
        cold_start: [
          { part: 'node', seconds: 90, why: '' },
          { part: 'image', seconds: 60, why: '' },
          { part: 'weights', seconds: 50.2, why: '16.1 GB at 0.320 GB/s from block-volume' },
          { part: 'engine', seconds: 21.7, why: 'engine 19.5 s, first inference 2.2 s' },
        ],
        decisions: 288,
        scale_ups: 3.5,
        scale_downs: 2,
        replicas_started: 7.5,
        on_new_nodes: 4,
        syncs_refused_by_quota: 12,
      },
      quota_used: null,
    },
  },
  cost: {
    ...simulation.cost,
    per_million_tokens_usd: null,
    per_request_usd: null,
    month: { basis: 'week', by_item: simulation.cost.by_item },
    unpriced: ['owned-rack-in-the-basement', 'inter-region traffic'],
  },
  energy: { kwh: null, per_month_kwh: null, carbon_kg_per_month: null },
  bottleneck: null,
};

function monthAfter(index: number): string {
  const month = index % 12;
  return `${2027 + Math.floor(index / 12)}-${String(month + 1).padStart(2, '0')}-01`;
}

function period(index: number): ForecastPeriod {
  const growth = 1.08 ** index;
  const replicas = 3 * growth;
  const ttft = summary(220 * growth ** 0.7 + 18 * index ** 1.6);
  const tpot = summary(21 * growth ** 0.3, 20_000, 1.6);
  const e2e = summary(5_000 * growth ** 0.4);
  const p50 = 128_000 * growth;
  return {
    start: monthAfter(index),
    drivers: { chat: { rate_per_s: 6.45 * growth, users: 1_200 * growth }, data_bytes: 4e12 * growth },
    services: {
      chat: {
        ...{ ttft_ms: ttft, tpot_ms: tpot, e2e_ms: e2e },
        slo_attainment: {
          'ttft.p95': slo(800, ttft.p95),
          'tpot.p95': slo(50, tpot.p95),
          'e2e.p99': slo(30_000, e2e.p99),
        },
        slo_met_probability: slo(800, ttft.p95).probability,
        goodput_per_s: 6.4 * growth,
      },
    },
    pools: {
      'us-gpu': {
        replicas: { mean: replicas, max: Math.min(16, Math.ceil(replicas * 1.3)) },
        utilization: Math.min(0.95, 0.62 + 0.02 * index),
        quota_used: Math.min(1, Math.ceil(replicas * 1.3) / 8),
      },
    },
    cost_usd: { p10: p50 * (0.97 - 0.008 * index), p50, p90: p50 * (1.03 + 0.012 * index), by_item: items(growth) },
    carbon_kg: 1_480 * growth,
  };
}

export const forecast: ForecastResult = {
  schema_version: '1',
  fingerprint,
  name: 'support-assistant',
  periods: Array.from({ length: 12 }, (_, index) => period(index)),
  breaches: [
    {
      what: 'budget.monthly',
      limit: '$200,000 a month',
      probability: 0.97,
      date: { p10: '2027-06-03', p50: '2027-07-09', p90: '2027-09-01' },
    },
    {
      what: 'services.chat.slo.ttft.p95',
      limit: '800 ms',
      probability: 0.8,
      date: { p10: '2027-04-12', p50: '2027-05-09', p90: null },
    },
    {
      what: 'pools.us-gpu.quota',
      limit: '16 accelerators',
      probability: 0.22,
      date: { p10: '2027-11-14', p50: null, p90: null },
    },
  ],
  total_cost_usd: { p10: 2_310_000, p50: 2_429_000, p90: 2_640_000 },
  sensitivity: [
    { driver: 'services.chat.traffic.output_tokens.mean', low: 2_264_000, high: 2_600_000 },
    { driver: 'growth.users.rate', low: 2_077_000, high: 2_860_000 },
    { driver: 'services.chat.traffic.shared_prefix_tokens', low: 2_619_000, high: 2_289_000 },
    { driver: 'pools.us-gpu.purchase.spot', low: 2_517_000, high: 2_338_000 },
    { driver: 'growth.data.rate', low: 2_429_000, high: 2_429_000 },
  ],
  budget_monthly_usd: 200_000,
  warnings: ['growth of 8 % a month is assumed; history would narrow the band'],
};

const fiveTimes = <T>(value: T, names: readonly string[]): Record<string, T> =>
  Object.fromEntries(names.map((name) => [name, value]));

/** Two years, three services, four pools: nothing fits one table. */
export const longForecast: ForecastResult = {
  ...forecast,
  name: 'platform-2027-2028',
  periods: Array.from({ length: 24 }, (_, index) => {
    const base = period(index);
    const chat = base.services['chat']!;
    return {
      ...base,
      drivers: {
        ...base.drivers,
        vision: { rate_per_s: 120 + index, users: null },
        callcentre: { rate_per_s: 25, users: null },
      },
      services: {
        chat,
        vision: {
          e2e_ms: summary(80 + index),
          slo_attainment: { 'e2e.p95': slo(200, 80 * 1.91 + index) },
          slo_met_probability: 0.995,
          goodput_per_s: 120,
          availability: { requests: 1, time: 1, ci95: { requests: [1, 1] } },
        },
        callcentre: { e2e_ms: summary(140, 40), slo_attainment: {}, slo_met_probability: 1, goodput_per_s: 25 },
      },
      pools: fiveTimes(base.pools['us-gpu']!, ['us-gpu', 'eu-gpu', 'vision-l4', 'a-pool-with-a-rather-long-name']),
    };
  }),
};

/** One month, no budget, no SLO, no pool, nothing priced. */
export const bareForecast: ForecastResult = {
  ...forecast,
  name: 'bare',
  periods: [
    {
      start: '2027-01-15',
      drivers: { callcentre: 25 },
      services: { callcentre: { e2e_ms: emptySummary, slo_attainment: {}, slo_met_probability: 1, goodput_per_s: 0 } },
      pools: {},
      cost_usd: { p10: 0, p50: 0, p90: 0, by_item: [] },
      carbon_kg: null,
    },
  ],
  breaches: [],
  total_cost_usd: { p10: 0, p50: 0, p90: 0 },
  sensitivity: [],
  budget_monthly_usd: null,
  warnings: [],
};

const recommendedEdits: RecommendResult['levers'][number]['edits'] = [
  { path: 'pools.us-gpu.instance', from: 'aws/p5.48xlarge', to: 'aws/g6e.12xlarge' },
  { path: 'pools.us-gpu.replicas', from: 3, to: { min: 4, max: 12, initial: 4 } },
  { path: 'services.chat.weights', from: 'bf16', to: 'fp8' },
];

export const recommendation: RecommendResult = {
  schema_version: '1',
  fingerprint,
  name: 'support-assistant',
  base: {
    cost_per_month_usd: 40_296,
    feasible: false,
    violations: [{ what: 'services.chat.slo.ttft.p95', limit: '800 ms', value: '1.12 s' }],
  },
  recommended: {
    edits: recommendedEdits,
    cost_per_month_usd: 15_320,
    saving_ci95: [24_100, 25_800],
    feasible: true,
    services: { chat: chatService },
  },
  levers: [
    {
      name: 'purchase',
      edits: [{ path: 'pools.us-gpu.purchase.committed_1y', from: undefined, to: 1 }],
      saving_per_month_usd: 9_100,
      ci95: [8_900, 9_300],
      effect: {},
      feasible: true,
      risk: 'pays for one year whatever the traffic does',
      check: 'the lowest month of the forecast uses at least one instance',
    },
    {
      name: 'instance-type',
      edits: [{ path: 'pools.us-gpu.instance', from: 'aws/p5.48xlarge', to: 'aws/g6e.12xlarge' }],
      saving_per_month_usd: 21_400,
      ci95: [20_900, 21_900],
      effect: { 'services.chat.ttft_ms.p95': { before: 595, after: 742 } },
      feasible: true,
      risk: 'L40S has no NVLink; tensor parallelism above 1 would be slow',
      check: 'run the benchmark of the runbook on one instance before moving traffic',
    },
    {
      name: 'spot',
      edits: [{ path: 'pools.us-gpu.purchase.spot', from: undefined, to: '60 %' }],
      saving_per_month_usd: 12_000,
      ci95: null,
      effect: { 'services.chat.ttft_ms.p95': { before: 595, after: 1_900 } },
      feasible: false,
      risk: 'interruptions take replicas away at the peak',
      check: '',
    },
  ],
  pareto: [
    { edits: recommendedEdits, cost_per_month_usd: 15_320, p95_ms: 742, availability: 0.9991, carbon_kg: null },
    { edits: [], cost_per_month_usd: 40_296, p95_ms: 595, availability: 0.9995, carbon_kg: 1_480 },
    {
      edits: [{ path: 'pools.us-gpu.instance', from: 'aws/p5.48xlarge', to: 'aws/p4d.24xlarge' }],
      cost_per_month_usd: 23_920,
      p95_ms: 640,
      availability: 0.9993,
      carbon_kg: 1_620,
    },
  ],
  search: { candidates: 1_248, screened: 1_248, simulated: 37 },
  warnings: [],
};

export const infeasible: RecommendResult = {
  ...recommendation,
  recommended: null,
  levers: [],
  pareto: [],
  warnings: ['quota of us-gpu (16 accelerators) leaves no room for a second instance'],
};

export const comparison: CompareResult = {
  schema_version: '1',
  scenarios: ['base.yaml', 'spot.yaml'],
  differences: [
    {
      metric: 'cost.per_month_usd',
      values: [40_296, 31_200],
      delta: -9_096,
      ci95: [-9_400, -8_800],
      significant: true,
    },
    {
      metric: 'services.chat.ttft_ms.p95',
      values: [595, 1_912],
      delta: 1_317,
      ci95: [1_190, 1_440],
      significant: true,
    },
    {
      metric: 'services.chat.goodput_per_s',
      values: [6.38, 6.36],
      delta: -0.02,
      ci95: [-0.06, 0.02],
      significant: false,
    },
    {
      metric: 'pools.us-gpu.utilization.mean',
      values: [0.714, 0.731],
      delta: 0.017,
      ci95: [-0.001, 0.035],
      significant: false,
    },
    { metric: 'cost.per_million_tokens_usd', values: [2.12, null], delta: null, ci95: null, significant: false },
  ],
};

export const threeWay: CompareResult = {
  ...comparison,
  scenarios: ['base.yaml', 'spot.yaml', 'scenarios/a-much-longer-path/third-variant-with-fp8.yaml'],
  differences: comparison.differences.map((difference) => ({
    ...difference,
    values: [...difference.values, 41],
    delta: null,
    ci95: null,
  })),
};
