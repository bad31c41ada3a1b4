/** A small assistant service with a closed-form engine: quick, deterministic, and plausible enough to look at. */
import type { ForecastPeriod, ForecastResult, RecommendResult } from '../../src/plan/results.js';
import type { Edit } from '../../src/scenario/types.js';
import type { ServiceResult, SimulationResult, Summary } from '../../src/simulate/result.js';
import type { WhatIfAnswer, WhatIfEngine, WhatIfLever, WhatIfWorld } from '../../src/tui/session.js';

export const BUDGET_USD = 45_000;
const HOURS_PER_MONTH = 730;
const MONTHS = 12;

const INSTANCES = [
  { value: 'aws/p5.48xlarge', label: 'H100 p5', usdPerHour: 12.3, ratePerS: 9, stepMs: 11, gb: 80 },
  { value: 'aws/p5en.48xlarge', label: 'H200 p5en', usdPerHour: 14.1, ratePerS: 12, stepMs: 9, gb: 141 },
  { value: 'aws/g6e.12xlarge', label: 'L40S g6e', usdPerHour: 2.62, ratePerS: 3.1, stepMs: 27, gb: 48 },
  { value: 'aws/g6.xlarge', label: 'L4 g6', usdPerHour: 0.81, ratePerS: 0.9, stepMs: 60, gb: 24 },
] as const;

export const LEVERS: readonly WhatIfLever[] = [
  {
    kind: 'number',
    id: 'users',
    label: 'users',
    path: 'services.chat.traffic.users.concurrent',
    value: 1200,
    min: 1,
    max: 1_000_000,
    step: { kind: 'multiply', by: 1.1 },
    format: 'count',
  },
  {
    kind: 'number',
    id: 'growth',
    label: 'growth / mo',
    path: 'growth.users.rate',
    value: 0.08,
    min: -0.2,
    max: 0.5,
    step: { kind: 'add', by: 0.01 },
    format: 'percent',
    write: (value) => `${Number((value * 100).toPrecision(6))} % / month`,
  },
  {
    kind: 'choice',
    id: 'instance',
    label: 'instance',
    path: 'pools.us-gpu.instance',
    value: 'aws/p5.48xlarge',
    options: INSTANCES,
  },
  {
    kind: 'number',
    id: 'replicas',
    label: 'replicas',
    path: 'pools.us-gpu.replicas',
    value: 4,
    min: 1,
    max: 64,
    step: { kind: 'add', by: 1 },
    format: 'count',
  },
  {
    kind: 'choice',
    id: 'precision',
    label: 'weights',
    path: 'services.chat.weights',
    value: 'bf16',
    options: [
      { value: 'bf16', label: 'bf16' },
      { value: 'fp8', label: 'fp8' },
      { value: 'int4', label: 'int4' },
    ],
  },
  {
    kind: 'number',
    id: 'spot',
    label: 'spot share',
    path: 'pools.us-gpu.purchase.spot',
    value: 0.3,
    min: 0,
    max: 1,
    step: { kind: 'add', by: 0.05 },
    format: 'percent',
  },
  {
    kind: 'number',
    id: 'batch',
    label: 'batch tokens',
    path: 'services.chat.batching.max_num_batched_tokens',
    value: 2048,
    min: 256,
    max: 65_536,
    step: { kind: 'multiply', by: 2 },
    format: 'count',
  },
];

interface Model {
  readonly users: number;
  readonly growth: number;
  readonly instance: (typeof INSTANCES)[number];
  readonly replicas: number;
  readonly speedup: number;
  readonly weightsGb: number;
  readonly spot: number;
}

function modelOf(edits: readonly Edit[]): Model {
  const at = (path: string, base: unknown): unknown => edits.find((edit) => edit.path === path)?.to ?? base;
  const precision = String(at('services.chat.weights', 'bf16'));
  return {
    users: Number(at('services.chat.traffic.users.concurrent', 1200)),
    growth: Number.parseFloat(String(at('growth.users.rate', '8 %'))) / 100,
    instance: INSTANCES.find(({ value }) => value === at('pools.us-gpu.instance', 'aws/p5.48xlarge')) ?? INSTANCES[0],
    replicas: Number(at('pools.us-gpu.replicas', 4)),
    speedup: precision === 'bf16' ? 1 : precision === 'fp8' ? 1.55 : 2.1,
    weightsGb: precision === 'bf16' ? 36 : precision === 'fp8' ? 18 : 9,
    spot: Number.parseFloat(String(at('pools.us-gpu.purchase.spot', '30 %'))) / 100,
  };
}

