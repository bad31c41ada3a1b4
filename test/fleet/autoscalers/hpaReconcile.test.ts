import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideHpa, type HpaPolicy } from '../../../src/fleet/autoscalers/hpa/policy.js';
import { INITIAL_HPA_STATE, type NamedProposal, reconcile } from '../../../src/fleet/autoscalers/hpa/reconcile.js';
import { CONTROLLER_DEFAULTS, DEFAULT_SCALE_DOWN, DEFAULT_SCALE_UP } from '../../../src/fleet/autoscalers/hpa/types.js';
import type { Observation } from '../../../src/fleet/autoscalers/types.js';

const POLICY: HpaPolicy = {
  kind: 'hpa',
  minReplicas: 1,
  maxReplicas: 10,
  metrics: [{ name: 'queue', source: 'Pods', target: { type: 'AverageValue', value: 5 } }],
  behavior: null,
  tolerance: CONTROLLER_DEFAULTS.tolerance,
  readiness: CONTROLLER_DEFAULTS,
  syncPeriodS: 15,
  downscaleStabilizationS: 300,
  scaleUpLimitFactor: 2,
  scaleUpLimitMinimum: 4,
};
const WITH_BEHAVIOR: HpaPolicy = { ...POLICY, behavior: { scaleUp: DEFAULT_SCALE_UP, scaleDown: DEFAULT_SCALE_DOWN } };

function observe(timeS: number, replicas: number, queue: number | null, unready = 0): Observation {
  return {
    timeS,
    currentReplicas: replicas,
    readyReplicas: replicas - unready,
    unreadyReplicas: unready,
    metrics: { queue },
  };
}

/** Follows a policy over values, one sync each. */
function follow(policy: HpaPolicy, start: number, queue: readonly number[]): readonly number[] {
  let state = INITIAL_HPA_STATE;
  let replicas = start;
  return queue.map((value, index) => {
    const decision = decideHpa(state, observe(index * 15, replicas, value), policy);
    state = decision.state;
    replicas = decision.desired;
    return replicas;
  });
}

describe('several metrics', () => {
  const settings = { ...POLICY };
  const run = (proposals: readonly NamedProposal[], current = 4) =>
    reconcile(
      settings,
      { ...INITIAL_HPA_STATE, recommendations: [] },
      { timeS: 0, currentReplicas: current, proposals: () => proposals },
    );
  const proposal = (replicas: number): NamedProposal => ({
    name: `to ${replicas}`,
    proposal: { ok: true, replicas, why: '' },
  });
  const failed: NamedProposal = { name: 'broken', proposal: { ok: false, error: 'down' } };

  it('the largest proposal wins', () => {
    expect(run([proposal(3), proposal(6), proposal(5)])).toMatchObject({ desired: 6, metric: 'to 6' });
  });

  it('with one that failed the others may only scale up', () => {
    expect(run([proposal(6), failed])).toMatchObject({
      desired: 6,
      metricsError: expect.stringContaining('1 invalid out of 2'),
    });
    expect(run([proposal(2), failed])).toMatchObject({ desired: 4, metricReplicas: null });
    expect(run([failed])).toMatchObject({ desired: 4 });
  });

  it('are not asked while the count is outside the bounds or switched off', () => {
    const unasked = (): never => {
      throw new Error('asked');
    };
    expect(reconcile(settings, INITIAL_HPA_STATE, { timeS: 0, currentReplicas: 14, proposals: unasked }).desired).toBe(
      10,
    );
    expect(reconcile(settings, INITIAL_HPA_STATE, { timeS: 0, currentReplicas: 0, proposals: unasked })).toMatchObject({
      desired: 0,
      limit: { name: 'ScalingDisabled' },
    });
  });
});

describe('a HorizontalPodAutoscaler over time', () => {
  it('doubles at most, then reaches what the metric asks for', () => {
    expect(follow({ ...POLICY, maxReplicas: 40 }, 4, [50, 25, 10])).toEqual([8, 16, 32]);
  });

  it('comes down only after the stabilisation window', () => {
    const quiet = follow(
      POLICY,
      8,
      Array.from({ length: 24 }, () => 0.1),
    );
    expect(quiet.slice(0, 20).every((replicas) => replicas === 8)).toBe(true);
    expect(quiet.at(-1)).toBe(1);
  });

  it('remembers the count that it found, so that its first look cannot take it down', () => {
    expect(follow(POLICY, 8, [0.1])).toEqual([8]);
  });

  it('counts pending replicas as idle, so that a backlog does not run away while they start', () => {
    const decision = decideHpa(INITIAL_HPA_STATE, observe(0, 8, 10, 4), POLICY);
    // average 10 over 4 ready; over all 8 it is 5, the target
    expect(decision.desired).toBe(8);
  });

  it('explains the proposal and the limit in words', () => {
    const { explanation } = decideHpa(INITIAL_HPA_STATE, observe(0, 2, 50), { ...POLICY, maxReplicas: 20 });
    expect(explanation.proposals).toEqual([
      { metric: 'queue', value: 50, target: 5, replicas: 20, why: expect.stringContaining('average 50 against 5') },
    ]);
    expect(explanation.limit).toEqual({ name: 'ScaleUpLimit', why: expect.stringContaining('faster') });
    expect(explanation.words).toContain('2 → 4');
  });

  it('holds still, and says why, when the metric is missing', () => {
    expect(decideHpa(INITIAL_HPA_STATE, observe(0, 3, null), POLICY)).toMatchObject({
      desired: 3,
      explanation: { words: expect.stringContaining('its source failed') },
    });
  });

  it.each([
    ['without behavior', POLICY],
    ['with behavior', WITH_BEHAVIOR],
  ])('%s never leaves its bounds', (_name, policy) => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1000, noNaN: true }), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 10 }),
        (queue, start) => {
          for (const replicas of follow(policy, start, queue)) {
            expect(replicas).toBeGreaterThanOrEqual(policy.minReplicas);
            expect(replicas).toBeLessThanOrEqual(policy.maxReplicas);
          }
        },
      ),
    );
  });
});

describe('metrics that are no numbers', () => {
  it('count as failed, whatever their name', () => {
    const policy = { ...POLICY, metrics: [{ ...POLICY.metrics[0]!, name: 'constructor' }] };
    expect(decideHpa(INITIAL_HPA_STATE, { ...observe(0, 3, 1), metrics: {} }, policy).desired).toBe(3);
    expect(decideHpa(INITIAL_HPA_STATE, observe(0, 3, Number.NaN), POLICY).desired).toBe(3);
    expect(decideHpa(INITIAL_HPA_STATE, observe(0, 3, Number.POSITIVE_INFINITY), POLICY).desired).toBe(3);
  });
});
