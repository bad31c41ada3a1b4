/** The result of `simulate --json` as a schema: for editors and checks, and for reading results back. */
import * as z from 'zod';
import { job } from '../jobs/jobResultSchema.js';

const figure = z.number().nullable();
const interval = z.tuple([z.number(), z.number()]).nullable();

const summary = z.object({
  count: z.number(),
  mean: figure,
  p50: figure,
  p90: figure,
  p95: figure,
  p99: figure,
  p999: figure,
  max: figure,
  ci95: z.object({ mean: interval, p50: interval, p95: interval, p99: interval }),
});

const level = z.object({ mean: z.number(), max: z.number() });

const station = z.object({
  visits: z.object({
    arrived: z.number(),
    completed: z.number(),
    rejected: z.number(),
    abandoned: z.number(),
    per_request: z.number(),
    per_s: z.number(),
  }),
  wait_ms: summary,
  e2e_ms: summary,
  queue_length: level,
  in_system: level,
  probability_wait: z.number(),
  busy_servers: z.number(),
  utilization: figure,
  load: figure,
});

const part = z.object({
  requests: z.object({ arrived: z.number(), completed: z.number(), rejected: z.number() }),
  ttft_ms: summary,
  e2e_ms: summary,
});

const attained = z.record(
  z.string(),
  z.object({
    limit_ms: figure,
    value_ms: figure,
    limit_share: z.number().optional(),
    share_within: z.number(),
    met: z.boolean(),
    probability: z.number(),
  }),
);

const service = z.object({
  kind: z.enum(['llm', 'inference', 'queue']),
  latency_profile: z
    .object({
      name: z.string(),
      grade: z.enum(['measured', 'inherited', 'assumed']),
      calibration: z.string().nullable(),
      band80: z.object({ ttft: z.number(), tpot: z.number(), e2e: z.number() }),
      stretched: z.array(z.string()),
    })
    .optional(),
  requests: z.object({
    arrived: z.number(),
    completed: z.number(),
    rejected: z.number(),
    abandoned: z.number(),
    failed: z.number(),
    in_flight: z.number(),
  }),
  ttft_ms: summary.optional(),
  tpot_ms: summary.optional(),
  itl_ms: summary.optional(),
  queue_ms: summary.optional(),
  wait_ms: summary.optional(),
  service_ms: summary.optional(),
  e2e_ms: summary,
  throughput: z.object({
    requests_per_s: z.number(),
    input_tokens_per_s: z.number().optional(),
    output_tokens_per_s: z.number().optional(),
  }),
  goodput_per_s: z.number(),
  // Results of earlier versions have none.
  availability: z
    .object({
      requests: figure,
      overdue: z.number().optional(),
      time: z.number(),
      ci95: z.object({ requests: interval }),
    })
    .optional(),
  slo_attainment: attained,
  client: z
    .object({
      timeouts: z.number(),
      retries: z.number(),
      // Results of earlier versions have none.
      rejected_tries: z.number().optional(),
      tries_per_request: z.number(),
      circuit_breaker: z.object({ opened: z.number(), open_share: z.number() }).optional(),
      hedges: z.object({ sent: z.number(), won: z.number(), extra_tokens: z.number() }).optional(),
    })
    .optional(),
  token_api: z
    .object({
      name: z.string(),
      requests: z.number(),
      share: z.number(),
      usd: z.number(),
      usd_per_request: z.number(),
      all_by_api_per_hour_usd: z.number(),
      own_per_hour_usd: z.number(),
      break_even_per_s: figure,
    })
    .optional(),
  stations: z.record(z.string(), station).optional(),
  queue_length: level,
  in_system: level,
  probability_wait: z.number().optional(),
  preemptions: z.number().optional(),
  swaps: z.number().optional(),
  prefix_hit_rate: z.number().optional(),
  adapters: z
    .object({
      count: z.number(),
      loaded: z.number(),
      memory_bytes: z.number(),
      hit_rate: z.number(),
      load_ms: z.number(),
      distinct_in_batch: z.number(),
    })
    .optional(),
  media: z
    .object({
      tokens_per_request: z.number(),
      encode_ms_per_request: z.number(),
      image: z.object({ tokens: z.number(), encode_ms: z.number() }).optional(),
      audio: z.object({ tokens_per_s: z.number(), window_s: z.number(), encode_ms_per_window: z.number() }).optional(),
    })
    .optional(),
  classes: z.record(z.string(), z.object({ wait_ms: summary, e2e_ms: summary })).optional(),
  priority: z.record(z.string(), z.object({ ttft_ms: summary, e2e_ms: summary })).optional(),
  rejections: z.record(z.string(), z.number()).optional(),
  regions: z.record(z.string(), part.extend({ answered_by: z.record(z.string(), z.number()) })).optional(),
  tenants: z.record(z.string(), part).optional(),
});

