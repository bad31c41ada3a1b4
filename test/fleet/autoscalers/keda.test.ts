import { describe, expect, it } from 'vitest';
import { readPauseAnnotations, requestScale } from '../../../src/fleet/autoscalers/keda/activation.js';
import { type Fallback, fallbackMetric } from '../../../src/fleet/autoscalers/keda/fallback.js';
import {
  decideKeda,
  initialKedaState,
  type KedaPolicy,
  type KedaState,
} from '../../../src/fleet/autoscalers/keda/policy.js';
import { jobsWanted, scaleJobs } from '../../../src/fleet/autoscalers/keda/scaledJob.js';
import { compositeMetric, modifierTriggerValue } from '../../../src/fleet/autoscalers/keda/scalingModifiers.js';
import type { Observation } from '../../../src/fleet/autoscalers/types.js';

const NO_PAUSE = readPauseAnnotations({});
const ACTIVATION = {
  minReplicaCount: 0,
  idleReplicaCount: null,
  cooldownPeriodS: 300,
  initialCooldownPeriodS: 60,
  fallbackReplicas: null,
  pause: NO_PAUSE,
};
const LOOK = {
  currentReplicas: 3,
  isActive: false,
  isError: false,
  lastActiveSecondsAgo: null,
  createdSecondsAgo: 1e6,
};

describe('activation', () => {
  const replicas = (
    policy: Partial<typeof ACTIVATION>,
    look: Partial<Omit<typeof LOOK, 'lastActiveSecondsAgo'>> & { lastActiveSecondsAgo?: number | null },
  ): number => requestScale({ ...ACTIVATION, ...policy }, { ...LOOK, ...look }).replicas;

  it('wakes a workload at zero to one, or to its minimum', () => {
    expect(replicas({}, { currentReplicas: 0, isActive: true })).toBe(1);
    expect(replicas({ minReplicaCount: 4 }, { currentReplicas: 0, isActive: true })).toBe(4);
  });

  it('takes it down strictly later than the cooldown', () => {
    expect(replicas({}, { lastActiveSecondsAgo: 300 })).toBe(3);
    expect(replicas({}, { lastActiveSecondsAgo: 300.1 })).toBe(0);
    expect(replicas({}, { createdSecondsAgo: 60 })).toBe(3);
    expect(replicas({}, { createdSecondsAgo: 61 })).toBe(0);
  });

  it('leaves what lies above a minimum to the HPA', () => {
    expect(replicas({ minReplicaCount: 2 }, {})).toBe(3);
    expect(replicas({ minReplicaCount: 5 }, {})).toBe(5);
  });

  it('goes to idle below the minimum, and back', () => {
    const idle = { minReplicaCount: 5, idleReplicaCount: 0 as number | null };
    expect(requestScale({ ...ACTIVATION, ...idle }, LOOK).replicas).toBe(0);
    expect(requestScale({ ...ACTIVATION, ...idle }, { ...LOOK, currentReplicas: 0, isActive: true }).replicas).toBe(5);
  });

  it('does not go to zero while a trigger fails', () => {
    expect(replicas({}, { isError: true })).toBe(3);
    expect(requestScale({ ...ACTIVATION, fallbackReplicas: 2 }, { ...LOOK, isError: true }).replicas).toBe(3);
  });

  it('obeys the pause annotations', () => {
    const paused = (annotations: Record<string, string>, look = {}): number =>
      requestScale({ ...ACTIVATION, pause: readPauseAnnotations(annotations) }, { ...LOOK, ...look }).replicas;
    expect(paused({ 'autoscaling.keda.sh/paused': 'true' })).toBe(3);
    expect(paused({ 'autoscaling.keda.sh/paused': 'false' })).toBe(0);
    expect(paused({ 'autoscaling.keda.sh/paused-replicas': '2' })).toBe(2);
    expect(paused({ 'autoscaling.keda.sh/paused-scale-in': 'true' })).toBe(3);
    expect(paused({ 'autoscaling.keda.sh/paused-scale-out': 'true' }, { currentReplicas: 0, isActive: true })).toBe(0);
    expect(paused({ 'autoscaling.keda.sh/force-activation': 'true' }, { currentReplicas: 0 })).toBe(1);
  });
});

describe('fallback', () => {
  const fallback: Fallback = { failureThreshold: 3, replicas: 10, behavior: 'static' };
  const target = { target: 7, metricType: 'AverageValue', currentReplicas: 4, readyReplicas: 4 } as const;

  it('starts with one failure more than the threshold', () => {
    expect(fallbackMetric(fallback, 2, target)).toMatchObject({ kind: 'error', failures: 3 });
    expect(fallbackMetric(fallback, 3, target)).toMatchObject({ kind: 'value', failures: 4, value: 70 });
  });

  it.each([
    ['currentReplicas', 4, 28],
    ['currentReplicasIfHigher', 4, 70],
    ['currentReplicasIfHigher', 12, 84],
    ['currentReplicasIfLower', 4, 28],
    ['currentReplicasIfLower', 12, 70],
  ] as const)('%s at %i replicas reports %i', (behavior, currentReplicas, value) => {
    expect(fallbackMetric({ ...fallback, behavior }, 3, { ...target, currentReplicas })).toMatchObject({ value });
  });

  it('spreads a Value over the ready replicas, and fails without any', () => {
    expect(fallbackMetric(fallback, 3, { ...target, metricType: 'Value' })).toMatchObject({ value: 17.5 });
    expect(fallbackMetric(fallback, 3, { ...target, metricType: 'Value', readyReplicas: 0 })).toMatchObject({
      kind: 'error',
    });
  });

  it('hands nil to a formula, or nothing at all where there is none', () => {
    expect(fallbackMetric({ ...fallback, behavior: 'scalingModifiers' }, 3, target)).toMatchObject({ kind: 'nil' });
    expect(fallbackMetric(null, 9, target)).toMatchObject({ kind: 'error' });
  });
});

