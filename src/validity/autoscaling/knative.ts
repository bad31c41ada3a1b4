import * as z from 'zod';
import {
  type Buckets,
  emptyBuckets,
  recordBucket,
  weightedAverage,
  windowAverage,
} from '../../fleet/autoscalers/knative/buckets.js';
import {
  type DeciderSpec,
  type DeciderState,
  decideScale,
  initialDeciderState,
} from '../../fleet/autoscalers/knative/decider.js';
import {
  currentMax,
  maxWindow,
  recordMax,
  recordMaxAt,
  timeWindow,
} from '../../fleet/autoscalers/knative/maxWindow.js';
import { resolveTarget } from '../../fleet/autoscalers/knative/target.js';
import { type Evaluator, readInput } from './case.js';

const specFields = {
  targetValue: z.number(),
  totalValue: z.number(),
  targetBurstCapacity: z.number(),
  panicThreshold: z.number(),
  maxScaleUpRate: z.number(),
  maxScaleDownRate: z.number(),
  stableWindowSeconds: z.number(),
  reachable: z.boolean(),
  activationScale: z.number(),
  scaleDownDelaySeconds: z.number(),
};
const deciderInput = z.strictObject({
  spec: z.strictObject(specFields),
  readyAtStart: z.number(),
  initialState: z.strictObject({ panicTime: z.number().nullable(), maxPanicPods: z.number() }).optional(),
});
const deciderSteps = z.array(
  z.strictObject({
    t: z.number(),
    ready: z.number(),
    /** Null or absent: there is no data. */
    stableValue: z.number().nullable().default(null),
    panicValue: z.number().nullable().default(null),
    updateSpec: z.strictObject(specFields).partial().optional(),
    expected: z.unknown(),
  }),
);

/** The reference compares the burst capacity to within one, as upstream does. */
const DECIDER_TOLERANCES = { excessBurstCapacity: 1 };

export const evaluateDecider: Evaluator = (raw, kase) => {
  const input = readInput(deciderInput, raw);
  const steps = readInput(deciderSteps, kase.steps);
  let spec: DeciderSpec = input.spec;
  let state: DeciderState = initialDeciderState(input.readyAtStart, spec, steps[0]?.t ?? 0);
  if (input.initialState !== undefined) {
    state = { ...state, panicTimeS: input.initialState.panicTime, maxPanicPods: input.initialState.maxPanicPods };
  }
  const evaluated = steps.map((step) => {
    const update = Object.fromEntries(Object.entries(step.updateSpec ?? {}).filter(([, value]) => value !== undefined));
    spec = { ...spec, ...update };
    const decision = decideScale(spec, state, {
      timeS: step.t,
      readyPods: step.ready,
      stableValue: step.stableValue,
      panicValue: step.panicValue,
    });
    state = decision.state;
    return { got: decision.result, expected: step.expected };
  });
  return { steps: evaluated, tolerances: DECIDER_TOLERANCES };
};

const maxWindowInput = z.strictObject({
  buckets: z.number(),
  records: z.array(z.strictObject({ index: z.number(), value: z.number() })),
});

export const evaluateMaxWindow: Evaluator = (raw, kase) => {
  const input = readInput(maxWindowInput, raw);
  let window = maxWindow(input.buckets);
  const currentAfterEach = input.records.map(({ index, value }) => {
    window = recordMax(window, index, value);
    return currentMax(window);
  });
  return { got: { currentAfterEach, current: currentMax(window) }, expected: kase.expected };
};

const timeWindowInput = z.strictObject({
  windowSeconds: z.number(),
  granularitySeconds: z.number(),
  records: z.array(z.strictObject({ t: z.number(), value: z.number() })),
});

export const evaluateTimeWindow: Evaluator = (raw, kase) => {
  const input = readInput(timeWindowInput, raw);
  let window = timeWindow(input.windowSeconds, input.granularitySeconds);
  for (const { t, value } of input.records) window = recordMaxAt(window, input.granularitySeconds, t, value);
  return { got: { current: currentMax(window) }, expected: kase.expected };
};

const targetInput = z.strictObject({
  metric: z.string(),
  containerConcurrency: z.number(),
  targetAnnotation: z.number().nullable(),
  targetUtilizationAnnotation: z.number().nullable(),
  config: z.strictObject({
    containerConcurrencyTargetFraction: z.number(),
    containerConcurrencyTargetDefault: z.number(),
    rpsTargetDefault: z.number(),
    targetUtilization: z.number(),
  }),
});

export const evaluateResolveTarget: Evaluator = (raw, kase) => {
  const input = readInput(targetInput, raw);
  const annotation = input.targetUtilizationAnnotation;
  const got = resolveTarget(
    {
      metric: input.metric === 'rps' ? 'rps' : 'concurrency',
      containerConcurrency: input.containerConcurrency,
      target: input.targetAnnotation,
      // The annotation is a percentage from 1 to 100; a case may hold it as a fraction.
      utilization: annotation === null || annotation <= 1 ? annotation : annotation / 100,
    },
    input.config,
  );
  return { got, expected: kase.expected };
};

const averageInput = z.strictObject({
  windowSeconds: z.number(),
  granularitySeconds: z.number(),
  steps: z.unknown().optional(),
});
const averageSteps = z.array(
  z.strictObject({
    t: z.number(),
    op: z.enum(['record', 'average']).optional(),
    record: z.number().optional(),
    value: z.number().optional(),
    average: z.number().optional(),
    expected: z.unknown().optional(),
  }),
);

/** Steps record a value, or check the average, or both in this order. */
function evaluateAverage(average: (buckets: Buckets, timeS: number) => number): Evaluator {
  return (raw, kase) => {
    const input = readInput(averageInput, raw);
    const steps = readInput(averageSteps, kase.steps ?? input.steps);
    let buckets = emptyBuckets(input.windowSeconds, input.granularitySeconds);
    const evaluated = steps.map((step) => {
      const recorded = step.record ?? (step.op === 'average' ? undefined : step.value);
      if (recorded !== undefined) buckets = recordBucket(buckets, step.t, recorded);
      const asked = step.expected ?? step.average ?? (step.op === 'average' ? step.value : undefined);
      return { got: average(buckets, step.t), expected: asked };
    });
    return { steps: evaluated.filter(({ expected }) => expected !== undefined && expected !== null) };
  };
}

export const evaluateWindowAverage = evaluateAverage(windowAverage);
export const evaluateWeightedAverage = evaluateAverage(weightedAverage);