const onPool = z.object({
  accelerators_per_replica: z.number(),
  slice: z.object({ profile: z.string(), per_accelerator: z.number() }).optional(),
  utilization: z.object({ mean: z.number(), of_capacity: z.number() }),
  replicas: level,
  kv_utilization: level.optional(),
  batch_size: level.optional(),
  week: z.object({ replicas: level, instances: z.number() }).optional(),
  autoscaling: z
    .object({
      policy: z.string(),
      cold_start: z.array(z.object({ part: z.string(), seconds: z.number(), why: z.string() })),
      decisions: z.number(),
      scale_ups: z.number(),
      scale_downs: z.number(),
      replicas_started: z.number(),
      on_new_nodes: z.number(),
      syncs_refused_by_quota: z.number(),
      syncs_out_of_stock: z.number().optional(),
    })
    .optional(),
  consolidation: z
    .object({
      policy: z.string(),
      removed_empty: z.number(),
      removed_underutilized: z.number(),
      replacements: z.number(),
      replicas_moved: z.number(),
      looks_held_by_budget: z.number(),
    })
    .optional(),
});

const pool = onPool.extend({
  instance: z.string(),
  accelerator: z.string(),
  instances_billed: z.number(),
  machines: z
    .array(
      z.object({
        instance: z.string(),
        mean: z.number(),
        max: z.number(),
        started: z.number(),
        out_of_stock: z.number(),
      }),
    )
    .optional(),
  failures: z
    .object({ by_kind: z.record(z.string(), z.number()), replicas_lost: z.number(), requests_lost: z.number() })
    .optional(),
  drills: z
    .array(
      z.object({
        drill: z.string(),
        replicas_lost: z.number(),
        requests_lost: z.number(),
        recovered_in: z.number(),
        recovered_after_s: level.nullable(),
      }),
    )
    .optional(),
  quota_used: figure,
  headroom: z
    .object({
      asked: z.string(),
      replicas_away: z.number(),
      replicas_left: z.number(),
      holds: z.boolean(),
      services: z.record(z.string(), z.object({ slo_attainment: attained, backlog_grows: z.boolean() })),
    })
    .optional(),
  services: z.record(z.string(), onPool.extend({ replicas_preempted: z.number().optional() })).optional(),
});

const costItem = z.object({
  item: z.string(),
  quantity: z.number(),
  unit: z.string(),
  unit_price_usd: z.number(),
  usd: z.number(),
  source: z.string(),
  as_of: z.string(),
});

export const resultSchema = z.object({
  schema_version: z.literal('1'),
  fingerprint: z.object({ scenario: z.string(), catalogs: z.string(), seed: z.number(), version: z.string() }),
  name: z.string(),
  window_s: z.number(),
  warmup_s: z.number(),
  replications: z.number(),
  services: z.record(z.string(), service),
  pools: z.record(z.string(), pool),
  jobs: z.record(z.string(), job).optional(),
  cost: z.object({
    total_usd: z.number(),
    per_hour_usd: z.number(),
    per_month_usd: z.number(),
    per_million_tokens_usd: figure,
    per_request_usd: figure,
    by_item: z.array(costItem),
    by_service: z.record(z.string(), z.object({ total_usd: z.number(), per_month_usd: z.number() })).optional(),
    month: z.object({ basis: z.enum(['week', 'window']), by_item: z.array(costItem) }).optional(),
    unpriced: z.array(z.string()),
  }),
  energy: z.object({ kwh: figure, per_month_kwh: figure, carbon_kg_per_month: figure }),
  bottleneck: z.object({ resource: z.string(), utilization: z.number(), why: z.string() }).nullable(),
  warnings: z.array(z.string()),
});

/** JSON Schema (draft-07) of the result. */
export function resultJsonSchema(): Readonly<Record<string, unknown>> {
  return { ...z.toJSONSchema(resultSchema, { target: 'draft-7' }), title: 'Plimsoll simulation result' };
}
