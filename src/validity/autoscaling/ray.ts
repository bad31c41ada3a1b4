import * as z from 'zod';
import { RAY_DEFAULTS, RAY_LOOP_INTERVAL_S, type RayConfig } from '../../fleet/autoscalers/ray/config.js';
import { applyDelay, applyFactors, type PendingDecision } from '../../fleet/autoscalers/ray/delay.js';
import { roundToGang } from '../../fleet/autoscalers/ray/gang.js';
import { decideWithDelays, queueLengthPolicy, type RayLook } from '../../fleet/autoscalers/ray/policy.js';
import { mergeTotals, timeWeightedAverage } from '../../fleet/autoscalers/ray/series.js';
import { type Evaluator, readInput, UnreadableCase } from './case.js';

const config = z
  .strictObject({
    min_replicas: z.number().nullable(),
    max_replicas: z.number().nullable(),
    initial_replicas: z.number().nullable(),
    target_ongoing_requests: z.number().nullable(),
    look_back_period_s: z.number(),
    smoothing_factor: z.number(),
    upscaling_factor: z.number().nullable(),
    downscaling_factor: z.number().nullable(),
    upscale_delay_s: z.number(),
    downscale_delay_s: z.number(),
    downscale_to_zero_delay_s: z.number().nullable(),
  })
  .partial()
  .transform(
    (read): RayConfig => ({
      minReplicas: read.min_replicas ?? RAY_DEFAULTS.minReplicas,
      maxReplicas: read.max_replicas ?? RAY_DEFAULTS.maxReplicas,
      targetOngoingRequests: read.target_ongoing_requests ?? RAY_DEFAULTS.targetOngoingRequests,
      upscalingFactor: read.upscaling_factor ?? read.smoothing_factor ?? 1,
      downscalingFactor: read.downscaling_factor ?? read.smoothing_factor ?? 1,
      upscaleDelayS: read.upscale_delay_s ?? RAY_DEFAULTS.upscaleDelayS,
      downscaleDelayS: read.downscale_delay_s ?? RAY_DEFAULTS.downscaleDelayS,
      downscaleToZeroDelayS: read.downscale_to_zero_delay_s ?? null,
      lookBackPeriodS: read.look_back_period_s ?? RAY_DEFAULTS.lookBackPeriodS,
    }),
  );

/** Policies that the cases name. */
const POLICIES: Readonly<Record<string, (look: RayLook, config: RayConfig) => number>> = {
  queueLength: queueLengthPolicy,
  'custom: 3 if requests>0 else 0': (look) => (look.totalRequests > 0 ? 3 : 0),
};

const serveInput = z.strictObject({ policy: z.string(), config });
const serveSteps = z.array(
  z.strictObject({
    t: z.number(),
    totalRequests: z.number(),
    currentReplicas: z.number(),
    targetReplicas: z.number(),
    repeat: z.number().int().positive().default(1),
    expected: z.number().nullable(),
  }),
);

export const evaluateServe: Evaluator = (raw, kase) => {
  const input = readInput(serveInput, raw);
  const policy = Object.hasOwn(POLICIES, input.policy) ? POLICIES[input.policy] : undefined;
  if (policy === undefined) throw new UnreadableCase(`unknown policy ${input.policy}`);
  let pending: PendingDecision = null;
  const evaluated: { got: unknown; expected: unknown }[] = [];
  for (const { repeat, expected, t, ...look } of readInput(serveSteps, kase.steps)) {
    for (let call = 0; call < repeat; call += 1) {
      const decision = decideWithDelays(
        { ...look, timeS: t + call * RAY_LOOP_INTERVAL_S },
        input.config,
        pending,
        policy,
      );
      pending = decision.pending;
      if (expected !== null) evaluated.push({ got: decision.replicas, expected });
    }
  }
  return { steps: evaluated };
};

const delayInput = z.strictObject({ config });
const delaySteps = z.array(
  z.strictObject({
    t: z.number(),
    desired: z.number(),
    currentTarget: z.number(),
    repeat: z.number().default(1),
    expected: z.number().nullable(),
  }),
);

export const evaluateDelayLogic: Evaluator = (raw, kase) => {
  const input = readInput(delayInput, raw);
  let pending: PendingDecision = null;
  const evaluated: { got: unknown; expected: unknown }[] = [];
  for (const step of readInput(delaySteps, kase.steps)) {
    for (let call = 0; call < step.repeat; call += 1) {
      const decision = applyDelay(
        step.desired,
        step.currentTarget,
        input.config,
        pending,
        step.t + call * RAY_LOOP_INTERVAL_S,
      );
      pending = decision.pending;
      if (step.expected !== null) evaluated.push({ got: decision.replicas, expected: step.expected });
    }
  }
  return { steps: evaluated };
};

const factorInput = z.strictObject({
  desired: z.number().optional(),
  desiredReplicas: z.number().optional(),
  current: z.number().optional(),
  currentReplicas: z.number().optional(),
  currentTarget: z.number().optional(),
  config: config.optional(),
});

export const evaluateFactors: Evaluator = (raw, kase) => {
  const input = readInput(factorInput, raw);
  const desired = input.desired ?? input.desiredReplicas;
  const current = input.current ?? input.currentReplicas ?? input.currentTarget;
  if (desired === undefined || current === undefined)
    throw new UnreadableCase('input field desired or current is missing');
  return { got: applyFactors(desired, current, input.config ?? RAY_DEFAULTS), expected: kase.expected };
};

const gangInput = z.strictObject({
  gangSize: z.number(),
  rawDecision: z.number(),
  minReplicas: z.number().optional(),
  maxReplicas: z.number().optional(),
});

export const evaluateGang: Evaluator = (raw, kase) => {
  const { gangSize, rawDecision, minReplicas, maxReplicas } = readInput(gangInput, raw);
  const bounds = {
    ...(minReplicas === undefined ? {} : { min: minReplicas }),
    ...(maxReplicas === undefined ? {} : { max: maxReplicas }),
  };
  return { got: roundToGang(rawDecision, gangSize, bounds), expected: kase.expected };
};

const seriesInput = z.strictObject({
  series: z.array(z.array(z.tuple([z.number(), z.number()]))),
  lastWindowS: z.number(),
  windowStart: z.number(),
});

export const evaluateTimeWeightedAverage: Evaluator = (raw, kase) => {
  const input = readInput(seriesInput, raw);
  const merged = mergeTotals(input.series);
  return {
    got: {
      merged,
      averageAligned: timeWeightedAverage(merged, { startS: input.windowStart, lastHoldS: input.lastWindowS }),
      averageUnaligned: timeWeightedAverage(merged, { lastHoldS: input.lastWindowS }),
    },
    expected: kase.expected,
  };
};
