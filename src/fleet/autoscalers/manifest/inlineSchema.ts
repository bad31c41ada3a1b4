import * as z from 'zod';
import { once } from '../../../catalog/kept.js';
import { behaviorSchema } from './behavior.js';

const UNIT_S: Readonly<Record<string, number>> = { ms: 1e-3, s: 1, min: 60, h: 3600, d: 86_400 };

/** `45 s`, `5 min`, `1 h`; a bare number is refused so that seconds are never taken for milliseconds. */
export const duration = () =>
  z.union([z.string(), z.number()]).transform((value, context) => {
    if (value === 0 || value === '0') return 0;
    const match = /^\s*(\d[\d_]*(?:\.\d+)?)\s*(ms|s|min|h|d)\s*$/.exec(String(value));
    if (match !== null) return Number(match[1]!.replaceAll('_', '')) * UNIT_S[match[2]!]!;
    const hint = /^\s*[\d.]+\s*$/.test(String(value))
      ? 'needs a unit: ms, s, min, h or d'
      : 'is not a duration such as 45 s or 5 min';
    context.addIssue({ code: 'custom', message: `"${value}" ${hint}` });
    return z.NEVER;
  });

/** `10 %` or a fraction. */
export const share = () =>
  z.union([z.number(), z.string()]).transform((value, context) => {
    const percent = /^\s*(\d+(?:\.\d+)?)\s*%\s*$/.exec(String(value))?.[1];
    const parsed = percent === undefined ? Number(value) : Number(percent) / 100;
    if (Number.isFinite(parsed) && parsed >= 0) return parsed;
    context.addIssue({ code: 'custom', message: `"${value}" is not a share such as 10 % or 0.1` });
    return z.NEVER;
  });

const positive = () => z.number().positive();
const count = () => z.number().int().min(0);
const bounds = () => ({ min: count().default(1), max: z.number().int().positive() });
const namedTarget = () =>
  z.strictObject({
    name: z.string(),
    target: positive(),
    per: z.enum(['replica', 'total']).default('total'),
  });
const shorthand = () => ({
  metric: z.string().optional(),
  target: positive().optional(),
  per: z.enum(['replica', 'total']).optional(),
  metrics: z.array(namedTarget()).min(1).optional(),
});

export const window = () =>
  z.strictObject({
    name: z.string().default('window'),
    cron: z.string(),
    time_zone: z.string().default('UTC'),
    duration: duration(),
    replicas: count(),
  });

const makeInlineSchema = () =>
  z.discriminatedUnion('policy', [
    z.strictObject({ policy: z.literal('hpa'), ...bounds(), ...shorthand(), behavior: behaviorSchema().optional() }),
    z.strictObject({
      policy: z.literal('keda'),
      ...bounds(),
      min: count().default(0),
      idle: count().optional(),
      metric: z.string().optional(),
      target: positive().optional(),
      activation: z.number().default(0),
      metrics: z
        .array(z.strictObject({ name: z.string(), target: positive(), activation: z.number().default(0) }))
        .min(1)
        .optional(),
      polling_interval: duration().optional(),
      cooldown: duration().optional(),
      initial_cooldown: duration().optional(),
      fallback: z
        .strictObject({
          after_failures: count(),
          replicas: count(),
          behavior: z
            .enum(['static', 'currentReplicas', 'currentReplicasIfHigher', 'currentReplicasIfLower'])
            .default('static'),
        })
        .optional(),
      behavior: behaviorSchema().optional(),
    }),
    z.strictObject({
      policy: z.literal('knative'),
      min: count().default(0),
      max: count().default(0),
      metric: z.enum(['concurrency', 'rps']).default('concurrency'),
      target: positive().optional(),
      utilization: share().optional(),
      container_concurrency: count().default(0),
      window: duration().optional(),
      scale_down_delay: duration().optional(),
    }),
    z.strictObject({
      policy: z.literal('ray'),
      ...bounds(),
      target: positive().optional(),
      upscale_delay: duration().optional(),
      downscale_delay: duration().optional(),
      downscale_to_zero_delay: duration().optional(),
      upscaling_factor: positive().optional(),
      downscaling_factor: positive().optional(),
      look_back: duration().optional(),
      gang_size: z.number().int().positive().default(1),
    }),
    z.strictObject({
      policy: z.literal('target-tracking'),
      ...bounds(),
      ...shorthand(),
      service: z.enum(['ec2', 'application']).default('application'),
      disable_scale_in: z.boolean().default(false),
      warmup: duration().optional(),
      scale_in_share: share().optional(),
    }),
    z.strictObject({
      policy: z.literal('step'),
      ...bounds(),
      metric: z.string(),
      threshold: z.number(),
      adjustment: z.enum(['change', 'percent', 'exact']).default('change'),
      steps: z
        .array(
          z.strictObject({
            from: z.number().nullable().default(null),
            to: z.number().nullable().default(null),
            by: z.number(),
          }),
        )
        .min(1),
      min_magnitude: z.number().int().positive().optional(),
      warmup: duration().optional(),
      periods: z.number().int().positive().default(1),
    }),
    z.strictObject({
      policy: z.literal('mig'),
      ...bounds(),
      ...shorthand(),
      scale_in: z
        .strictObject({ window: duration(), max: z.union([z.number().int().positive(), z.string().regex(/^\d+ ?%$/)]) })
        .optional(),
    }),
    z.strictObject({
      policy: z.literal('schedule'),
      ...bounds(),
      start: z.iso.datetime({ offset: true }),
      default: count(),
      windows: z.array(window()).min(1),
    }),
    z.strictObject({
      policy: z.literal('predictive'),
      ...bounds(),
      metric: z.string(),
      target: positive(),
      season: duration().default(86_400),
      bucket: duration().default(300),
      lead: duration(),
      seasons: z.number().int().positive().default(7),
      margin: share().default(0),
    }),
    z.strictObject({
      policy: z.literal('wva'),
      ...bounds(),
      kv_metric: z.string().default('kv_cache_usage'),
      queue_metric: z.string().default('queue_length'),
    }),
  ]);

/** One schema for each `policy:`. */
export const inlineSchema = once(makeInlineSchema);

export type InlineSpec = z.output<ReturnType<typeof makeInlineSchema>>;
export const inlinePolicies = (): readonly string[] =>
  inlineSchema().options.map((option) => option.shape.policy.value);
