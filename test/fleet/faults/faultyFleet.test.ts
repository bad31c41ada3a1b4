import { describe, expect, it } from 'vitest';
import { FaultyFleet } from '../../../src/fleet/faults/faultyFleet.js';
import { FixedPool } from '../../../src/fleet/scaling/fixedPool.js';
import { type NodeSettings, Nodes } from '../../../src/fleet/scaling/nodes.js';
import { stream } from '../../../src/kernel/random.js';
import { constant, exponential } from '../../../src/kernel/variates.js';
import { listed, runSmall } from '../llm/fleetHarness.js';

const MTBF_S = 5000;
/** Repair, weights and engine: how long a replica is away. */
const startup = { provisionS: 600, pullS: 0, loadS: 100, initS: 50 };
const AWAY_S = 750;
const settings: NodeSettings = {
  startup,
  replicasPerNode: 1,
  acceleratorsPerNode: 1,
  quota: Infinity,
  warmNodes: 0,
  retentionS: 0,
};

function fixedFleet(replicas: number, lifetime: () => number, of: Partial<NodeSettings> = {}) {
  const nodes = new Nodes({ ...settings, ...of });
  nodes.begin(Array.from({ length: replicas }, (_, i) => i));
  return new FaultyFleet(new FixedPool(replicas, nodes), { failures: lifetime, drills: [] });
}

describe('machines that fail', () => {
  it.each([1, 2, 3])(
    '%i of them serve together as independent alternating renewals do: a = mtbf / (mtbf + away)',
    (n) => {
      const a = MTBF_S / (MTBF_S + AWAY_S);
      const cycles = 4000;
      const untilS = cycles * (MTBF_S + AWAY_S);
      const controller = fixedFleet(n, exponential(stream(5, n, 'failures'), MTBF_S));
      const { replicaSeconds } = runSmall({ engines: n }, listed([]), { untilS, controller, warmupS: 20 * MTBF_S })
        .groups[0]!;
      const share = (seconds: number): number => seconds / (untilS - 20 * MTBF_S);
      // The away times are constant: the variance of a share is at most a(1−a)·2·(mean away)/T per replica.
      const sd = (p: number): number => Math.sqrt((2 * p * (1 - p) * AWAY_S) / untilS);
      expect(Math.abs(share(replicaSeconds.ready) / n - a)).toBeLessThan(4 * sd(a));
      const some = 1 - (1 - a) ** n;
      expect(Math.abs(share(replicaSeconds.serving) - some)).toBeLessThan(4 * sd(some));
      expect(controller.faults.length).toBeGreaterThan(cycles * n * 0.9);
    },
  );

  it('lose what they had to who asked, and come back after repair, load and start', () => {
    const controller = fixedFleet(1, constant(10));
    const asks = [
      { at: 9, prompt: 10, output: 100 },
      { at: 20, prompt: 10, output: 1 },
    ];
    const { rows, metrics } = runSmall({ engines: 1 }, listed(asks), { controller });
    expect(rows.map(({ outcome, e2eS }) => [outcome, Math.round(e2eS * 1e6) / 1e6])).toEqual([
      ['failed', 1],
      // Held until the replica is back at 10 + 750, then one step.
      ['completed', 740.1],
    ]);
    expect(metrics.arrived).toBe(2);
    expect(metrics.failed).toBe(1);
  });

  it('take all replicas on them along', () => {
    const controller = fixedFleet(4, constant(10), { replicasPerNode: 2 });
    const { replicaSeconds } = runSmall({ engines: 4 }, listed([]), { controller, untilS: 15 }).groups[0]!;
    expect(controller.faults).toEqual([
      { timeS: 10, kind: 'node', replicas: 2, requests: 0 },
      { timeS: 10, kind: 'node', replicas: 2, requests: 0 },
    ]);
    expect(replicaSeconds.serving).toBe(10);
  });

  it('a free place on a machine that stands takes a lost replica at once', () => {
    const lifetimes = [10, 1e9, 1e9];
    const controller = fixedFleet(3, () => lifetimes.shift() ?? 1e9, { replicasPerNode: 2 });
    const { replicaSeconds } = runSmall({ engines: 3 }, listed([]), { controller, untilS: 2000 }).groups[0]!;
    // Of the two that were lost, one finds a place beside the third (load and start), one waits for the repair as well.
    expect(replicaSeconds.ready).toBe(3 * 2000 - 150 - 750);
  });
});

