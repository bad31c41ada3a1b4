import * as z from 'zod';
import { stepScaling } from '../../fleet/autoscalers/aws/stepScaling.js';
import { isBelowThreshold } from '../../fleet/autoscalers/clusterAutoscaler.js';
import { allowedDisruptions, isBudgetActive } from '../../fleet/autoscalers/karpenter/budgets.js';
import { canConsolidateSpotToSpot } from '../../fleet/autoscalers/karpenter/consolidation.js';
import { analyseSaturation } from '../../fleet/autoscalers/wva/saturation.js';
import { variantTargets } from '../../fleet/autoscalers/wva/targets.js';
import { type Evaluator, readInput } from './case.js';

const instant = z.iso.datetime().transform((text) => Date.parse(text));
const disruptionInput = z.strictObject({
  now: instant,
  numNodes: z.number(),
  deletingNodes: z.number().optional(),
  notReadyNodes: z.number().optional(),
  budgets: z.array(
    z.strictObject({
      nodes: z.union([z.string(), z.number()]).transform(String),
      schedule: z.string().nullable().optional(),
      duration: z.string().nullable().optional(),
      reasons: z.array(z.string()).nullable().optional(),
    }),
  ),
});

export const evaluateAllowedDisruptions: Evaluator = (raw, kase) => {
  const input = readInput(disruptionInput, raw);
  const budgets = input.budgets.map((budget) => ({
    ...budget,
    schedule: budget.schedule ?? null,
    duration: budget.duration ?? null,
    reasons: budget.reasons ?? null,
  }));
  const state = {
    totalNodes: input.numNodes,
    deletingNodes: input.deletingNodes ?? 0,
    notReadyNodes: input.notReadyNodes ?? 0,
  };
  const asked = Object.keys(readInput(z.looseObject({}), kase.expected));
  return {
    got: Object.fromEntries(asked.map((reason) => [reason, allowedDisruptions(budgets, reason, state, input.now)])),
    expected: kase.expected,
  };
};

const activeInput = z.strictObject({ schedule: z.string().nullable(), duration: z.string().nullable(), now: instant });

export const evaluateBudgetIsActive: Evaluator = (raw, kase) => {
  const input = readInput(activeInput, raw);
  const activity = isBudgetActive(input, input.now);
  return {
    got: activity.ok ? { active: activity.active } : { active: false, error: true, message: activity.error },
    expected: kase.expected,
  };
};

const spotInput = z.strictObject({
  cheaperInstanceTypes: z.number(),
  featureGate: z.boolean(),
  candidates: z.number().default(1),
});

export const evaluateSpotToSpot: Evaluator = (raw, kase) => ({
  got: canConsolidateSpotToSpot(readInput(spotInput, raw)),
  expected: kase.expected,
});

const fraction = z.number().nullable().optional();
/** The kind has no case at hand; these are the spellings that its siblings use. */
const nodeInput = z.strictObject({
  cpuUtilization: fraction,
  cpu: fraction,
  memoryUtilization: fraction,
  memUtilization: fraction,
  memory: fraction,
  utilization: fraction,
  gpuUtilization: fraction,
  gpu: fraction,
  threshold: z.number().optional(),
  gpuThreshold: z.number().optional(),
});

export const evaluateBelowThreshold: Evaluator = (raw, kase) => {
  const input = readInput(nodeInput, raw);
  const below = isBelowThreshold(
    {
      cpuUtilization: input.cpuUtilization ?? input.cpu ?? input.utilization ?? 0,
      memoryUtilization: input.memoryUtilization ?? input.memUtilization ?? input.memory ?? 0,
      gpuUtilization: input.gpuUtilization ?? input.gpu ?? null,
    },
    { utilization: input.threshold ?? 0.5, gpuUtilization: input.gpuThreshold ?? input.threshold ?? 0.5 },
  );
  return { got: { belowThreshold: below, below }, expected: kase.expected };
};

const stepInput = z.strictObject({
  threshold: z.number(),
  adjustmentType: z.enum(['ChangeInCapacity', 'PercentChangeInCapacity', 'ExactCapacity']),
  steps: z.array(z.strictObject({ lower: z.number().nullable(), upper: z.number().nullable(), adj: z.number() })),
  metric: z.number(),
  currentCapacity: z.number(),
  warmingInstances: z.number(),
  minAdjustmentMagnitude: z.number().nullable(),
  min: z.number(),
  max: z.number(),
});

export const evaluateStepScaling: Evaluator = (raw, kase) => {
  const input = readInput(stepInput, raw);
  const steps = input.steps.map(({ lower, upper, adj }) => ({ lower, upper, adjustment: adj }));
  return { got: stepScaling({ ...input, steps }, input), expected: kase.expected };
};

const saturationInput = z.strictObject({
  config: z.strictObject({
    kvCacheThreshold: z.number(),
    queueLengthThreshold: z.number(),
    kvSpareTrigger: z.number(),
    queueSpareTrigger: z.number(),
  }),
  replicas: z.array(
    z.strictObject({
      kvCacheUsage: z.number(),
      queueLength: z.number(),
      variant: z.string().optional(),
      variantName: z.string().optional(),
    }),
  ),
});

export const evaluateSaturation: Evaluator = (raw, kase) => {
  const input = readInput(saturationInput, raw);
  const replicas = input.replicas.map(({ variant, variantName, ...load }) => ({
    ...load,
    variant: variant ?? variantName ?? '',
  }));
  return { got: analyseSaturation(replicas, input.config), expected: kase.expected };
};

const targetsInput = z.strictObject({
  shouldScaleUp: z.boolean(),
  scaleDownSafe: z.boolean(),
  variants: z.array(z.strictObject({ name: z.string(), cost: z.number(), replicaCount: z.number() })),
  states: z.array(z.strictObject({ name: z.string(), current: z.number(), desired: z.number(), pending: z.number() })),
});

export const evaluateTargets: Evaluator = (raw, kase) => {
  const input = readInput(targetsInput, raw);
  return { got: variantTargets(input, input.variants, input.states), expected: kase.expected };
};
