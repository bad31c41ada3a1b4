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
  return new FaultyFleet(new FixedPool(replicas, nodes), lifetime);
}

describe('machines that fail', () => {
  it.each([1, 2, 3])(
    '%i of them serve together as independent alternating renewals do: a = mtbf / (mtbf + away)',
    (n) => {
      const a = MTBF_S / (MTBF_S + AWAY_S);
      const cycles = 4000;
      const untilS = cycles * (MTBF_S + AWAY_S);
      const controller = fixedFleet(n, exponential(stream(5, n, 'failures'), MTBF_S));
      const { replicaSeconds } = runSmall({ engines: n }, listed([]), { untilS, controller, warmupS: 20 * MTBF_S });
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
    const { replicaSeconds } = runSmall({ engines: 4 }, listed([]), { controller, untilS: 15 });
    expect(controller.faults).toEqual([
      { timeS: 10, kind: 'node', replicas: 2 },
      { timeS: 10, kind: 'node', replicas: 2 },
    ]);
    expect(replicaSeconds.serving).toBe(10);
  });

  it('a free place on a machine that stands takes a lost replica at once', () => {
    const lifetimes = [10, 1e9, 1e9];
    const controller = fixedFleet(3, () => lifetimes.shift() ?? 1e9, { replicasPerNode: 2 });
    const { replicaSeconds } = runSmall({ engines: 3 }, listed([]), { controller, untilS: 2000 });
    // Of the two that were lost, one finds a place beside the third (load and start), one waits for the repair as well.
    expect(replicaSeconds.ready).toBe(3 * 2000 - 150 - 750);
  });
});
