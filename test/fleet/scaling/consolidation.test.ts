/** Machines that others can do without: which go, when, and what limits it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClusterScaleDown } from '../../../src/fleet/scaling/consolidation/clusterScaleDown.js';
import { Consolidator } from '../../../src/fleet/scaling/consolidation/consolidator.js';
import { karpenterFinding } from '../../../src/fleet/scaling/consolidation/karpenter.js';
import type { ClusterAutoscalerRules, KarpenterRules } from '../../../src/fleet/scaling/consolidation/rules.js';
import { FixedPool } from '../../../src/fleet/scaling/fixedPool.js';
import { type NodeSettings, Nodes } from '../../../src/fleet/scaling/nodes.js';
import { FakeFleet } from './fakeFleet.js';

const startup = { provisionS: 100, pullS: 60, loadS: 30, initS: 20 };
const settings: NodeSettings = {
  startup,
  replicasPerNode: 4,
  acceleratorsPerNode: 4,
  quota: Infinity,
  warmNodes: 0,
  retentionS: Infinity,
};
const rules = (of: Partial<KarpenterRules> = {}): KarpenterRules => ({
  kind: 'karpenter',
  policy: 'WhenEmptyOrUnderutilized',
  afterS: 60,
  budgets: [{ nodes: '100%' }],
  prices: [10],
  originMs: 0,
  ...of,
});

/** Machines with so many replicas each, which have been there since time 0. */
function machinesWith(replicas: readonly number[], of: Partial<NodeSettings> = {}): Nodes {
  const nodes = new Nodes({ ...settings, ...of });
  nodes.begin(Array.from({ length: 4 * replicas.length }, (_, i) => i));
  for (const [machine, left] of replicas.entries()) for (let i = left; i < 4; i++) nodes.release(4 * machine + i, 0);
  return nodes;
}
const found = (replicas: readonly number[], of: Partial<KarpenterRules> = {}, now = 60) =>
  karpenterFinding(rules(of), machinesWith(replicas), now);

describe('what Karpenter consolidates', () => {
  it('empty machines first, all at once', () => {
    expect(found([4, 0, 1, 0, 1])).toEqual({
      command: { reason: 'Empty', machines: [1, 3] },
      heldByBudget: false,
    });
  });

  it('nothing that a replica came to or left less than `after` ago', () => {
    expect(found([0, 4], {}, 59).command).toBeUndefined();
    expect(found([0, 4], { afterS: Infinity }, 1e9).command).toBeUndefined();
  });

  it('several machines at once, as long as what is on them fits on the others', () => {
    // Places free on the others: 3 + 2 without the first two of one replica each; a third would leave none for its two.
    expect(found([1, 2, 1, 2, 4]).command).toEqual({ reason: 'Underutilized', machines: [0, 2] });
    expect(found([1, 1, 1, 1]).command).toEqual({ reason: 'Underutilized', machines: [0, 1, 2] });
  });

  it('one machine where no two can go', () => {
    expect(found([3, 3, 2, 4]).command).toEqual({ reason: 'Underutilized', machines: [2] });
    expect(found([4, 4, 3]).command).toBeUndefined();
  });

  it('only empty ones under WhenEmpty', () => {
    expect(found([1, 1], { policy: 'WhenEmpty' }).command).toBeUndefined();
    expect(found([1, 0], { policy: 'WhenEmpty' }).command).toEqual({ reason: 'Empty', machines: [1] });
  });

  it('what is worth its disturbance under Balanced: savings at least half the share of replicas', () => {
    // A third of the price for 1/5 of the replicas.
    expect(found([1, 4, 0], { policy: 'Balanced', afterS: 0 }).command).toMatchObject({ reason: 'Empty' });
    expect(found([3, 3, 2], { policy: 'Balanced' }).command).toEqual({ reason: 'Underutilized', machines: [2] });
    // Unknown prices: nothing is known to be saved.
    expect(found([3, 3, 2], { policy: 'Balanced', prices: [undefined] }).command).toBeUndefined();
  });

  it('as many as the budgets let go, those of the reason alone', () => {
    expect(found([0, 0, 0, 4], { budgets: [{ nodes: '2' }] }).command!.machines).toEqual([0, 1]);
    expect(
      found([0, 0, 0, 4], { budgets: [{ nodes: '1', reasons: ['Underutilized'] }] }).command!.machines,
    ).toHaveLength(3);
    expect(found([0, 4], { budgets: [{ nodes: '0' }] })).toEqual({ heldByBudget: true });
    expect(found([1, 1], { budgets: [{ nodes: '0', reasons: ['Underutilized'] }] })).toEqual({ heldByBudget: true });
    // Nothing to do is not held by a budget.
    expect(found([4, 4], { budgets: [{ nodes: '0' }] })).toEqual({ heldByBudget: false });
  });

  it('nothing in the hours of a budget of zero', () => {
    const night = { nodes: '0', schedule: '0 22 * * *', duration: '8h' };
    const at = (hour: number) =>
      found([0, 4], { budgets: [night], originMs: Date.parse(`2027-01-04T00:00:00Z`) }, hour * 3600);
    expect(at(21.9).command).toBeDefined();
    expect(at(22)).toEqual({ heldByBudget: true });
    expect(at(23.9)).toEqual({ heldByBudget: true });
  });

  it('machines that go already use up the budget', () => {
    const nodes = machinesWith([1, 1, 4, 4]);
    nodes.cordon([0], 60);
    expect(karpenterFinding(rules({ budgets: [{ nodes: '1' }] }), nodes, 60)).toEqual({ heldByBudget: false });
    expect(
      karpenterFinding(rules({ budgets: [{ nodes: '1' }], afterS: 0 }), machinesWith([1, 1, 4, 4]), 60).command,
    ).toBeDefined();
  });

  it('a cheaper machine takes over where the others have no room', () => {
    const fallback = [{ startup, replicasPerNode: 1, acceleratorsPerNode: 1 }];
    const nodes = (): Nodes => machinesWith([4, 1], { fallback });
    expect(karpenterFinding(rules({ prices: [10, 3] }), nodes(), 60).command).toEqual({
      reason: 'Underutilized',
      machines: [1],
      replacement: 1,
    });
    expect(karpenterFinding(rules({ prices: [10, 12] }), nodes(), 60).command).toBeUndefined();
    expect(karpenterFinding(rules({ prices: [10, undefined] }), nodes(), 60).command).toBeUndefined();
    const outOfStock = nodes();
    outOfStock.setStock(1, true);
    expect(karpenterFinding(rules({ prices: [10, 3] }), outOfStock, 60).command).toBeUndefined();
    // Spot is not replaced while the feature gate is off.
    expect(
      karpenterFinding(rules({ prices: [10, 3] }), machinesWith([4, 1], { fallback, spotShare: 1 }), 60).command,
    ).toBeUndefined();
  });

  it('never what does not fit, whatever there is (property)', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 0, max: 100 }),
        (replicas, percent) => {
          const { command } = found(replicas, { budgets: [{ nodes: `${percent}%` }] });
          if (command === undefined) return;
          const gone = new Set(command.machines);
          const moved = replicas.filter((_, i) => gone.has(i)).reduce((sum, n) => sum + n, 0);
          const free = replicas.filter((_, i) => !gone.has(i)).reduce((sum, n) => sum + 4 - n, 0);
          expect(moved).toBeLessThanOrEqual(free);
          expect(gone.size).toBeLessThanOrEqual(Math.ceil((percent * replicas.length) / 100));
        },
      ),
    );
  });
});

