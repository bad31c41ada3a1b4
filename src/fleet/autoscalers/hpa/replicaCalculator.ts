import { podMetricReplicas } from './podMetricReplicas.js';
import { totalMetricReplicas } from './totalMetricReplicas.js';
import type { CalculatorInput, CalculatorMetric, ReplicaProposal } from './types.js';

/**
 * Replicas that one metric asks for, before stabilisation and limits.
 *
 * Errors are values with the controller's words. Integer arithmetic is exact (bigint), ratios are IEEE doubles in
 * upstream's order of operations, so that ceilings agree to the last unit.
 * Source: kubernetes pkg/controller/podautoscaler/replica_calculator.go (master, 2026).
 */
export function replicasForMetric(metric: CalculatorMetric, input: CalculatorInput): ReplicaProposal {
  switch (metric.type) {
    case 'ResourceUtilization':
    case 'ContainerResourceUtilization':
    case 'ResourceAverageValue':
    case 'PodsAverageValue':
      return podMetricReplicas(metric, input);
    case 'ObjectValue':
    case 'ObjectAverageValue':
    case 'ExternalValue':
    case 'ExternalAverageValue':
      return totalMetricReplicas(metric, input);
  }
}
