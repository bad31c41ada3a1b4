import {
  ceilCount,
  changeInWords,
  clamp,
  type Decision,
  type MetricProposal,
  metricValue,
  type Observation,
} from '../types.js';

/**
 * Target tracking as a model: AWS publishes the outline, not the algorithm. The alarm shapes below come from independent
 * write-ups and differ between services, so all of them are parameters.
 */
export interface TargetTrackingShape {
  /** Length of an alarm period. */
  readonly periodS: number;
  /** Periods in a row above the target that scale out. */
  readonly scaleOutPeriods: number;
  /** Periods in a row below `scaleInShare × target` that scale in. */
  readonly scaleInPeriods: number;
  readonly scaleInShare: number;
  /** Application Auto Scaling waits between changes in the same direction; EC2 uses the warm-up instead (0 here). */
  readonly scaleOutCooldownS: number;
  readonly scaleInCooldownS: number;
  /** Seconds that a new instance counts as warming: as capacity, but not as a reason to scale in. */
  readonly warmupS: number;
}

/** EC2 groups: assumed from eight write-ups (2019–2025); the warm-up default is 300 s (AWS documentation, read 2026). */
export const EC2_SHAPE: TargetTrackingShape = {
  periodS: 60,
  scaleOutPeriods: 3,
  scaleInPeriods: 15,
  scaleInShare: 0.7,
  scaleOutCooldownS: 0,
  scaleInCooldownS: 0,
  warmupS: 300,
};

/** Application Auto Scaling (ECS, SageMaker, …): the share is assumed, cooldowns are documented (300 s, read 2026). */
export const APPLICATION_SHAPE: TargetTrackingShape = {
  ...EC2_SHAPE,
  scaleInShare: 0.9,
  scaleOutCooldownS: 300,
  scaleInCooldownS: 300,
  warmupS: 0,
};

export interface TrackedTarget {
  readonly metric: string;
  readonly target: number;
}

export interface TargetTrackingPolicy {
  readonly kind: 'aws-target';
  /** Several targets: out if any asks for it, in only if all do. */
  readonly targets: readonly TrackedTarget[];
  readonly shape: TargetTrackingShape;
  readonly disableScaleIn: boolean;
  readonly min: number;
  readonly max: number;
}

export interface TargetTrackingState {
  /** Start of the running period and its readings, by metric. */
  readonly periodStartS: number | null;
  readonly readings: Readonly<Record<string, readonly number[]>>;
  /** Periods in a row above the target and below the scale-in threshold, by metric. */
  readonly above: Readonly<Record<string, number>>;
  readonly below: Readonly<Record<string, number>>;
  /** Mean of the last complete period; null without data. */
  readonly latest: Readonly<Record<string, number | null>>;
  readonly lastScaleOutS: number | null;
  readonly lastScaleInS: number | null;
}

export const INITIAL_TARGET_STATE: TargetTrackingState = {
  periodStartS: null,
  readings: {},
  above: {},
  below: {},
  latest: {},
  lastScaleOutS: null,
  lastScaleInS: null,
};

/** One look. Alarms change at the ends of periods; scale-out is proportional and rounds up, scale-in too, so it errs high. */
export function decideTargetTracking(
  state: TargetTrackingState,
  observation: Observation,
  policy: TargetTrackingPolicy,
): Decision<TargetTrackingState> {
  const { timeS, currentReplicas: current } = observation;
  const startS = state.periodStartS ?? timeS;
  const isPeriodOver = timeS - startS >= policy.shape.periodS;
  const closed = isPeriodOver ? closePeriod(state, policy, timeS) : { ...state, periodStartS: startS };
  const sampled = { ...closed, readings: addReadings(closed.readings, observation, policy) };
  const proposals = policy.targets.map((target) => proposal(target, sampled, current, policy.shape));
  const wanted = isPeriodOver ? combine(proposals, sampled, policy, current) : current;
  const { desired, why } = withPauses(wanted, sampled, observation, policy);
  return {
    desired,
    state: {
      ...sampled,
      lastScaleOutS: desired > current ? timeS : sampled.lastScaleOutS,
      lastScaleInS: desired < current ? timeS : sampled.lastScaleInS,
    },
    explanation: {
      proposals,
      ...(desired === wanted ? {} : { limit: { name: 'target tracking', why } }),
      words: `${changeInWords(current, desired)}: ${desired === current && wanted === current ? 'no alarm asks for a change' : why}.`,
    },
  };
}

