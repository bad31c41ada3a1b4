import { describe, expect, it } from 'vitest';
import { isBelowThreshold } from '../../../src/fleet/autoscalers/clusterAutoscaler.js';
import {
  allowedDisruptions,
  type Budget,
  isBudgetActive,
  UNLIMITED,
} from '../../../src/fleet/autoscalers/karpenter/budgets.js';
import { canConsolidateSpotToSpot, isBalancedMove } from '../../../src/fleet/autoscalers/karpenter/consolidation.js';

const NOON = Date.parse('2026-06-15T12:30:00Z');
const allowed = (budgets: readonly Budget[], reason = 'Empty', totalNodes = 100): number =>
  allowedDisruptions(budgets, reason, { totalNodes }, NOON);

describe('Karpenter budgets', () => {
  it('take the strictest active one, for its reasons', () => {
    const budgets: Budget[] = [{ nodes: '10' }, { nodes: '5', reasons: ['Drifted'] }, { nodes: '100%' }];
    expect([allowed(budgets, 'Drifted'), allowed(budgets, 'Empty')]).toEqual([5, 10]);
  });

  it('round percentages up', () => {
    expect(allowed([{ nodes: '10%' }], 'Empty', 11)).toBe(2);
    expect(allowed([{ nodes: '10%' }], 'Empty', 0)).toBe(0);
  });

  it('limit nothing while they are not active', () => {
    expect(allowed([{ nodes: '0', schedule: '0 9 * * *', duration: '1h' }])).toBe(UNLIMITED);
    expect(allowed([{ nodes: '0', schedule: '0 12 * * *', duration: '1h' }])).toBe(0);
  });

  it('allow nothing if one cannot be read', () => {
    expect(allowed([{ nodes: '10' }, { nodes: 'many' }])).toBe(0);
    expect(allowed([{ nodes: '10' }, { nodes: '5', schedule: 'nonsense', duration: '1h' }])).toBe(0);
    expect(allowed([{ nodes: '5', duration: '1h' }])).toBe(0);
  });

  it('are used up by nodes that go or are not ready', () => {
    const state = { totalNodes: 100, deletingNodes: 2, notReadyNodes: 4 };
    expect(allowedDisruptions([{ nodes: '10' }], 'Empty', state, NOON)).toBe(4);
    expect(allowedDisruptions([{ nodes: '5' }], 'Empty', state, NOON)).toBe(0);
  });

  it('are active for as long as the last hit lies within the duration', () => {
    expect(isBudgetActive({ schedule: '@daily', duration: '30m' }, Date.parse('2026-06-15T00:29:00Z'))).toEqual({
      ok: true,
      active: true,
    });
    expect(isBudgetActive({ schedule: '@daily', duration: '30m' }, Date.parse('2026-06-15T00:30:00Z'))).toEqual({
      ok: true,
      active: false,
    });
    expect(isBudgetActive({ schedule: null, duration: null }, NOON)).toEqual({ ok: true, active: true });
  });
});

describe('consolidation', () => {
  it('moves spot to spot only with the gate and fifteen cheaper types', () => {
    const move = (cheaperInstanceTypes: number, featureGate = true): boolean =>
      canConsolidateSpotToSpot({ cheaperInstanceTypes, featureGate }).consolidate;
    expect([move(14), move(15), move(20, false), move(0)]).toEqual([false, true, false, false]);
    expect(canConsolidateSpotToSpot({ cheaperInstanceTypes: 3, featureGate: true, candidates: 2 }).consolidate).toBe(
      true,
    );
  });

  it('balanced: savings are worth at least half the disruption', () => {
    expect(isBalancedMove({ savingsShare: 0.1, disruptionShare: 0.2 })).toBe(true);
    expect(isBalancedMove({ savingsShare: 0.09, disruptionShare: 0.2 })).toBe(false);
  });
});

describe('Cluster Autoscaler', () => {
  it('looks at the larger of CPU and memory, on GPU nodes at the GPU alone', () => {
    expect(isBelowThreshold({ cpuUtilization: 0.2, memoryUtilization: 0.49, gpuUtilization: null })).toBe(true);
    expect(isBelowThreshold({ cpuUtilization: 0.2, memoryUtilization: 0.5, gpuUtilization: null })).toBe(false);
    expect(isBelowThreshold({ cpuUtilization: 0.9, memoryUtilization: 0.9, gpuUtilization: 0 })).toBe(true);
  });
});
