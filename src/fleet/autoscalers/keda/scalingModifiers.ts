import { evaluateFormula } from './formula/evaluate.js';

/** Several triggers as one metric. Source: kedacore/keda pkg/scaling/modifiers/formula.go (2026). */
export interface ScalingModifiers {
  readonly formula: string;
  readonly target: number;
  readonly activationTarget: number;
  readonly metricType: 'AverageValue' | 'Value';
}

export type CompositeMetric =
  | { readonly ok: true; readonly value: number; readonly why: string }
  | { readonly ok: false; readonly error: string };

/** A trigger's value in the formula: nil once its failures in a row are **more** than the threshold. */
export function modifierTriggerValue(
  metric: number,
  failures: number | null,
  failureThreshold: number | null,
): number | null {
  if (failures === null || failureThreshold === null) return metric;
  return failures > failureThreshold ? null : metric;
}

/**
 * The composite metric: the formula over trigger values, truncated to thousandths. If the formula gives nil, the
 * fallback's replicas stand for it (`fallbackReplicas` × target); null means that there is no fallback.
 */
export function compositeMetric(
  formula: string,
  triggers: Readonly<Record<string, number | null>>,
  target: number,
  fallbackReplicas: number | null,
): CompositeMetric {
  const result = evaluateFormula(formula, triggers);
  if (!result.ok) return { ok: false, error: `error trying to run custom formula: ${result.error}` };
  if (result.value !== null) {
    return { ok: true, value: Math.trunc(result.value * 1000) / 1000, why: `formula ${formula}` };
  }
  if (fallbackReplicas === null) return { ok: false, error: 'the formula gives nil and there is no fallback' };
  return {
    ok: true,
    value: fallbackReplicas * target,
    why: `the formula gives nil: fallback to ${fallbackReplicas} replicas`,
  };
}