function summary(mean: number, spread: number, replications: number): Summary {
  const halfWidth = 0.06 / Math.sqrt(replications);
  const around = (value: number): readonly [number, number] => [value * (1 - halfWidth), value * (1 + halfWidth)];
  const [p50, p90, p95, p99, p999] = [0.9, 1 + spread, 1 + spread * 1.4, 1 + spread * 2.2, 1 + spread * 3].map(
    (factor) => mean * (factor ?? 1),
  );
  return {
    count: 10_000 * replications,
    mean,
    p50: p50 ?? null,
    p90: p90 ?? null,
    p95: p95 ?? null,
    p99: p99 ?? null,
    p999: p999 ?? null,
    max: mean * 12,
    ci95: { mean: around(mean), p50: around(p50 ?? 0), p95: around(p95 ?? 0), p99: around(p99 ?? 0) },
  };
}

function point(model: Model, load: number, replications: number) {
  const ratePerS = (model.users * load) / 75;
  const capacityPerS = model.instance.ratePerS * model.speedup * model.replicas;
  const use = Math.min(0.995, ratePerS / capacityPerS);
  const crowding = 1 / (1 - use);
  const ttft = summary(90 * (model.instance.stepMs / 11) * (0.6 + 0.4 * crowding), 0.9, replications);
  const tpot = summary((model.instance.stepMs / model.speedup) * (1 + 1.6 * use), 0.25, replications);
  const e2e = summary((ttft.mean ?? 0) + 220 * (tpot.mean ?? 0), 1.1, replications);
  const attained = (value: number | null, limit_ms: number) => {
    const share = Math.min(1, Math.max(0.2, 1 - 0.05 * ((value ?? 0) / limit_ms) ** 3));
    return {
      limit_ms,
      value_ms: value,
      share_within: share,
      met: (value ?? 0) <= limit_ms,
      probability: (value ?? 0) <= limit_ms ? 0.97 : 0.04,
    };
  };
  const slo = {
    'ttft.p95': attained(ttft.p95, 800),
    'tpot.p95': attained(tpot.p95, 50),
    'e2e.p99': attained(e2e.p99, 30_000),
  };
  const share = Math.min(...Object.values(slo).map(({ share_within }) => share_within));
  const usd = model.replicas * load ** 0.75 * model.instance.usdPerHour * (1 - 0.55 * model.spot) * HOURS_PER_MONTH;
  return { ratePerS, use, ttft, tpot, e2e, slo, goodputPerS: ratePerS * share, usd };
}

function simulationOf(model: Model, replications: number): SimulationResult {
  const { ratePerS, use, ttft, tpot, e2e, slo, goodputPerS, usd } = point(model, 1, replications);
  const chat: ServiceResult = {
    kind: 'llm',
    requests: { arrived: 57_600, completed: 57_590, rejected: 0, abandoned: 0, failed: 0, in_flight: 10 },
    ttft_ms: ttft,
    tpot_ms: tpot,
    e2e_ms: e2e,
    throughput: { requests_per_s: ratePerS, input_tokens_per_s: ratePerS * 900, output_tokens_per_s: ratePerS * 220 },
    goodput_per_s: goodputPerS,
    availability: { requests: 1, time: 1, ci95: { requests: [1, 1] } },
    slo_attainment: slo,
    queue_length: { mean: 0.4, max: 31 },
    in_system: { mean: 40, max: 120 },
  };
  const hourly = usd / HOURS_PER_MONTH;
  return {
    schema_version: '1',
    fingerprint: { scenario: 'a', catalogs: 'b', seed: 42, version: '0.1.0' },
    name: 'support-assistant',
    window_s: 3600,
    warmup_s: 120,
    replications,
    services: { chat },
    pools: {
      'us-gpu': {
        instance: model.instance.value,
        accelerator: model.instance.label,
        accelerators_per_replica: 1,
        utilization: { mean: use, of_capacity: use },
        replicas: { mean: model.replicas, max: model.replicas },
        instances_billed: model.replicas,
        quota_used: model.replicas / 16,
      },
    },
    cost: {
      total_usd: hourly,
      per_hour_usd: hourly,
      per_month_usd: usd,
      per_million_tokens_usd: (hourly / (ratePerS * 1120 * 3600)) * 1e6,
      per_request_usd: hourly / (ratePerS * 3600),
      by_item: [
        {
          item: `${model.instance.value} on demand`,
          quantity: model.replicas * (1 - model.spot),
          unit: 'hours',
          unit_price_usd: model.instance.usdPerHour,
          usd: hourly * 0.78,
          source: 'aws.amazon.com/ec2/pricing',
          as_of: '2026-11-18',
        },
        {
          item: `${model.instance.value} spot`,
          quantity: model.replicas * model.spot,
          unit: 'hours',
          unit_price_usd: model.instance.usdPerHour * 0.45,
          usd: hourly * 0.17,
          source: 'aws.amazon.com/ec2/spot',
          as_of: '2026-11-18',
        },
        {
          item: 'egress to the internet',
          quantity: 41,
          unit: 'GB',
          unit_price_usd: 0.09,
          usd: hourly * 0.05,
          source: 'aws.amazon.com/ec2/pricing',
          as_of: '2026-11-18',
        },
      ],
      unpriced: ['load balancer'],
    },
    energy: { kwh: 5.1, per_month_kwh: 3700, carbon_kg_per_month: 1300 },
    bottleneck: {
      resource: 'us-gpu',
      utilization: use,
      why:
        use > 0.9
          ? 'the KV cache is full, requests wait for blocks'
          : 'decode steps read the weights; memory bandwidth limits',
    },
    warnings: [],
  };
}

