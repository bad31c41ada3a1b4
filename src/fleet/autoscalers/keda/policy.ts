import { decideHpa, type HpaMetric, type HpaPolicy } from '../hpa/policy.js';
import { type HpaState, INITIAL_HPA_STATE } from '../hpa/reconcile.js';
import { type Behavior, CONTROLLER_DEFAULTS } from '../hpa/types.js';
import { changeInWords, type Decision, type Observation } from '../types.js';
import { type ActivationPolicy, type PauseAnnotations, requestScale } from './activation.js';
import type { Fallback } from './fallback.js';
import type { ScalingModifiers } from './scalingModifiers.js';
import { type Readings, readTriggers } from './triggers.js';

/** Defaults of the ScaledObject spec (keda.sh/docs, ScaledObject specification, read 2026). */
export const KEDA_DEFAULTS = {
  pollingIntervalS: 30,
  cooldownPeriodS: 300,
  initialCooldownPeriodS: 0,
  minReplicaCount: 0,
  maxReplicaCount: 100,
} as const;

export interface Trigger {
  /** Name of the HPA metric and of the variable in a formula. */
  readonly name: string;
  /** Names under which the observation may hold the value; the first that is present counts. */
  readonly observedAs: readonly string[];
  readonly type: string;
  readonly metricType: 'AverageValue' | 'Value' | 'Utilization';
  readonly target: number;
  /** The trigger is active strictly above this. */
  readonly activationThreshold: number;
}

export interface KedaPolicy extends Omit<ActivationPolicy, 'fallbackReplicas' | 'pause'> {
  readonly kind: 'keda';
  readonly pollingIntervalS: number;
  readonly maxReplicaCount: number;
  readonly triggers: readonly Trigger[];
  readonly fallback: Fallback | null;
  readonly scalingModifiers: ScalingModifiers | null;
  readonly behavior: Behavior | null;
  readonly pause: PauseAnnotations;
}

export interface KedaState {
  readonly createdAtS: number;
  /** Null: no trigger has been active yet. Stamped at polls only. */
  readonly lastActiveAtS: number | null;
  readonly lastPollAtS: number | null;
  /** Failures in a row, by trigger. */
  readonly failures: Readonly<Record<string, number>>;
  readonly hpa: HpaState;
}

export function initialKedaState(timeS: number): KedaState {
  return { createdAtS: timeS, lastActiveAtS: null, lastPollAtS: null, failures: {}, hpa: INITIAL_HPA_STATE };
}

/**
 * One HPA sync of a ScaledObject, with KEDA's poll before it when one is due.
 *
 * Activity is stamped at polls, so a model that loads for longer than the cooldown is taken down to zero again before it
 * serves if its trigger falls silent meanwhile.
 */
export function decideKeda(state: KedaState, observation: Observation, policy: KedaPolicy): Decision<KedaState> {
  const current = observation.currentReplicas;
  const isPollDue = state.lastPollAtS === null || observation.timeS - state.lastPollAtS >= policy.pollingIntervalS;
  const readings = readTriggers(policy, state.failures, observation);
  const sampled: KedaState = { ...state, failures: readings.failures };
  if (isPollDue) {
    const polled = poll(sampled, observation, policy, readings);
    if (polled.desired !== current) return polled;
    return isHandedToHpa(policy, current) ? syncHpa(polled.state, observation, policy, readings) : polled;
  }
  if (isHandedToHpa(policy, current)) return syncHpa(sampled, observation, policy, readings);
  return {
    desired: current,
    state: sampled,
    explanation: {
      proposals: readings.proposals,
      words: `${changeInWords(current, current)}: waits for the next poll.`,
    },
  };
}

function isHandedToHpa(policy: KedaPolicy, current: number): boolean {
  return current > 0 && !policy.pause.isPaused && policy.pause.pausedReplicas === null;
}

function poll(state: KedaState, observation: Observation, policy: KedaPolicy, readings: Readings): Decision<KedaState> {
  const activation = requestScale(
    { ...policy, fallbackReplicas: policy.fallback?.replicas ?? null },
    {
      currentReplicas: observation.currentReplicas,
      isActive: readings.isActive,
      isError: readings.isError,
      lastActiveSecondsAgo: state.lastActiveAtS === null ? null : observation.timeS - state.lastActiveAtS,
      createdSecondsAgo: observation.timeS - state.createdAtS,
    },
  );
  return {
    desired: activation.replicas,
    state: {
      ...state,
      lastPollAtS: observation.timeS,
      lastActiveAtS: activation.marksActive ? observation.timeS : state.lastActiveAtS,
    },
    explanation: {
      proposals: readings.proposals,
      ...(activation.replicas === observation.currentReplicas
        ? {}
        : { limit: { name: 'KEDA activation', why: activation.why } }),
      words: `${changeInWords(observation.currentReplicas, activation.replicas)}: ${activation.why}.`,
    },
  };
}

/** The HPA that KEDA creates; its minimum is at least 1, below that KEDA itself decides. */
function syncHpa(
  state: KedaState,
  observation: Observation,
  policy: KedaPolicy,
  readings: Readings,
): Decision<KedaState> {
  const hpa: HpaPolicy = {
    kind: 'hpa',
    minReplicas: Math.max(1, policy.minReplicaCount),
    maxReplicas: policy.maxReplicaCount,
    behavior: pausedBehavior(policy),
    tolerance: CONTROLLER_DEFAULTS.tolerance,
    readiness: CONTROLLER_DEFAULTS,
    syncPeriodS: CONTROLLER_DEFAULTS.syncPeriodS,
    downscaleStabilizationS: CONTROLLER_DEFAULTS.downscaleStabilizationS,
    scaleUpLimitFactor: CONTROLLER_DEFAULTS.scaleUpLimitFactor,
    scaleUpLimitMinimum: CONTROLLER_DEFAULTS.scaleUpLimitMinimum,
    metrics: readings.metrics as readonly HpaMetric[],
  };
  const decision = decideHpa(state.hpa, { ...observation, metrics: readings.values }, hpa);
  const notes = new Map(readings.proposals.map((proposal) => [proposal.metric, proposal.why]));
  return {
    desired: decision.desired,
    state: { ...state, hpa: decision.state },
    explanation: {
      ...decision.explanation,
      proposals: decision.explanation.proposals.map((proposal) => {
        const note = notes.get(proposal.metric);
        return note === undefined ? proposal : { ...proposal, why: `${proposal.why} (${note})` };
      }),
    },
  };
}

/** Pausing one direction disables it in the HPA. */
function pausedBehavior(policy: KedaPolicy): Behavior | null {
  const { behavior, pause } = policy;
  if (behavior === null || (!pause.isScaleInPaused && !pause.isScaleOutPaused)) return behavior;
  return {
    scaleUp: pause.isScaleOutPaused ? { ...behavior.scaleUp, selectPolicy: 'Disabled' } : behavior.scaleUp,
    scaleDown: pause.isScaleInPaused ? { ...behavior.scaleDown, selectPolicy: 'Disabled' } : behavior.scaleDown,
  };
}
