import * as z from 'zod';
import { groupPods } from '../../fleet/autoscalers/hpa/podGroups.js';
import { type NamedProposal, reconcile } from '../../fleet/autoscalers/hpa/reconcile.js';
import { replicasForMetric } from '../../fleet/autoscalers/hpa/replicaCalculator.js';
import {
  type CalculatorMetric,
  DEFAULT_SCALE_DOWN,
  DEFAULT_SCALE_UP,
  type ReplicaProposal,
} from '../../fleet/autoscalers/hpa/types.js';
import { type Evaluator, milli, readInput } from './case.js';
import {
  events,
  NOW_S,
  podMetrics,
  pods,
  recommendations,
  rules,
  TEST_READINESS,
  toEvents,
  tolerance,
  toRecommendations,
} from './hpaSchemas.js';

const readinessFields = {
  cpuInitializationPeriodSeconds: z.number().default(TEST_READINESS.cpuInitializationPeriodS),
  delayOfInitialReadinessStatusSeconds: z.number().default(TEST_READINESS.initialReadinessDelayS),
};

function readiness(input: {
  readonly cpuInitializationPeriodSeconds: number;
  readonly delayOfInitialReadinessStatusSeconds: number;
}) {
  return {
    cpuInitializationPeriodS: input.cpuInitializationPeriodSeconds,
    initialReadinessDelayS: input.delayOfInitialReadinessStatusSeconds,
  };
}

const groupInput = z.strictObject({ pods, podMetrics, resource: z.string(), ...readinessFields });

export const evaluateGroupPods: Evaluator = (raw, kase) => {
  const input = readInput(groupInput, raw);
  const groups = groupPods(input.pods, input.podMetrics, input.resource, readiness(input), NOW_S);
  const sorted = (names: ReadonlySet<string>): readonly string[] => [...names].toSorted();
  const expected = readInput(z.looseObject({}), kase.expected);
  return {
    got: {
      readyPodCount: groups.readyPodCount,
      unreadyPods: sorted(groups.unreadyPods),
      missingPods: sorted(groups.missingPods),
      ignoredPods: sorted(groups.ignoredPods),
    },
    // Sets: their order says nothing.
    expected: Object.fromEntries(
      Object.entries(expected).map(([key, value]) => [key, Array.isArray(value) ? value.toSorted() : value]),
    ),
  };
};

const metricFields = {
  resource: z.string().optional(),
  container: z.string().optional(),
  targetUtilizationPercent: z.number().optional(),
  targetMilli: milli.optional(),
  podMetrics: podMetrics.optional(),
  valuesMilli: z.array(milli).optional(),
  error: z.string().optional(),
};

type MetricFields = { readonly type: string } & z.output<z.ZodObject<typeof metricFields>>;

/** The calculator's metric; null for a source that does not exist. */
function toMetric(fields: MetricFields): CalculatorMetric | null {
  const targetMilli = fields.targetMilli ?? 0n;
  const samples = fields.podMetrics ?? {};
  const resource = fields.resource ?? 'cpu';
  switch (fields.type) {
    case 'ResourceUtilization':
    case 'ContainerResourceUtilization':
      return {
        type: fields.type,
        resource,
        targetUtilizationPercent: fields.targetUtilizationPercent ?? 0,
        podMetrics: samples,
      };
    case 'ResourceAverageValue':
      return { type: fields.type, resource, targetMilli, podMetrics: samples };
    case 'PodsAverageValue':
      return { type: fields.type, targetMilli, podMetrics: samples };
    case 'ObjectValue':
    case 'ObjectAverageValue':
    case 'ExternalValue':
    case 'ExternalAverageValue':
      return { type: fields.type, targetMilli, valuesMilli: fields.valuesMilli ?? [] };
    default:
      return null;
  }
}

function propose(fields: MetricFields, input: Parameters<typeof replicasForMetric>[1]): ReplicaProposal {
  if (fields.error !== undefined) return { ok: false, error: `unable to get metric: ${fields.error}` };
  const metric = toMetric(fields);
  if (metric === null) return { ok: false, error: `unknown metric source type "${fields.type}"` };
  return replicasForMetric(metric, input);
}

/** Says that values lie above 2^53; ours are bigint anyway. */
const requiresInt64 = z.boolean().optional();

const calculatorInput = z.strictObject({
  requiresInt64,
  currentReplicas: z.number(),
  statusReplicas: z.number().optional(),
  tolerance,
  metricType: z.string(),
  pods,
  ...metricFields,
  ...readinessFields,
});

export const evaluateReplicaCalculator: Evaluator = (raw, kase) => {
  const input = readInput(calculatorInput, raw);
  const proposal = propose(
    { ...input, type: input.metricType },
    {
      timeS: NOW_S,
      pods: input.pods,
      currentReplicas: input.currentReplicas,
      statusReplicas: input.statusReplicas ?? input.currentReplicas,
      tolerance: input.tolerance,
      readiness: readiness(input),
    },
  );
  return { got: proposal.ok ? proposal : { error: proposal.error }, expected: kase.expected };
};

const reconcileInput = z.strictObject({
  requiresInt64,
  minReplicas: z.number().nullable(),
  maxReplicas: z.number(),
  currentReplicas: z.number(),
  statusReplicas: z.number().optional(),
  metrics: z.array(z.strictObject({ type: z.string(), ...metricFields })),
  pods,
  tolerance,
  recommendations: recommendations.nullable().optional(),
  downscaleStabilizationSeconds: z.number(),
  scaleUpLimitFactor: z.number(),
  scaleUpLimitMinimum: z.number(),
  scaleUpRules: rules.nullable().optional(),
  scaleDownRules: rules.nullable().optional(),
  scaleUpEvents: events.optional(),
  scaleDownEvents: events.optional(),
  ...readinessFields,
});

export const evaluateReconcile: Evaluator = (raw, kase) => {
  const input = readInput(reconcileInput, raw);
  const hasBehavior = (input.scaleUpRules ?? input.scaleDownRules ?? null) !== null;
  const look = {
    timeS: NOW_S,
    pods: input.pods,
    currentReplicas: input.currentReplicas,
    statusReplicas: input.statusReplicas ?? input.currentReplicas,
    tolerance: input.tolerance,
    readiness: readiness(input),
  };
  const proposals = (): readonly NamedProposal[] =>
    input.metrics.map((metric, index) => ({ name: `${metric.type} ${index}`, proposal: propose(metric, look) }));
  const result = reconcile(
    {
      minReplicas: input.minReplicas ?? 1,
      maxReplicas: input.maxReplicas,
      behavior: hasBehavior
        ? { scaleUp: input.scaleUpRules ?? DEFAULT_SCALE_UP, scaleDown: input.scaleDownRules ?? DEFAULT_SCALE_DOWN }
        : null,
      downscaleStabilizationS: input.downscaleStabilizationSeconds,
      scaleUpLimitFactor: input.scaleUpLimitFactor,
      scaleUpLimitMinimum: input.scaleUpLimitMinimum,
    },
    {
      recommendations:
        input.recommendations === null || input.recommendations === undefined
          ? null
          : toRecommendations(input.recommendations),
      scaleUpEvents: toEvents(input.scaleUpEvents ?? []),
      scaleDownEvents: toEvents(input.scaleDownEvents ?? []),
    },
    { timeS: NOW_S, currentReplicas: input.currentReplicas, proposals },
  );
  return {
    got: {
      replicas: result.desired,
      metricsError: result.metricsError !== undefined,
      scalingLimitedReason: result.condition ?? null,
      limit: result.limit?.name ?? null,
    },
    expected: kase.expected,
  };
};
