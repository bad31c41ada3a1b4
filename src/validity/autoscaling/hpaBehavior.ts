import * as z from 'zod';
import {
  limitWithBehavior,
  limitWithoutBehavior,
  scaleDownLimit,
  scaleUpLimit,
} from '../../fleet/autoscalers/hpa/limits.js';
import { replicasChangedInPeriod, storeScaleEvent } from '../../fleet/autoscalers/hpa/scaleEvents.js';
import { stabilise, stabiliseWithBehavior } from '../../fleet/autoscalers/hpa/stabilisation.js';
import { DEFAULT_SCALE_DOWN, DEFAULT_SCALE_UP } from '../../fleet/autoscalers/hpa/types.js';
import { type Evaluator, readInput } from './case.js';
import { events, NOW_S, recommendations, rules, toEvents, toRecommendations } from './hpaSchemas.js';

const counts = {
  currentReplicas: z.number(),
  desiredReplicas: z.number(),
  minReplicas: z.number(),
  maxReplicas: z.number(),
};
const pastEvents = { scaleUpEvents: events.default([]), scaleDownEvents: events.default([]) };

function past(input: {
  readonly scaleUpEvents: z.output<typeof events>;
  readonly scaleDownEvents: z.output<typeof events>;
}) {
  return { up: toEvents(input.scaleUpEvents), down: toEvents(input.scaleDownEvents) };
}

const rateInput = z.strictObject({
  ...counts,
  scaleUpRules: rules.nullable(),
  scaleDownRules: rules.nullable(),
  ...pastEvents,
});

export const evaluateBehaviorRate: Evaluator = (raw, kase) => {
  const input = readInput(rateInput, raw);
  const got = limitWithBehavior(
    input.currentReplicas,
    input.desiredReplicas,
    { min: input.minReplicas, max: input.maxReplicas },
    { scaleUp: input.scaleUpRules ?? DEFAULT_SCALE_UP, scaleDown: input.scaleDownRules ?? DEFAULT_SCALE_DOWN },
    past(input),
    NOW_S,
  );
  return { got, expected: kase.expected };
};

const limitInput = z.strictObject({ currentReplicas: z.number(), rules: rules.nullable(), ...pastEvents });

export const evaluateScaleUpLimit: Evaluator = (raw, kase) => {
  const input = readInput(limitInput, raw);
  return {
    got: { limit: scaleUpLimit(input.currentReplicas, past(input), input.rules ?? DEFAULT_SCALE_UP, NOW_S) },
    expected: kase.expected,
  };
};

export const evaluateScaleDownLimit: Evaluator = (raw, kase) => {
  const input = readInput(limitInput, raw);
  return {
    got: { limit: scaleDownLimit(input.currentReplicas, past(input), input.rules ?? DEFAULT_SCALE_DOWN, NOW_S) },
    expected: kase.expected,
  };
};

const convertInput = z.strictObject({ ...counts, scaleUpLimitFactor: z.number(), scaleUpLimitMinimum: z.number() });

export const evaluateConvertWithRules: Evaluator = (raw, kase) => {
  const input = readInput(convertInput, raw);
  const bounds = { min: input.minReplicas, max: input.maxReplicas };
  const step = { factor: input.scaleUpLimitFactor, minimum: input.scaleUpLimitMinimum };
  return {
    got: limitWithoutBehavior(input.currentReplicas, input.desiredReplicas, bounds, step),
    expected: kase.expected,
  };
};

const stabiliseInput = z.strictObject({
  recommendations,
  desiredReplicas: z.number(),
  downscaleStabilizationSeconds: z.number(),
});

export const evaluateStabilise: Evaluator = (raw, kase) => {
  const input = readInput(stabiliseInput, raw);
  const result = stabilise(
    toRecommendations(input.recommendations),
    input.desiredReplicas,
    input.downscaleStabilizationSeconds,
    NOW_S,
  );
  return {
    got: {
      replicas: result.replicas,
      recommendationsLength: result.recommendations.length,
      recommendations: result.recommendations.map(({ replicas }) => replicas),
    },
    expected: kase.expected,
  };
};

const stabiliseBehaviorInput = z.strictObject({
  recommendations,
  currentReplicas: z.number(),
  desiredReplicas: z.number(),
  scaleUpStabilizationWindowSeconds: z.number(),
  scaleDownStabilizationWindowSeconds: z.number(),
});

export const evaluateStabiliseWithBehaviors: Evaluator = (raw, kase) => {
  const input = readInput(stabiliseBehaviorInput, raw);
  const result = stabiliseWithBehavior(
    toRecommendations(input.recommendations),
    input.currentReplicas,
    input.desiredReplicas,
    { upS: input.scaleUpStabilizationWindowSeconds, downS: input.scaleDownStabilizationWindowSeconds },
    NOW_S,
  );
  return {
    got: {
      replicas: result.replicas,
      recommendations: result.recommendations.map(({ replicas }) => replicas),
      recommendationsLength: result.recommendations.length,
    },
    expected: kase.expected,
  };
};

const storeInput = z.strictObject({
  direction: z.enum(['up', 'down']),
  previousEvents: events,
  replicaChange: z.number(),
  rules: rules.nullable(),
  changePeriodSeconds: z.number(),
});

export const evaluateStoreScaleEvent: Evaluator = (raw, kase) => {
  const input = readInput(storeInput, raw);
  const previous = toEvents(input.previousEvents);
  return {
    got: {
      replicasChangeInPeriod: replicasChangedInPeriod(previous, input.changePeriodSeconds, NOW_S),
      events: storeScaleEvent(previous, input.replicaChange, input.rules, NOW_S),
    },
    expected: kase.expected,
  };
};