describe('scaling modifiers', () => {
  it('read a trigger as nil above the threshold only', () => {
    expect(modifierTriggerValue(7, 3, 3)).toBe(7);
    expect(modifierTriggerValue(7, 4, 3)).toBeNull();
    expect(modifierTriggerValue(7, null, 3)).toBe(7);
  });

  it('truncate to thousandths, and fall back where every alternative failed', () => {
    expect(compositeMetric('a / 3', { a: 2 }, 1, null)).toMatchObject({ value: 0.666 });
    expect(compositeMetric('a ?? b', { a: null, b: null }, 3, 4)).toMatchObject({ value: 12 });
    expect(compositeMetric('a ?? b', { a: null, b: null }, 3, null)).toMatchObject({ ok: false });
  });
});

describe('ScaledJob', () => {
  const counts = {
    maxScale: 8,
    runningJobCount: 3,
    pendingJobCount: 2,
    maxReplicaCount: 10,
    minReplicaCount: 0,
    scaleTo: 8,
  };

  it.each([
    [{ strategy: 'default' }, 5],
    [{ strategy: 'accurate' }, 7],
    [{ strategy: 'eager' }, 5],
    [{ strategy: 'custom', queueLengthDeduction: 1, runningJobPercentage: 0.5 }, 6],
    [{ strategy: 'custom', queueLengthDeduction: 1, runningJobPercentage: null }, 5],
  ] as const)('%o creates %i jobs at most', (strategy, expected) => {
    expect(scaleJobs(strategy, counts).effectiveMaxScale).toBe(expected);
  });

  it('fills a minimum before anything else', () => {
    expect(scaleJobs({ strategy: 'default' }, { ...counts, minReplicaCount: 5 })).toEqual({
      effectiveMaxScale: 2,
      scaleTo: 2,
      created: 2,
    });
  });

  it('combines several queues', () => {
    const queues = [
      { queueLength: 10, targetAverageValue: 3 },
      { queueLength: 1, targetAverageValue: 1 },
    ];
    expect(['max', 'min', 'avg', 'sum'].map((how) => jobsWanted(queues, 20, how as 'max'))).toEqual([4, 1, 3, 5]);
  });
});

describe('a ScaledObject over time', () => {
  const policy: KedaPolicy = {
    kind: 'keda',
    pollingIntervalS: 30,
    cooldownPeriodS: 60,
    initialCooldownPeriodS: 0,
    minReplicaCount: 0,
    maxReplicaCount: 5,
    idleReplicaCount: null,
    triggers: [
      {
        name: 'queue',
        observedAs: ['queue'],
        type: 'prometheus',
        metricType: 'AverageValue',
        target: 10,
        activationThreshold: 0,
      },
    ],
    fallback: null,
    scalingModifiers: null,
    behavior: null,
    pause: NO_PAUSE,
  };

  function follow(values: readonly (number | null)[], chosen: KedaPolicy = policy, start = 0): readonly number[] {
    let state: KedaState = initialKedaState(0);
    let replicas = start;
    return values.map((queue, index) => {
      const observation: Observation = {
        timeS: index * 15,
        currentReplicas: replicas,
        readyReplicas: replicas,
        unreadyReplicas: 0,
        metrics: { queue },
      };
      const decision = decideKeda(state, observation, chosen);
      state = decision.state;
      replicas = decision.desired;
      return replicas;
    });
  }

  it('wakes at a poll, grows by the HPA, and sleeps after the cooldown', () => {
    const day = [0, 0, 35, 35, 35, ...new Array<number>(30).fill(0)];
    const counts = follow(day);
    expect(counts.slice(0, 6)).toEqual([0, 0, 1, 4, 4, 4]);
    // last active at 60 s; the first poll strictly later than 120 s is at 150 s
    expect(counts.slice(6, 11)).toEqual([4, 4, 4, 4, 0]);
  });

  it('is taken down before it serves when loading outlasts the cooldown', () => {
    // one request at 0 s, whose client gives up at 30 s; the model would be ready at 200 s
    expect(follow([1, 1, ...new Array<number>(8).fill(0)])).toEqual([1, 1, 1, 1, 1, 1, 0, 0, 0, 0]);
  });

  it('holds a fallback through a failure of the trigger', () => {
    const withFallback = { ...policy, fallback: { failureThreshold: 2, replicas: 3, behavior: 'static' } as const };
    expect(follow([20, 20, null, null, null, null, null], withFallback, 2).at(-1)).toBe(3);
  });

  it('scales on a formula of its triggers', () => {
    const composite: KedaPolicy = {
      ...policy,
      triggers: [...policy.triggers, { ...policy.triggers[0]!, name: 'other', observedAs: ['other'] }],
      scalingModifiers: { formula: 'max(queue, other)', target: 10, activationTarget: 0, metricType: 'AverageValue' },
    };
    const decision = decideKeda(
      { ...initialKedaState(0), lastPollAtS: 0 },
      { timeS: 15, currentReplicas: 2, readyReplicas: 2, unreadyReplicas: 0, metrics: { queue: 5, other: 38 } },
      composite,
    );
    expect(decision.desired).toBe(4);
  });
});