describe('spot machines', () => {
  const spotFleet = (replicas: number, lifetime: () => number, noticeS: number) => {
    const nodes = new Nodes({ ...settings, spotShare: 1 });
    nodes.begin(Array.from({ length: replicas }, (_, i) => i));
    return new FaultyFleet(new FixedPool(replicas, nodes), { spot: [{ lifetime, noticeS }], drills: [] });
  };
  const once = (at: number) => {
    const lifetimes = [at];
    return () => lifetimes.shift() ?? 1e9;
  };

  it('finish what they have within the notice and take nothing new, while others start', () => {
    const asks = [
      { at: 9, prompt: 10, output: 50 },
      { at: 11, prompt: 10, output: 1 },
    ];
    const controller = spotFleet(1, once(10), 120);
    const { rows, groups } = runSmall({ engines: 1 }, listed(asks), { controller, untilS: 1000 });
    expect(rows.map(({ outcome, e2eS }) => [outcome, Number(e2eS.toFixed(6))])).toEqual([
      ['completed', 5],
      // Held for the machine that was started at the notice.
      ['completed', 749.1],
    ]);
    expect(controller.faults).toEqual([{ timeS: 130, kind: 'spot', replicas: 0, requests: 0 }]);
    expect(groups[0]!.replicaSeconds.ready).toBe(10 + 1000 - 760);
  });

  it('lose what is not finished when they are taken back', () => {
    const controller = spotFleet(1, once(10), 30);
    const asks = [{ at: 9, prompt: 10, output: 500 }];
    const { rows } = runSmall({ engines: 1 }, listed(asks), { controller, untilS: 1000 });
    expect(rows.map(({ outcome, e2eS }) => [outcome, e2eS])).toEqual([['failed', 31]]);
    expect(controller.faults).toEqual([{ timeS: 40, kind: 'spot', replicas: 1, requests: 1 }]);
  });

  it('are taken back as often as their hazard says', () => {
    const controller = spotFleet(2, exponential(stream(8, 0, 'spot'), MTBF_S), 120);
    const untilS = 4000 * MTBF_S;
    runSmall({ engines: 2 }, listed([]), { controller, untilS });
    // Each is ready for a mean of MTBF_S, and its successor 750 s after the notice.
    const expected = (2 * untilS) / (MTBF_S + AWAY_S);
    expect(Math.abs(controller.faults.length - expected)).toBeLessThan(4 * Math.sqrt(expected));
  });
});

describe('drills', () => {
  it('take a zone away for as long as they say, and tell when the fleet is as before', () => {
    const nodes = new Nodes({ ...settings, zones: 2, mostNodes: 4 });
    nodes.begin([0, 1, 2, 3]);
    const drill = { name: 'zone-loss', kind: 'zone-loss' as const, startS: 100, endS: 400 };
    const controller = new FaultyFleet(new FixedPool(4, nodes), { drills: [drill] });
    const asks = [
      { at: 99.05, prompt: 10, output: 100 },
      { at: 99.06, prompt: 10, output: 100 },
    ];
    const { groups, rows } = runSmall({ engines: 4 }, listed(asks), { controller, untilS: 2000 });
    // Both requests are on the first replica, which is in the zone that is lost.
    expect(rows.map(({ outcome }) => outcome)).toEqual(['failed', 'failed']);
    expect(controller.faults).toEqual([{ timeS: 100, kind: 'zone', replicas: 2, requests: 2 }]);
    // Two of four are away for the outage, and for repair and start after it; looks come every second.
    expect(groups[0]!.replicaSeconds.ready).toBe(4 * 2000 - 2 * (300 + 750));
    expect(controller.drills).toEqual([{ name: 'zone-loss', replicasLost: 2, requestsLost: 2, recoveredAfterS: 1050 }]);
  });

  it('take all spot machines away, which are replaced on demand, and say so when nothing has recovered by the end', () => {
    const nodes = new Nodes({ ...settings, spotShare: 0.5 });
    nodes.begin([0, 1, 2, 3]);
    const drill = { name: 'drought', kind: 'spot-drought' as const, startS: 100, endS: Infinity };
    const controller = new FaultyFleet(new FixedPool(4, nodes), {
      spot: [{ lifetime: () => 1e9, noticeS: 120 }],
      drills: [drill],
    });
    runSmall({ engines: 4 }, listed([]), { controller, untilS: 500 });
    expect(nodes.spotInUse).toEqual([]);
    expect(nodes.count).toBe(4);
    expect(controller.drills).toEqual([{ name: 'drought', replicasLost: 0, requestsLost: 0, recoveredAfterS: null }]);
  });
});
