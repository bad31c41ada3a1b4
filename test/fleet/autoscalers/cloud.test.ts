import { describe, expect, it } from 'vitest';
import { concurrencyPolicy, fromZeroPolicy, invocationsPolicy } from '../../../src/fleet/autoscalers/aws/sagemaker.js';
import {
  decideStep,
  INITIAL_STEP_STATE,
  percentInInstances,
  type StepScalingPolicy,
  type StepScalingState,
  stepScaling,
} from '../../../src/fleet/autoscalers/aws/stepScaling.js';
import {
  APPLICATION_SHAPE,
  decideTargetTracking,
  EC2_SHAPE,
  INITIAL_TARGET_STATE,
  type TargetTrackingPolicy,
  type TargetTrackingState,
} from '../../../src/fleet/autoscalers/aws/targetTracking.js';
import {
  decideScaleSet,
  INITIAL_SCALE_SET_STATE,
  type ScaleRule,
  type ScaleSetPolicy,
  type ScaleSetState,
} from '../../../src/fleet/autoscalers/azure/scaleSet.js';
import {
  decideMig,
  INITIAL_MIG_STATE,
  type MigPolicy,
  type MigState,
} from '../../../src/fleet/autoscalers/gcp/managedInstanceGroup.js';
import type { Decision, Observation } from '../../../src/fleet/autoscalers/types.js';

function observe(timeS: number, replicas: number, metrics: Record<string, number | null>): Observation {
  return { timeS, currentReplicas: replicas, readyReplicas: replicas, unreadyReplicas: 0, metrics };
}

/** Follows an autoscaler over values of metric `m`, one look every `stepS`. */
function follow<State, Policy>(
  decide: (state: State, observation: Observation, policy: Policy) => Decision<State>,
  initial: State,
  policy: Policy,
  start: number,
  stepS: number,
  values: readonly (number | null)[],
): readonly number[] {
  let state = initial;
  let replicas = start;
  return values.map((m, index) => {
    const decision = decide(state, observe(index * stepS, replicas, { m }), policy);
    state = decision.state;
    replicas = decision.desired;
    return replicas;
  });
}

const repeat = <T>(value: T, times: number): readonly T[] => new Array<T>(times).fill(value);

describe('AWS step scaling', () => {
  const policy: StepScalingPolicy = {
    kind: 'aws-step',
    metric: 'm',
    threshold: 50,
    adjustmentType: 'PercentChangeInCapacity',
    steps: [
      { lower: 0, upper: 10, adjustment: 0 },
      { lower: 10, upper: 20, adjustment: 10 },
      { lower: 20, upper: null, adjustment: 30 },
    ],
    minAdjustmentMagnitude: null,
    min: 1,
    max: 100,
    warmupS: 300,
    evaluationPeriods: 1,
  };
  const capacity = (
    metric: number,
    currentCapacity: number,
    warmingInstances = 0,
    changes: Partial<StepScalingPolicy> = {},
  ): number => stepScaling({ ...policy, ...changes }, { metric, currentCapacity, warmingInstances }).newCapacity;

  it('rounds towards zero beyond one instance and away from zero below one', () => {
    expect([12.7, 0.4, -0.4, -6.67].map((percent) => percentInInstances(100, percent))).toEqual([12, 1, -1, -6]);
  });

  it('gives the lower bound to the step above the threshold, the upper one below it', () => {
    expect(capacity(60, 10)).toBe(11);
    expect(capacity(59.9, 10)).toBe(10);
    const down = [
      { lower: -10, upper: 0, adjustment: 0 },
      { lower: null, upper: -10, adjustment: -10 },
    ];
    expect(capacity(40, 10, 0, { steps: down })).toBe(9);
    expect(capacity(40.1, 10, 0, { steps: down })).toBe(10);
  });

  it('adds instances once for repeated breaches of the same step', () => {
    expect(capacity(62, 11, 1)).toBe(11);
    expect(capacity(70, 11, 1)).toBe(13);
  });

  it('does not scale in while instances warm up', () => {
    const down = [{ lower: null, upper: 0, adjustment: -50 }];
    expect(capacity(40, 10, 1, { steps: down })).toBe(10);
    expect(capacity(40, 10, 0, { steps: down })).toBe(5);
  });

  it('moves by the minimal magnitude and within the bounds', () => {
    expect(capacity(60, 10, 0, { minAdjustmentMagnitude: 3 })).toBe(13);
    expect(capacity(60, 10, 0, { max: 10 })).toBe(10);
    expect(capacity(60, 10, 0, { adjustmentType: 'ExactCapacity' })).toBe(10);
  });

  it('keeps its capacity without data and remembers what warms up', () => {
    expect(
      follow<StepScalingState, StepScalingPolicy>(decideStep, INITIAL_STEP_STATE, policy, 10, 60, [62, 62, null, 70]),
    ).toEqual([11, 11, 11, 13]);
  });
});