const startOf = (month: number): string =>
  `${2027 + Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}-01`;

function forecastOf(model: Model, replications: number): ForecastResult {
  const periods = Array.from({ length: MONTHS }, (_, month): ForecastPeriod => {
    const { ratePerS, use, ttft, tpot, e2e, slo, goodputPerS, usd } = point(
      model,
      (1 + model.growth) ** month,
      replications,
    );
    const spread = 0.01 + 0.012 * month;
    return {
      start: startOf(month),
      drivers: { chat: { rate_per_s: ratePerS, users: model.users } },
      services: {
        chat: {
          ttft_ms: ttft,
          tpot_ms: tpot,
          e2e_ms: e2e,
          slo_attainment: slo,
          slo_met_probability: 0.9,
          goodput_per_s: goodputPerS,
        },
      },
      pools: {
        'us-gpu': { replicas: { mean: model.replicas, max: model.replicas }, utilization: use, quota_used: 0.25 },
      },
      cost_usd: { p10: usd * (1 - spread), p50: usd, p90: usd * (1 + spread * 1.3), by_item: [] },
      carbon_kg: 100,
    };
  });
  const firstWhere = (is: (period: ForecastPeriod) => boolean): string | null => periods.find(is)?.start ?? null;
  const late = (quantile: 0.8 | 1 | 1.1) =>
    firstWhere(({ services }) => (services['chat']?.ttft_ms?.p95 ?? 0) > 800 * quantile);
  const breaches = [
    {
      what: 'services.chat.slo.ttft.p95',
      limit: '800 ms',
      probability: late(1) ? 0.8 : 0,
      date: { p10: late(0.8), p50: late(1), p90: late(1.1) },
    },
    {
      what: 'budget.monthly',
      limit: '45_000 USD',
      probability: firstWhere(({ cost_usd }) => cost_usd.p50 > BUDGET_USD)
        ? 0.7
        : firstWhere(({ cost_usd }) => cost_usd.p90 > BUDGET_USD)
          ? 0.2
          : 0,
      date: {
        p10: firstWhere(({ cost_usd }) => cost_usd.p90 > BUDGET_USD),
        p50: firstWhere(({ cost_usd }) => cost_usd.p50 > BUDGET_USD),
        p90: firstWhere(({ cost_usd }) => cost_usd.p10 > BUDGET_USD),
      },
    },
  ];
  const total = (key: 'p10' | 'p50' | 'p90'): number => periods.reduce((sum, { cost_usd }) => sum + cost_usd[key], 0);
  return {
    schema_version: '1',
    fingerprint: { scenario: 'a', catalogs: 'b', seed: 42, version: '0.1.0' },
    name: 'support-assistant',
    periods,
    breaches,
    total_cost_usd: { p10: total('p10'), p50: total('p50'), p90: total('p90') },
    sensitivity: [],
    budget_monthly_usd: BUDGET_USD,
    warnings: [],
  };
}