function addReadings(
  readings: TargetTrackingState['readings'],
  observation: Observation,
  policy: TargetTrackingPolicy,
): TargetTrackingState['readings'] {
  const added = policy.targets.flatMap(({ metric }) => {
    const value = metricValue(observation, metric) ?? null;
    return value === null ? [] : [[metric, [...(readings[metric] ?? []), value]] as const];
  });
  return { ...readings, ...Object.fromEntries(added) };
}

function closePeriod(state: TargetTrackingState, policy: TargetTrackingPolicy, timeS: number): TargetTrackingState {
  const above: Record<string, number> = {};
  const below: Record<string, number> = {};
  const latest: Record<string, number | null> = {};
  for (const { metric, target } of policy.targets) {
    const values = state.readings[metric] ?? [];
    const mean = values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
    latest[metric] = mean;
    // A period without data breaks both runs: missing data never scales in.
    above[metric] = mean !== null && mean > target ? (state.above[metric] ?? 0) + 1 : 0;
    below[metric] = mean !== null && mean < target * policy.shape.scaleInShare ? (state.below[metric] ?? 0) + 1 : 0;
  }
  return { ...state, periodStartS: timeS, readings: {}, above, below, latest };
}

function proposal(
  target: TrackedTarget,
  state: TargetTrackingState,
  current: number,
  shape: TargetTrackingShape,
): MetricProposal {
  const value = state.latest[target.metric] ?? null;
  const above = state.above[target.metric] ?? 0;
  const below = state.below[target.metric] ?? 0;
  const isAlarm = above >= shape.scaleOutPeriods || below >= shape.scaleInPeriods;
  return {
    metric: target.metric,
    value,
    target: target.target,
    replicas: value === null ? null : isAlarm ? ceilCount((current * value) / target.target) : current,
    why:
      value === null
        ? 'no data'
        : `${above} of ${shape.scaleOutPeriods} periods above, ${below} of ${shape.scaleInPeriods} below`,
  };
}

function combine(
  proposals: readonly MetricProposal[],
  state: TargetTrackingState,
  policy: TargetTrackingPolicy,
  current: number,
): number {
  const { scaleOutPeriods, scaleInPeriods } = policy.shape;
  const outward = proposals
    .filter((each) => (state.above[each.metric] ?? 0) >= scaleOutPeriods)
    .map((each) => each.replicas ?? current);
  if (outward.length > 0) return Math.max(current, ...outward);
  const isInward = proposals.length > 0 && proposals.every((each) => (state.below[each.metric] ?? 0) >= scaleInPeriods);
  if (!isInward || policy.disableScaleIn) return current;
  return Math.min(current, Math.max(...proposals.map((each) => each.replicas ?? current)));
}

function withPauses(
  wanted: number,
  state: TargetTrackingState,
  observation: Observation,
  policy: TargetTrackingPolicy,
): { readonly desired: number; readonly why: string } {
  const { currentReplicas: current, timeS } = observation;
  const { shape } = policy;
  const isWithin = (sinceS: number | null, periodS: number): boolean => sinceS !== null && timeS - sinceS < periodS;
  if (wanted > current && isWithin(state.lastScaleOutS, shape.scaleOutCooldownS))
    return { desired: current, why: 'scale-out cooldown' };
  if (wanted < current && isWithin(state.lastScaleInS, shape.scaleInCooldownS))
    return { desired: current, why: 'scale-in cooldown' };
  if (wanted < current && isWithin(state.lastScaleOutS, shape.warmupS))
    return { desired: current, why: 'instances warm up' };
  const desired = clamp(wanted, policy.min, policy.max);
  return {
    desired,
    why: desired === wanted ? 'an alarm asks for a change' : `the group holds ${policy.min} to ${policy.max}`,
  };
}
