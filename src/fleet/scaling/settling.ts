import { CONTROLLER_DEFAULTS } from '../autoscalers/hpa/types.js';
import type { AutoscalerPolicy } from '../autoscalers/policy.js';

/** Seconds for which a policy keeps replicas that the load no longer needs: windows, delays and cooldowns before it scales in. */
export function scaleInDelayS(policy: AutoscalerPolicy): number {
  switch (policy.kind) {
    case 'hpa':
      return policy.behavior?.scaleDown.stabilizationWindowSeconds ?? policy.downscaleStabilizationS;
    case 'keda':
      return policy.behavior?.scaleDown.stabilizationWindowSeconds ?? CONTROLLER_DEFAULTS.downscaleStabilizationS;
    case 'knative':
      return policy.spec.stableWindowSeconds + policy.spec.scaleDownDelaySeconds;
    case 'ray':
      return policy.config.downscaleDelayS;
    case 'aws-target':
      return policy.shape.scaleInPeriods * policy.shape.periodS + policy.shape.scaleInCooldownS;
    case 'gcp-mig':
      return policy.stabilizationS;
    case 'azure-vmss':
      return Math.max(0, ...policy.rules.map(({ timeWindowS, cooldownS }) => timeWindowS + cooldownS));
    case 'aws-step':
      return policy.evaluationPeriods * 60;
    case 'predictive':
    case 'schedule':
    case 'wva':
      return 0;
  }
}