/** The answer to these edits after so many replications of five. */
export function answerTo(edits: readonly Edit[], replications: number): WhatIfAnswer {
  const model = modelOf(edits);
  if (model.weightsGb > model.instance.gb * 0.9) {
    return {
      kind: 'problem',
      problem: `the model does not fit: ${model.weightsGb} GB of weights, ${model.instance.label} has ${model.instance.gb} GB`,
      hint: 'try fp8 weights, or an instance with more memory',
    };
  }
  return {
    kind: 'figures',
    simulation: simulationOf(model, replications),
    forecast: replications > 1 ? forecastOf(model, replications) : null,
    replications,
    planned: 5,
    final: replications === 5,
  };
}

/** What the planner would say: fp8 weights help, so do fewer replicas. */
export function recommendationFor(edits: readonly Edit[]): RecommendResult {
  const model = modelOf(edits);
  const cost = point(model, 1, 5).usd;
  const fewer = Math.max(1, model.replicas - 1);
  return {
    schema_version: '1',
    fingerprint: { scenario: 'a', catalogs: 'b', seed: 42, version: '0.1.0' },
    name: 'support-assistant',
    base: { cost_per_month_usd: cost, feasible: true, violations: [] },
    recommended: {
      edits: [
        { path: 'services.chat.weights', from: 'bf16', to: 'fp8' },
        { path: 'pools.us-gpu.replicas', from: model.replicas, to: Math.max(1, model.replicas - 2) },
      ],
      cost_per_month_usd: cost * 0.5,
      saving_ci95: [cost * 0.48, cost * 0.52],
      feasible: true,
      services: {},
    },
    levers: [
      {
        name: 'fewer replicas',
        edits: [{ path: 'pools.us-gpu.replicas', from: model.replicas, to: fewer }],
        saving_per_month_usd: cost * 0.25,
        ci95: [cost * 0.24, cost * 0.26],
        effect: {
          'services.chat.ttft_ms.p95': { before: 214, after: 263 },
          'pools.us-gpu.utilization.mean': { before: 0.44, after: 0.59 },
        },
        feasible: true,
        risk: 'less room for a failed replica',
        check: 'watch TTFT p95 in the busiest hour',
      },
      {
        name: 'tensor parallelism',
        edits: [{ path: 'pools.us-gpu.parallelism.tensor', from: 1, to: 2 }],
        saving_per_month_usd: cost * 0.04,
        ci95: [cost * 0.01, cost * 0.07],
        effect: { 'services.chat.goodput_per_s': { before: 15.9, after: 16 } },
        feasible: true,
        risk: '',
        check: '',
      },
      {
        name: 'cheaper region',
        edits: [],
        saving_per_month_usd: 900,
        ci95: null,
        effect: {},
        feasible: false,
        risk: '',
        check: '',
      },
    ],
    pareto: [],
    search: { candidates: 48, screened: 31, simulated: 12 },
    warnings: [],
  };
}

/** An engine that answers after these replications of five, `pause` before each. */
export function fakeEngine(
  pause: () => Promise<void> = async () => {},
  answers: readonly number[] = [1, 3, 5],
): WhatIfEngine & { readonly asked: (readonly Edit[])[] } {
  const asked: (readonly Edit[])[] = [];
  return {
    asked,
    async evaluate(edits, onAnswer, signal) {
      asked.push(edits);
      for (const replications of answers) {
        await pause();
        if (signal.aborted) return;
        const answer = answerTo(edits, replications);
        onAnswer(answer);
        if (answer.kind === 'problem') return;
      }
    },
    async recommend(edits) {
      await pause();
      return recommendationFor(edits);
    },
    async close() {},
  };
}

/** The world around a fake engine; `saved` collects what was saved. */
export function fakeWorld(engine: WhatIfEngine = fakeEngine()): WhatIfWorld & { readonly saved: (readonly Edit[])[] } {
  const saved: (readonly Edit[])[] = [];
  return {
    name: 'support-assistant',
    base: 'scenarios/chat.yaml',
    seed: 42,
    levers: LEVERS,
    engine,
    budgetMonthlyUsd: BUDGET_USD,
    command: 'plimsoll forecast scenarios/chat.yaml',
    saved,
    async save(edits) {
      saved.push(edits);
      return 'scenarios/chat.overlay.yaml';
    },
  };
}