describe('AWS target tracking, as a model', () => {
  const policy: TargetTrackingPolicy = {
    kind: 'aws-target',
    targets: [{ metric: 'm', target: 50 }],
    shape: EC2_SHAPE,
    disableScaleIn: false,
    min: 1,
    max: 20,
  };
  const track = (
    values: readonly (number | null)[],
    start = 4,
    changes: Partial<TargetTrackingPolicy> = {},
  ): readonly number[] =>
    follow<TargetTrackingState, TargetTrackingPolicy>(
      decideTargetTracking,
      INITIAL_TARGET_STATE,
      { ...policy, ...changes },
      start,
      60,
      values,
    );

  it('scales out in proportion after three minutes above the target', () => {
    expect(track(repeat(90, 5)).slice(0, 5)).toEqual([4, 4, 4, 8, 15]);
  });

  it('scales in after fifteen minutes below 70 % of it', () => {
    const counts = track(repeat(20, 17));
    expect(counts.slice(0, 15)).toEqual(repeat(4, 15));
    expect(counts[15]).toBe(2);
    expect(track(repeat(40, 40)).at(-1)).toBe(4);
  });

  it('does not scale in on missing data, or where it is switched off', () => {
    expect(track([...repeat(20, 14), null, null, ...repeat(20, 5)]).at(-1)).toBe(4);
    expect(track(repeat(20, 30), 4, { disableScaleIn: true }).at(-1)).toBe(4);
  });

  it('waits for the cooldowns of Application Auto Scaling', () => {
    const counts = track(repeat(90, 12), 4, { shape: APPLICATION_SHAPE });
    expect(counts.filter((count, index) => count !== counts[index - 1]).length).toBe(3);
  });
});

describe('SageMaker', () => {
  it('aims at half the measured rate, in invocations a minute', () => {
    const policy = invocationsPolicy({ maxRatePerS: 20, safetyFactor: 0.5, min: 1, max: 4 });
    expect(policy.targets).toEqual([{ metric: 'SageMakerVariantInvocationsPerInstance', target: 600 }]);
    expect(concurrencyPolicy({ min: 1, max: 4 }, 5, 'Model').shape.periodS).toBe(10);
  });

  it('leaves zero by a step policy', () => {
    const policy = fromZeroPolicy({ max: 4 });
    expect(decideStep(INITIAL_STEP_STATE, observe(0, 0, { NoCapacityInvocationFailures: 1 }), policy).desired).toBe(1);
  });
});

describe('Google managed instance groups', () => {
  const policy: MigPolicy = {
    kind: 'gcp-mig',
    signals: [{ metric: 'm', kind: 'average', target: 0.6 }],
    min: 1,
    max: 10,
    stabilizationS: 600,
    scaleInControl: null,
    schedules: [],
    originMs: Date.UTC(2026, 0, 5),
  };
  const run = (values: readonly number[], changes: Partial<MigPolicy> = {}): readonly number[] =>
    follow<MigState, MigPolicy>(decideMig, INITIAL_MIG_STATE, { ...policy, ...changes }, 4, 60, values);

  it('grow at once and shrink to the peak need of ten minutes', () => {
    const counts = run([0.9, ...repeat(0.1, 14)]);
    expect(counts[0]).toBe(6);
    expect(counts.slice(0, 10)).toEqual(repeat(6, 10));
    expect(counts.at(-1)).toBe(1);
  });

  it('remove no more than the scale-in control allows', () => {
    const controlled = run([0.9, ...repeat(0.1, 14)], { scaleInControl: { windowS: 600, maxRemoved: { fixed: 1 } } });
    expect(controlled[10]).toBe(5);
  });

  it('hold the minimum of an open schedule', () => {
    const schedules = [{ name: 'morning', cron: '0 0 * * MON', timeZone: 'UTC', durationS: 300, replicas: 7 }];
    expect(run(repeat(0.1, 20), { schedules }).slice(0, 5)).toEqual([7, 7, 7, 7, 7]);
    expect(run(repeat(0.1, 20), { schedules }).at(-1)).toBe(1);
  });
});

describe('Azure scale sets', () => {
  const rule = (
    direction: 'Increase' | 'Decrease',
    operator: ScaleRule['operator'],
    threshold: number,
    metric = 'm',
  ): ScaleRule => ({
    metric,
    operator,
    threshold,
    timeWindowS: 300,
    timeAggregation: 'Average',
    direction,
    type: 'ChangeCount',
    value: 1,
    cooldownS: 300,
  });
  const policy: ScaleSetPolicy = {
    kind: 'azure-vmss',
    min: 1,
    max: 5,
    default: 2,
    rules: [rule('Increase', 'GreaterThan', 70), rule('Decrease', 'LessThan', 30)],
  };
  const run = (values: readonly number[], start: number, rules = policy.rules): readonly number[] =>
    follow<ScaleSetState, ScaleSetPolicy>(
      decideScaleSet,
      INITIAL_SCALE_SET_STATE,
      { ...policy, rules },
      start,
      60,
      values,
    );

  it('scale out on any rule and cool down', () => {
    expect(run(repeat(90, 7), 2)).toEqual([3, 3, 3, 3, 3, 4, 4]);
    const two = [...policy.rules, rule('Increase', 'GreaterThan', 1, 'other')];
    expect(
      decideScaleSet(INITIAL_SCALE_SET_STATE, observe(0, 2, { m: 50, other: 5 }), { ...policy, rules: two }).desired,
    ).toBe(3);
  });

  it('scale in only if all rules agree', () => {
    const two = [...policy.rules, rule('Decrease', 'LessThan', 1, 'other')];
    const decide = (other: number): number =>
      decideScaleSet(INITIAL_SCALE_SET_STATE, observe(0, 4, { m: 10, other }), { ...policy, rules: two }).desired;
    expect([decide(5), decide(0)]).toEqual([4, 3]);
  });

  it('skip a scale-in that would scale out again', () => {
    const narrow = [rule('Increase', 'GreaterThan', 50), rule('Decrease', 'LessThan', 40)];
    // 39 over two machines is 78 on one
    expect(run([39], 2, narrow)).toEqual([2]);
    expect(run([20], 2, narrow)).toEqual([1]);
  });
});