describe('what the Cluster Autoscaler removes', () => {
  const scaleDown = (of: Partial<ClusterAutoscalerRules> = {}) =>
    new ClusterScaleDown({
      kind: 'cluster-autoscaler',
      threshold: 0.5,
      unneededS: 600,
      delayAfterAddS: 600,
      shares: [0.25],
      ...of,
    });

  it('one machine that was less than half used for ten minutes, and whose replicas fit elsewhere', () => {
    const nodes = machinesWith([3, 1, 3]);
    const of = scaleDown();
    expect(of.find(nodes, 10).command).toBeUndefined();
    expect(of.find(nodes, 609).command).toBeUndefined();
    expect(of.find(nodes, 610).command).toEqual({ reason: 'Underutilized', machines: [1] });
    // Half used is not less than half.
    const half = machinesWith([2, 2]);
    const other = scaleDown();
    other.find(half, 10);
    expect(other.find(half, 5000).command).toBeUndefined();
  });

  it('starts to count again when a machine was needed in between', () => {
    const nodes = machinesWith([3, 1, 3]);
    const of = scaleDown();
    of.find(nodes, 10);
    for (const index of [100, 101]) {
      const place = nodes.place(300);
      if (place.ok) place.take(index);
    }
    // Both went to the fullest: no place is left for the one of the second machine… it is needed.
    expect(of.find(nodes, 310).command).toBeUndefined();
    nodes.release(100, 320);
    of.find(nodes, 320);
    expect(of.find(nodes, 700).command).toBeUndefined();
    expect(of.find(nodes, 920).command).toMatchObject({ machines: [1] });
  });

  it('waits for ten minutes after the start of a machine', () => {
    const nodes = machinesWith([4, 4, 1]);
    const started = nodes.startEmpty(0, 1000);
    const of = scaleDown({ unneededS: 100 });
    of.find(nodes, 1200);
    expect(of.find(nodes, 1599).command).toBeUndefined();
    expect(of.find(nodes, 1600).command).toEqual({ reason: 'Empty', machines: [started.id] });
  });

  it('takes one that is not empty at a time', () => {
    const nodes = machinesWith([1, 1, 1]);
    const of = scaleDown({ unneededS: 100 });
    of.find(nodes, 10);
    expect(of.find(nodes, 110).command).toEqual({ reason: 'Underutilized', machines: [0] });
    nodes.cordon([0], 110);
    expect(of.find(nodes, 500).command).toBeUndefined();
    nodes.release(0, 510);
    expect(of.find(nodes, 520).command).toEqual({ reason: 'Underutilized', machines: [1] });
  });
});

describe('a pool that is consolidated', () => {
  it('looks every ten seconds, acts fifteen later, and starts what it moves at once', () => {
    const nodes = new Nodes(settings);
    nodes.begin([0, 1, 2, 3, 4]);
    nodes.release(0, 0);
    nodes.release(1, 0);
    const of = rules({ afterS: 30 });
    const keeper = new Consolidator(new FixedPool(3, nodes), of);
    const fleet = new FakeFleet(5, (index, now) => keeper.gone(index, now));
    fleet.remove(0);
    fleet.remove(1);
    while (keeper.nextAt <= 300) {
      const at = keeper.nextAt;
      fleet.pass(at, 0);
      keeper.act(at, fleet);
    }
    expect(fleet.log).toEqual([
      { what: 'drain', at: 45, index: 4 },
      // The image is there: weights and engine are left.
      { what: 'add', at: 45, readyAtS: 45 + 50 },
    ]);
    expect(nodes.runs(0, 300)).toEqual([
      { startS: 0, endS: 45, isPart: true },
      { startS: 0, endS: 300, isPart: true },
    ]);
    expect(keeper.counts).toEqual({
      removedEmpty: 0,
      removedUnderutilized: 1,
      replacements: 0,
      moved: 1,
      heldLooks: 0,
    });
  });
});
