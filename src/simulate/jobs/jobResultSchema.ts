/** What a result says of a job, as a schema. */
import * as z from 'zod';

const spread = z.object({ mean: z.number(), p10: z.number(), p50: z.number(), p90: z.number(), max: z.number() });

export const job = z.object({
  kind: z.enum(['llm', 'inference', 'training']),
  pool: z.string(),
  unit: z.enum(['requests', 'steps']),
  work: z.number(),
  accelerators_per_worker: z.number(),
  rate_per_worker_per_s: z.number(),
  workers: z.object({ allowed: z.number(), max: z.number() }),
  start: z.string(),
  followed_s: z.number(),
  replications: z.number(),
  started_after_s: spread.nullable(),
  finished_in: z.number(),
  finished_after_s: spread.nullable(),
  deadline: z.object({ after_s: z.number(), met_in: z.number(), probability: z.number() }).nullable(),
  done: z.number(),
  lost: z.number(),
  preemptions: z.number(),
  accelerator_hours: z.object({
    total: z.number(),
    working: z.number(),
    lost: z.number(),
    startup: z.number(),
    checkpoints: z.number(),
    beside_services: z.number(),
  }),
  additional_instance_hours: z.number(),
  cost_usd: z.number(),
  unpriced: z.array(z.string()),
  latency_profile: z.object({ name: z.string(), grade: z.enum(['measured', 'inherited', 'assumed']) }),
});
