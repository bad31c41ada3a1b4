import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  limitWithBehavior,
  limitWithoutBehavior,
  scaleDownLimit,
  scaleUpLimit,
} from '../../../src/fleet/autoscalers/hpa/limits.js';
import { replicasChangedInPeriod, storeScaleEvent } from '../../../src/fleet/autoscalers/hpa/scaleEvents.js';
import { stabilise, stabiliseWithBehavior } from '../../../src/fleet/autoscalers/hpa/stabilisation.js';
import { DEFAULT_SCALE_DOWN, DEFAULT_SCALE_UP, type ScalingRules } from '../../../src/fleet/autoscalers/hpa/types.js';

const NO_EVENTS = { up: [], down: [] };
const rules = (
  type: 'Pods' | 'Percent',
  value: number,
  selectPolicy: ScalingRules['selectPolicy'] = 'Max',
): ScalingRules => ({
  stabilizationWindowSeconds: 0,
  selectPolicy,
  policies: [{ type, value, periodSeconds: 60 }],
});

describe('rate policies', () => {
  it('keep the order of operations of the controller, so that doubles agree', () => {
    expect(scaleUpLimit(100, NO_EVENTS, rules('Percent', 10), 0)).toBe(111);
    expect(scaleDownLimit(100, NO_EVENTS, rules('Percent', 90), 0)).toBe(9);
    expect(scaleDownLimit(10, NO_EVENTS, rules('Percent', 90), 0)).toBe(0);
  });

  it('by default at least double, or add four, in fifteen seconds', () => {
    expect(scaleUpLimit(3, NO_EVENTS, DEFAULT_SCALE_UP, 0)).toBe(7);
    expect(scaleUpLimit(50, NO_EVENTS, DEFAULT_SCALE_UP, 0)).toBe(100);
  });

  it('start from the count at the beginning of the period', () => {
    const events = { up: [{ change: 3, atS: -59, outdated: false }], down: [{ change: 1, atS: -10, outdated: false }] };
    expect(scaleUpLimit(10, events, rules('Pods', 4), 0)).toBe(12);
    // An event exactly one period ago no longer counts.
    expect(replicasChangedInPeriod(events.up, 59, 0)).toBe(0);
  });

  it('take the most, the least or no change, as selectPolicy says', () => {
    const policies = [
      { type: 'Pods', value: 4, periodSeconds: 60 },
      { type: 'Percent', value: 10, periodSeconds: 60 },
    ] as const;
    const select = (selectPolicy: ScalingRules['selectPolicy']): ScalingRules => ({
      stabilizationWindowSeconds: 0,
      selectPolicy,
      policies,
    });
    expect(scaleDownLimit(80, NO_EVENTS, select('Max'), 0)).toBe(72);
    expect(scaleDownLimit(80, NO_EVENTS, select('Min'), 0)).toBe(76);
    expect(scaleDownLimit(80, NO_EVENTS, select('Disabled'), 0)).toBe(80);
  });

  it('never push past the current count, and name what applied', () => {
    const spent = { up: [{ change: 50, atS: -1, outdated: false }], down: [] };
    const behavior = { scaleUp: rules('Pods', 4), scaleDown: DEFAULT_SCALE_DOWN };
    expect(limitWithBehavior(60, 70, { min: 1, max: 100 }, behavior, spent, 0)).toEqual({
      replicas: 60,
      condition: 'ScaleUpLimit',
    });
    expect(limitWithBehavior(60, 200, { min: 1, max: 61 }, behavior, NO_EVENTS, 0)).toEqual({
      replicas: 61,
      condition: 'TooManyReplicas',
    });
  });

  it('without behavior one step at most doubles, or reaches four', () => {
    const step = { factor: 2, minimum: 4 };
    expect(limitWithoutBehavior(1, 9, { min: 1, max: 100 }, step)).toEqual({ replicas: 4, condition: 'ScaleUpLimit' });
    expect(limitWithoutBehavior(10, 90, { min: 1, max: 15 }, step)).toEqual({
      replicas: 15,
      condition: 'TooManyReplicas',
    });
    expect(limitWithoutBehavior(10, 0, { min: 2, max: 15 }, step)).toEqual({
      replicas: 2,
      condition: 'TooFewReplicas',
    });
  });
});

describe('scale events', () => {
  it('reuse the last slot that the longest policy no longer needs', () => {
    const events = [
      { change: 1, atS: -100, outdated: false },
      { change: 2, atS: -90, outdated: false },
      { change: 3, atS: -10, outdated: false },
    ];
    expect(storeScaleEvent(events, 7, rules('Pods', 4), 0).map(({ change, outdated }) => [change, outdated])).toEqual([
      [1, true],
      [7, false],
      [3, false],
    ]);
  });

  it('are not stored where nothing reads them', () => {
    expect(storeScaleEvent([], 5, null, 0)).toEqual([]);
  });
});

describe('stabilisation', () => {
  it('without behavior holds the highest recommendation of the window, edges included', () => {
    const past = [{ replicas: 9, atS: -300 }];
    expect(stabilise(past, 3, 300, 0).replicas).toBe(9);
    expect(stabilise(past, 3, 299, 0)).toMatchObject({ replicas: 3, recommendations: [{ replicas: 3, atS: 0 }] });
  });

  it('with behavior leaves windows at their edges', () => {
    const past = [{ replicas: 9, atS: -300 }];
    expect(stabiliseWithBehavior(past, 9, 3, { upS: 0, downS: 300 }, 0).replicas).toBe(3);
    expect(stabiliseWithBehavior(past, 9, 3, { upS: 0, downS: 301 }, 0)).toMatchObject({
      replicas: 9,
      reason: 'ScaleDownStabilized',
    });
  });

  const history = fc.array(fc.record({ replicas: fc.nat(50), atS: fc.integer({ min: -600, max: 0 }) }), {
    maxLength: 20,
  });
  const windows = fc.record({ upS: fc.nat(600), downS: fc.nat(600) });

  it('stays between the current count and the wish unless a window holds it back', () => {
    fc.assert(
      fc.property(history, fc.nat(50), fc.nat(50), windows, (past, current, desired, window) => {
        const { replicas } = stabiliseWithBehavior(past, current, desired, window, 0);
        expect(replicas).toBeGreaterThanOrEqual(Math.min(current, desired));
        expect(replicas).toBeLessThanOrEqual(Math.max(current, desired));
      }),
    );
  });

  it('the down window never scales up, the up window never scales down', () => {
    fc.assert(
      fc.property(history, fc.nat(50), fc.nat(50), windows, (past, current, desired, window) => {
        const { replicas } = stabiliseWithBehavior(past, current, desired, window, 0);
        if (desired <= current) expect(replicas).toBeLessThanOrEqual(current);
        if (desired >= current) expect(replicas).toBeGreaterThanOrEqual(current);
      }),
    );
  });
});
