import * as z from 'zod';
import { readPauseAnnotations, requestScale } from '../../fleet/autoscalers/keda/activation.js';
import { fallbackMetric } from '../../fleet/autoscalers/keda/fallback.js';
import { type JobStrategy, scaleJobs } from '../../fleet/autoscalers/keda/scaledJob.js';
import { compositeMetric, modifierTriggerValue } from '../../fleet/autoscalers/keda/scalingModifiers.js';
import { type Evaluator, readInput } from './case.js';

const requestInput = z.strictObject({
  currentReplicas: z.number(),
  minReplicaCount: z.number().nullable(),
  maxReplicaCount: z.number().nullable().optional(),
  idleReplicaCount: z.number().nullable(),
  isActive: z.boolean(),
  isError: z.boolean(),
  fallbackReplicas: z.number().nullable(),
  lastActiveSecondsAgo: z.number().nullable(),
  createdSecondsAgo: z.number(),
  cooldownPeriod: z.number().nullable(),
  initialCooldownPeriod: z.number().nullable(),
  annotations: z.record(z.string(), z.string()),
});

export const evaluateRequestScale: Evaluator = (raw, kase) => {
  const input = readInput(requestInput, raw);
  const got = requestScale(
    {
      minReplicaCount: input.minReplicaCount ?? 0,
      idleReplicaCount: input.idleReplicaCount,
      cooldownPeriodS: input.cooldownPeriod ?? 300,
      initialCooldownPeriodS: input.initialCooldownPeriod ?? 0,
      fallbackReplicas: input.fallbackReplicas,
      pause: readPauseAnnotations(input.annotations),
    },
    input,
  );
  return { got, expected: kase.expected };
};

const fallbackInput = z.strictObject({
  failureThreshold: z.number().nullable().default(null),
  fallbackReplicas: z.number().nullable().default(null),
  behavior: z.string().nullable().optional(),
  failuresBefore: z.number().nullable().default(null),
  target: z.number(),
  metricType: z.enum(['AverageValue', 'Value']),
  currentReplicas: z.number().nullable().default(null),
  readyReplicas: z.number().nullable().default(null),
});

const BEHAVIORS = [
  'static',
  'currentReplicas',
  'currentReplicasIfHigher',
  'currentReplicasIfLower',
  'scalingModifiers',
] as const;

export const evaluateFallback: Evaluator = (raw, kase) => {
  const input = readInput(fallbackInput, raw);
  // The behaviour had two other names before its release.
  const named = ['triggerScalingModifiers', 'triggerScoped'].includes(input.behavior ?? '')
    ? 'scalingModifiers'
    : input.behavior;
  const behavior = BEHAVIORS.find((known) => known === named) ?? 'static';
  const fallback =
    input.failureThreshold === null || input.fallbackReplicas === null
      ? null
      : { failureThreshold: input.failureThreshold, replicas: input.fallbackReplicas, behavior };
  const outcome = fallbackMetric(fallback, input.failuresBefore ?? 0, {
    target: input.target,
    metricType: input.metricType,
    currentReplicas: input.currentReplicas ?? 0,
    readyReplicas: input.readyReplicas ?? 0,
  });
  return {
    got: {
      error: outcome.kind === 'error',
      failures: outcome.failures,
      metricValue: outcome.kind === 'value' ? outcome.value : null,
      nil: outcome.kind === 'nil',
    },
    expected: kase.expected,
  };
};

const jobInput = z.strictObject({
  strategy: z.string(),
  queueLengthDeduction: z.number().nullable().optional(),
  runningJobPercentage: z.union([z.number(), z.string()]).nullable().optional(),
  maxScale: z.number(),
  runningJobCount: z.number(),
  pendingJobCount: z.number(),
  maxReplicaCount: z.number(),
  minReplicaCount: z.number().optional(),
  scaleTo: z.number().optional(),
});

export const evaluateScaledJob: Evaluator = (raw, kase) => {
  const input = readInput(jobInput, raw);
  const got = scaleJobs(strategyOf(input), {
    maxScale: input.maxScale,
    runningJobCount: input.runningJobCount,
    pendingJobCount: input.pendingJobCount,
    maxReplicaCount: input.maxReplicaCount,
    minReplicaCount: input.minReplicaCount ?? 0,
    scaleTo: input.scaleTo ?? input.maxScale,
  });
  return { got, expected: kase.expected };
};

function strategyOf(input: z.output<typeof jobInput>): JobStrategy {
  if (input.strategy === 'accurate' || input.strategy === 'eager') return { strategy: input.strategy };
  if (input.strategy !== 'custom') return { strategy: 'default' };
  const share =
    typeof input.runningJobPercentage === 'string'
      ? Number.parseFloat(input.runningJobPercentage)
      : (input.runningJobPercentage ?? Number.NaN);
  return {
    strategy: 'custom',
    queueLengthDeduction: input.queueLengthDeduction ?? null,
    runningJobPercentage: Number.isNaN(share) ? null : share,
  };
}

const triggerValueInput = z.strictObject({
  metric: z.number(),
  failures: z.number().nullable().default(null),
  failureThreshold: z.number().nullable().default(null),
});

export const evaluateModifierTriggerValue: Evaluator = (raw, kase) => {
  const input = readInput(triggerValueInput, raw);
  return {
    got: { value: modifierTriggerValue(input.metric, input.failures, input.failureThreshold) },
    expected: kase.expected,
  };
};

const formulaInput = z.strictObject({
  formula: z.string(),
  triggers: z.record(z.string(), z.number().nullable()),
  target: z.number().nullable().optional(),
  fallbackReplicas: z.number().nullable().optional(),
});

export const evaluateFormulaCase: Evaluator = (raw, kase) => {
  const input = readInput(formulaInput, raw);
  const composite = compositeMetric(input.formula, input.triggers, input.target ?? 0, input.fallbackReplicas ?? null);
  return {
    got: composite.ok ? { value: composite.value, error: false } : { error: true, message: composite.error },
    expected: kase.expected,
  };
};
