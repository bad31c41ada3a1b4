import { decideStep, INITIAL_STEP_STATE, type StepScalingState } from './aws/stepScaling.js';
import { decideTargetTracking, INITIAL_TARGET_STATE, type TargetTrackingState } from './aws/targetTracking.js';
import { decideScaleSet, INITIAL_SCALE_SET_STATE, type ScaleSetState } from './azure/scaleSet.js';
import { decideMig, INITIAL_MIG_STATE, type MigState } from './gcp/managedInstanceGroup.js';
import { decideHpa } from './hpa/policy.js';
import { type HpaState, INITIAL_HPA_STATE } from './hpa/reconcile.js';
import { decideKeda, initialKedaState, type KedaState } from './keda/policy.js';
import { decideKnative, initialKnativeState, type KnativeState } from './knative/policy.js';
import type { AutoscalerPolicy } from './policy.js';
import { decidePredictive, INITIAL_PREDICTIVE_STATE, type PredictiveState } from './predictive.js';
import { decideRay, INITIAL_RAY_STATE, type RayState } from './ray/policy.js';
import { decideSchedule } from './schedule.js';
import type { Decision, Explanation, Observation } from './types.js';
import { decideWva } from './wva/policy.js';

/** The state of any autoscaler, tagged with the policy kind that it belongs to. */
export type AutoscalerState =
  | { readonly kind: 'hpa'; readonly state: HpaState }
  | { readonly kind: 'keda'; readonly state: KedaState }
  | { readonly kind: 'knative'; readonly state: KnativeState }
  | { readonly kind: 'ray'; readonly state: RayState }
  | { readonly kind: 'aws-step'; readonly state: StepScalingState }
  | { readonly kind: 'aws-target'; readonly state: TargetTrackingState }
  | { readonly kind: 'gcp-mig'; readonly state: MigState }
  | { readonly kind: 'azure-vmss'; readonly state: ScaleSetState }
  | { readonly kind: 'predictive'; readonly state: PredictiveState }
  | { readonly kind: 'schedule'; readonly state: null }
  | { readonly kind: 'wva'; readonly state: null };

/** The state before the first look. */
export function initialState(policy: AutoscalerPolicy, first: Observation): AutoscalerState {
  switch (policy.kind) {
    case 'hpa':
      return { kind: policy.kind, state: INITIAL_HPA_STATE };
    case 'keda':
      return { kind: policy.kind, state: initialKedaState(first.timeS) };
    case 'knative':
      return { kind: policy.kind, state: initialKnativeState(policy, first) };
    case 'ray':
      return { kind: policy.kind, state: INITIAL_RAY_STATE };
    case 'aws-step':
      return { kind: policy.kind, state: INITIAL_STEP_STATE };
    case 'aws-target':
      return { kind: policy.kind, state: INITIAL_TARGET_STATE };
    case 'gcp-mig':
      return { kind: policy.kind, state: INITIAL_MIG_STATE };
    case 'azure-vmss':
      return { kind: policy.kind, state: INITIAL_SCALE_SET_STATE };
    case 'predictive':
      return { kind: policy.kind, state: INITIAL_PREDICTIVE_STATE };
    case 'schedule':
    case 'wva':
      return { kind: policy.kind, state: null };
  }
}

export interface AutoscalerDecision {
  readonly desired: number;
  readonly explanation: Explanation;
  readonly state: AutoscalerState;
}

/**
 * One look of any autoscaler: (state, observation, policy) → decision. Pure. Throws if the state belongs to another kind
 * of policy, which is a bug of the caller.
 */
export function decide(policy: AutoscalerPolicy, state: AutoscalerState, observation: Observation): AutoscalerDecision {
  if (policy.kind === 'hpa' && state.kind === 'hpa') return tagged('hpa', decideHpa(state.state, observation, policy));
  if (policy.kind === 'keda' && state.kind === 'keda')
    return tagged('keda', decideKeda(state.state, observation, policy));
  if (policy.kind === 'knative' && state.kind === 'knative')
    return tagged('knative', decideKnative(state.state, observation, policy));
  if (policy.kind === 'ray' && state.kind === 'ray') return tagged('ray', decideRay(state.state, observation, policy));
  if (policy.kind === 'aws-step' && state.kind === 'aws-step')
    return tagged('aws-step', decideStep(state.state, observation, policy));
  if (policy.kind === 'aws-target' && state.kind === 'aws-target')
    return tagged('aws-target', decideTargetTracking(state.state, observation, policy));
  if (policy.kind === 'gcp-mig' && state.kind === 'gcp-mig')
    return tagged('gcp-mig', decideMig(state.state, observation, policy));
  if (policy.kind === 'azure-vmss' && state.kind === 'azure-vmss')
    return tagged('azure-vmss', decideScaleSet(state.state, observation, policy));
  if (policy.kind === 'predictive' && state.kind === 'predictive')
    return tagged('predictive', decidePredictive(state.state, observation, policy));
  if (policy.kind === 'schedule' && state.kind === 'schedule')
    return tagged('schedule', decideSchedule(null, observation, policy));
  if (policy.kind === 'wva' && state.kind === 'wva') return tagged('wva', decideWva(null, observation, policy));
  throw new Error(`a state of ${state.kind} cannot serve a policy of ${policy.kind}`);
}

type StateOf<Kind extends AutoscalerState['kind']> = (AutoscalerState & { readonly kind: Kind })['state'];

function tagged<Kind extends AutoscalerState['kind']>(
  kind: Kind,
  decision: Decision<StateOf<Kind>>,
): AutoscalerDecision {
  return {
    desired: decision.desired,
    explanation: decision.explanation,
    state: { kind, state: decision.state } as AutoscalerState,
  };
}
