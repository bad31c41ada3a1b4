import { describe, expect, it } from 'vitest';
import { type AutoscalerCase, evaluateAutoscalerCase } from '../../../src/validity/autoscalerConformance.js';

const LIMITS: AutoscalerCase = {
  id: 'own/doubling',
  kind: 'hpa.convertDesiredReplicasWithRules',
  input: {
    currentReplicas: 5,
    desiredReplicas: 40,
    minReplicas: 1,
    maxReplicas: 100,
    scaleUpLimitFactor: 2,
    scaleUpLimitMinimum: 4,
  },
  expected: { replicas: 10, condition: 'ScaleUpLimit' },
};

const RAY: AutoscalerCase = {
  id: 'own/upscale',
  kind: 'ray.serve',
  input: {
    policy: 'queueLength',
    config: { target_ongoing_requests: 2, upscale_delay_s: 1, downscale_delay_s: 60, smoothing_factor: 1 },
  },
  steps: [
    { t: 0, totalRequests: 8, currentReplicas: 1, targetReplicas: 1, expected: 1, repeat: 10 },
    { t: 1, totalRequests: 8, currentReplicas: 1, targetReplicas: 1, expected: 4 },
  ],
};

describe('a reference decision', () => {
  it('passes where our autoscaler agrees', () => {
    expect(evaluateAutoscalerCase(LIMITS)).toMatchObject({ status: 'passed', got: { replicas: 10 } });
    expect(evaluateAutoscalerCase(RAY).status).toBe('passed');
  });

  it('fails with the first difference', () => {
    const wrong = { ...LIMITS, expected: { replicas: 11, condition: 'ScaleUpLimit' } };
    expect(evaluateAutoscalerCase(wrong)).toMatchObject({ status: 'failed', why: 'replicas: got 10, expected 11' });
    const late = { ...RAY, steps: [{ t: 0, totalRequests: 8, currentReplicas: 1, targetReplicas: 1, expected: 4 }] };
    expect(evaluateAutoscalerCase(late)).toMatchObject({ status: 'failed', why: 'step 1: result: got 1, expected 4' });
  });

  it('is skipped by name where the kind or a field is unknown', () => {
    expect(evaluateAutoscalerCase({ ...LIMITS, kind: 'hpa.newThing' })).toMatchObject({
      status: 'skipped',
      why: 'unknown kind hpa.newThing',
    });
    expect(evaluateAutoscalerCase({ ...LIMITS, kind: '__proto__' }).status).toBe('skipped');
    const extra = { ...LIMITS, input: { ...(LIMITS.input as object), surge: 3 } };
    expect(evaluateAutoscalerCase(extra)).toMatchObject({ status: 'skipped', why: 'unknown input field surge' });
    expect(evaluateAutoscalerCase({ ...LIMITS, input: {} }).status).toBe('skipped');
  });

  it('never passes if it checks nothing', () => {
    expect(evaluateAutoscalerCase({ ...RAY, steps: [] })).toMatchObject({
      status: 'skipped',
      why: 'the case checks nothing',
    });
  });

  it('compares integers exactly, doubles to 1e-9, and words within errors', () => {
    const average: AutoscalerCase = {
      id: 'own/average',
      kind: 'ray.timeWeightedAverage',
      input: {
        series: [
          [
            [0, 1],
            [2, 2],
          ],
          [[1, 1]],
        ],
        lastWindowS: 1,
        windowStart: 0,
      },
      expected: { averageAligned: 2.0000000000001 },
    };
    // 1, then 2, then 3 for a second each
    expect(evaluateAutoscalerCase(average).status).toBe('passed');
    expect(evaluateAutoscalerCase({ ...average, expected: { averageAligned: 2.00001 } }).status).toBe('failed');
    const calculator: AutoscalerCase = {
      id: 'own/error',
      kind: 'hpa.replicaCalculator',
      input: {
        currentReplicas: 1,
        tolerance: { scaleDown: 0.1, scaleUp: 0.1 },
        metricType: 'PodsAverageValue',
        targetMilli: '9007199254740993',
        pods: [
          { name: 'a', phase: 'Running', startTime: -100, readyCondition: { status: 'True', lastTransitionTime: -90 } },
        ],
        podMetrics: { a: { valueMilli: '9007199254740993', timestamp: 0, window: 30 } },
      },
      expected: { replicas: 1, usageMilli: '9007199254740993' },
    };
    expect(evaluateAutoscalerCase(calculator).status).toBe('passed');
    const none = {
      ...calculator,
      input: { ...(calculator.input as object), podMetrics: {} },
      expected: { errorContains: 'no metrics returned' },
    };
    expect(evaluateAutoscalerCase(none).status).toBe('passed');
    expect(evaluateAutoscalerCase({ ...none, expected: { errorContains: 'other words' } }).status).toBe('failed');
  });

  it('allows the burst capacity of Knative to differ by one', () => {
    const spec = {
      targetValue: 10,
      totalValue: 12,
      targetBurstCapacity: 5,
      panicThreshold: 2,
      maxScaleUpRate: 10,
      maxScaleDownRate: 10,
      stableWindowSeconds: 60,
      reachable: true,
      activationScale: 0,
      scaleDownDelaySeconds: 0,
    };
    const decider = (excessBurstCapacity: number): AutoscalerCase => ({
      id: 'own/burst',
      kind: 'knative.decider',
      input: { spec, readyAtStart: 1 },
      steps: [
        {
          t: 0,
          ready: 2,
          stableValue: 15,
          panicValue: 15,
          expected: { valid: true, desiredPodCount: 2, excessBurstCapacity },
        },
      ],
    });
    expect([3, 4, 5, 6].map((burst) => evaluateAutoscalerCase(decider(burst)).status)).toEqual([
      'passed',
      'passed',
      'passed',
      'failed',
    ]);
  });
});
