import { type AutoscalerCase, type Evaluator, UnreadableCase } from './autoscaling/case.js';
import { firstDifference } from './autoscaling/compare.js';
import {
  evaluateBehaviorRate,
  evaluateConvertWithRules,
  evaluateScaleDownLimit,
  evaluateScaleUpLimit,
  evaluateStabilise,
  evaluateStabiliseWithBehaviors,
  evaluateStoreScaleEvent,
} from './autoscaling/hpaBehavior.js';
import { evaluateGroupPods, evaluateReconcile, evaluateReplicaCalculator } from './autoscaling/hpaMetrics.js';
import {
  evaluateFallback,
  evaluateFormulaCase,
  evaluateModifierTriggerValue,
  evaluateRequestScale,
  evaluateScaledJob,
} from './autoscaling/keda.js';
import {
  evaluateDecider,
  evaluateMaxWindow,
  evaluateResolveTarget,
  evaluateTimeWindow,
  evaluateWeightedAverage,
  evaluateWindowAverage,
} from './autoscaling/knative.js';
import {
  evaluateAllowedDisruptions,
  evaluateBelowThreshold,
  evaluateBudgetIsActive,
  evaluateSaturation,
  evaluateSpotToSpot,
  evaluateStepScaling,
  evaluateTargets,
} from './autoscaling/nodes.js';
import {
  evaluateDelayLogic,
  evaluateFactors,
  evaluateGang,
  evaluateServe,
  evaluateTimeWeightedAverage,
} from './autoscaling/ray.js';
import {
  evaluateConfidence,
  evaluateHistogram,
  evaluateHistogramOptions,
  evaluateIntegerCpu,
  evaluateMargin,
  evaluateOomBump,
  evaluateRecommend,
} from './autoscaling/vpa.js';

export type { AutoscalerCase } from './autoscaling/case.js';

/** What became of a case. `why` names the first difference, or what could not be read. */
export interface CaseResult {
  readonly status: 'passed' | 'failed' | 'skipped';
  readonly got: unknown;
  readonly expected: unknown;
  readonly why: string;
}

const EVALUATORS: Readonly<Record<string, Evaluator>> = {
  'hpa.replicaCalculator': evaluateReplicaCalculator,
  'hpa.groupPods': evaluateGroupPods,
  'hpa.reconcile': evaluateReconcile,
  'hpa.behaviorRate': evaluateBehaviorRate,
  'hpa.stabilizeRecommendation': evaluateStabilise,
  'hpa.stabilizeRecommendationWithBehaviors': evaluateStabiliseWithBehaviors,
  'hpa.convertDesiredReplicasWithRules': evaluateConvertWithRules,
  'hpa.scaleUpLimit': evaluateScaleUpLimit,
  'hpa.scaleDownLimit': evaluateScaleDownLimit,
  'hpa.storeScaleEvent': evaluateStoreScaleEvent,
  'keda.requestScale': evaluateRequestScale,
  'keda.fallback': evaluateFallback,
  'keda.scaledJob': evaluateScaledJob,
  'keda.modifierTriggerValue': evaluateModifierTriggerValue,
  'keda.formula': evaluateFormulaCase,
  'knative.decider': evaluateDecider,
  'knative.maxWindow': evaluateMaxWindow,
  'knative.timeWindow': evaluateTimeWindow,
  'knative.resolveTarget': evaluateResolveTarget,
  'knative.windowAverage': evaluateWindowAverage,
  'knative.weightedAverage': evaluateWeightedAverage,
  'ray.serve': evaluateServe,
  'ray.applyDelayLogic': evaluateDelayLogic,
  'ray.applyScalingFactors': evaluateFactors,
  'ray.gang': evaluateGang,
  'ray.timeWeightedAverage': evaluateTimeWeightedAverage,
  'vpa.histogram': evaluateHistogram,
  'vpa.histogramOptions': evaluateHistogramOptions,
  'vpa.confidenceMultiplier': evaluateConfidence,
  'vpa.margin': evaluateMargin,
  'vpa.safetyMargin': evaluateMargin,
  'vpa.integerCpu': evaluateIntegerCpu,
  'vpa.oomBump': evaluateOomBump,
  'vpa.recommend': evaluateRecommend,
  'karpenter.allowedDisruptions': evaluateAllowedDisruptions,
  'karpenter.budgetIsActive': evaluateBudgetIsActive,
  'karpenter.spotToSpot': evaluateSpotToSpot,
  'clusterAutoscaler.belowThreshold': evaluateBelowThreshold,
  'aws.stepScaling': evaluateStepScaling,
  'wva.saturation': evaluateSaturation,
  'wva.targets': evaluateTargets,
};

/**
 * Runs one reference decision through our autoscalers and compares. A kind or an input field that we do not know is
 * skipped with its name, never counted as passed.
 */
export function evaluateAutoscalerCase(kase: AutoscalerCase): CaseResult {
  const evaluator = Object.hasOwn(EVALUATORS, kase.kind) ? EVALUATORS[kase.kind] : undefined;
  if (evaluator === undefined) return skipped(kase, `unknown kind ${kase.kind}`);
  try {
    const evaluated = evaluator(kase.input, kase);
    if (!('steps' in evaluated)) {
      const difference = firstDifference(evaluated.got, evaluated.expected, evaluated.tolerances);
      return result(difference, evaluated.got, evaluated.expected);
    }
    if (evaluated.steps.length === 0) return skipped(kase, 'the case checks nothing');
    for (const [index, step] of evaluated.steps.entries()) {
      const difference = firstDifference(step.got, step.expected, evaluated.tolerances);
      if (difference !== null) return result(`step ${index + 1}: ${difference}`, step.got, step.expected);
    }
    return result(
      null,
      evaluated.steps.map((step) => step.got),
      evaluated.steps.map((step) => step.expected),
    );
  } catch (error) {
    if (error instanceof UnreadableCase) return skipped(kase, error.message);
    throw error;
  }
}

function result(difference: string | null, got: unknown, expected: unknown): CaseResult {
  return { status: difference === null ? 'passed' : 'failed', got, expected, why: difference ?? 'as expected' };
}

function skipped(kase: AutoscalerCase, why: string): CaseResult {
  return { status: 'skipped', got: null, expected: kase.expected ?? null, why };
}
