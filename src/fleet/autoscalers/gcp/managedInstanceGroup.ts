import { openWindows, type ScheduledWindow } from '../schedule.js';
import {
  ceilCount,
  changeInWords,
  clamp,
  type Decision,
  type MetricProposal,
  metricValue,
  type Observation,
} from '../types.js';

/** Autoscaler of a managed instance group (Google Cloud documentation, "Autoscaling groups of instances", read 2026). */
export interface MigSignal {
  readonly metric: string;
  /** `average`: the metric is a mean over serving VMs; `total`: one number for the group (single instance assignment). */
  readonly kind: 'average' | 'total';
  readonly target: number;
}

export interface MigPolicy {
  readonly kind: 'gcp-mig';
  readonly signals: readonly MigSignal[];
  readonly min: number;
  readonly max: number;
  /** Scale-in follows the peak need of this period (10 min, fixed by Google). */
  readonly stabilizationS: number;
  /** Caps removals relative to the peak size of a window; null without a control. */
  readonly scaleInControl: {
    readonly windowS: number;
    readonly maxRemoved: { readonly fixed: number } | { readonly percent: number };
  } | null;
  /** Minimum counts by the clock. */
  readonly schedules: readonly ScheduledWindow[];
  /** Wall clock (epoch milliseconds) at time 0, for the schedules. */
  readonly originMs: number;
}

export const MIG_STABILIZATION_S = 600;

export interface MigState {
  readonly needs: readonly { readonly atS: number; readonly size: number }[];
  readonly sizes: readonly { readonly atS: number; readonly size: number }[];
}

export const INITIAL_MIG_STATE: MigState = { needs: [], sizes: [] };

/** One look: the largest signal, held at the peak of the stabilisation period, then scale-in control, schedules and bounds. */
export function decideMig(state: MigState, observation: Observation, policy: MigPolicy): Decision<MigState> {
  const { timeS, currentReplicas: current } = observation;
  const proposals = policy.signals.map((signal) => propose(signal, observation));
  const answers = proposals.flatMap((each) => (each.replicas === null ? [] : [each.replicas]));
  // Without any reading the group keeps its size.
  const need = answers.length === 0 ? current : Math.max(...answers);
  const needs = [...state.needs.filter((past) => past.atS > timeS - policy.stabilizationS), { atS: timeS, size: need }];
  const controlS = policy.scaleInControl?.windowS ?? 0;
  const sizes = [...state.sizes.filter((past) => past.atS > timeS - controlS), { atS: timeS, size: current }];

  const peakNeed = Math.max(...needs.map((past) => past.size));
  let desired = peakNeed;
  let limit =
    peakNeed > need && need < current
      ? { name: 'stabilization period', why: 'the peak need of the period applies' }
      : undefined;
  const floor = scaleInFloor(policy, sizes);
  if (desired < floor) {
    desired = floor;
    limit = { name: 'scale-in control', why: `at most so many VMs go within ${controlS} s` };
  }
  const scheduled = Math.max(
    0,
    ...openWindows(policy.schedules, policy.originMs + timeS * 1000).map((window) => window.replicas),
  );
  if (desired < scheduled) {
    desired = scheduled;
    limit = { name: 'scaling schedule', why: `a schedule asks for at least ${scheduled}` };
  }
  const bounded = clamp(desired, policy.min, policy.max);
  if (bounded !== desired)
    limit = {
      name: bounded < desired ? 'max_replicas' : 'min_replicas',
      why: `between ${policy.min} and ${policy.max}`,
    };
  return {
    desired: bounded,
    state: { needs, sizes },
    explanation: {
      proposals,
      ...(limit === undefined ? {} : { limit }),
      words: `${changeInWords(current, bounded)}: ${limit?.why ?? 'the largest signal leads'}.`,
    },
  };
}

function propose(signal: MigSignal, observation: Observation): MetricProposal {
  const value = metricValue(observation, signal.metric) ?? null;
  const base = { metric: signal.metric, value, target: signal.target };
  if (value === null) return { ...base, replicas: null, why: 'no data' };
  // VMs that still initialise are left out of the mean, and so out of the count that it stands for.
  const total = signal.kind === 'average' ? value * observation.readyReplicas : value;
  return {
    ...base,
    replicas: ceilCount(total / signal.target),
    why: `load ${total} over ${signal.target} for each VM`,
  };
}

function scaleInFloor(policy: MigPolicy, sizes: MigState['sizes']): number {
  const control = policy.scaleInControl;
  if (control === null) return 0;
  const peak = Math.max(...sizes.map((past) => past.size));
  const removable =
    'fixed' in control.maxRemoved ? control.maxRemoved.fixed : Math.floor((peak * control.maxRemoved.percent) / 100);
  return peak - removable;
}
