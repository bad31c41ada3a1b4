import { describe, expect, it } from 'vitest';
import { type NodeSettings, Nodes } from '../../../src/fleet/scaling/nodes.js';

const startup = { provisionS: 100, pullS: 60, loadS: 30, initS: 20 };
const nodes = (settings: Partial<NodeSettings> = {}): Nodes =>
  new Nodes({
    startup,
    replicasPerNode: 1,
    acceleratorsPerNode: 1,
    quota: Infinity,
    warmNodes: 0,
    retentionS: 600,
    ...settings,
  });
const placed = (pool: Nodes, now: number, index: number): number => {
  const place = pool.place(now);
  if (!place.ok) throw new Error(place.why);
  place.take(index);
  return place.readyAtS;
};

describe('nodes under replicas', () => {
  it('a new replica waits for its node, the image, the weights and the engine', () => {
    expect(placed(nodes(), 1000, 0)).toBe(1000 + 100 + 60 + 30 + 20);
  });

  it('a node that ran a replica has its image: only weights and engine are left', () => {
    const pool = nodes();
    placed(pool, 0, 0);
    pool.release(0, 500);
    expect(placed(pool, 700, 0)).toBe(700 + 30 + 20);
    expect(pool.count).toBe(1);
  });

  it('an empty node is kept for a while and paid until it stops', () => {
    const pool = nodes({ retentionS: 300 });
    placed(pool, 100, 0);
    pool.release(0, 500);
    expect(placed(pool, 900, 0)).toBe(900 + 210);
    expect(pool.runs(0, 2000)).toEqual([
      { startS: 100, endS: 800, isPart: false },
      { startS: 900, endS: 2000, isPart: true },
    ]);
  });

  it('replicas share a node that has room for several, and its image', () => {
    const pool = nodes({ replicasPerNode: 4, acceleratorsPerNode: 8 });
    expect(placed(pool, 0, 0)).toBe(210);
    expect(placed(pool, 10, 1)).toBe(100 + 60 + 30 + 20);
    expect(placed(pool, 500, 2)).toBe(500 + 30 + 20);
    expect(pool.count).toBe(1);
  });

  it('a replica that spans two nodes holds both', () => {
    const pool = nodes({ replicasPerNode: 1 / 2, acceleratorsPerNode: 8 });
    placed(pool, 0, 0);
    expect(pool.count).toBe(2);
    pool.release(0, 50);
    expect(pool.runs(0, 10_000).map(({ endS }) => endS)).toEqual([650, 650]);
  });

  it('the quota counts the accelerators of whole nodes, empty ones included', () => {
    const pool = nodes({ acceleratorsPerNode: 8, quota: 16 });
    placed(pool, 0, 0);
    placed(pool, 0, 1);
    expect(pool.place(0)).toMatchObject({ ok: false, why: 'quota' });
    pool.release(0, 10);
    // Its node boots still, and pulls the image all the same.
    expect(pool.place(10)).toMatchObject({ ok: true, readyAtS: 100 + 60 + 50, onNewNode: false });
  });

  it('a warm node takes a replica without boot or pull, and another takes its place', () => {
    const pool = nodes({ warmNodes: 1 });
    pool.begin([0]);
    expect(pool.count).toBe(2);
    expect(placed(pool, 1000, 1)).toBe(1000 + 50);
    expect(pool.count).toBe(3);
    // The next one comes before the new spare is up.
    expect(placed(pool, 1010, 2)).toBe(1000 + 100 + 50);
  });

  it('a lost node takes its replicas with it and is paid until then', () => {
    const pool = nodes({ replicasPerNode: 2 });
    pool.begin([0, 1, 2]);
    expect(pool.lose(0, 40)).toEqual([0, 1]);
    expect(pool.runs(0, 100)).toEqual([
      { startS: 0, endS: 40, isPart: true },
      { startS: 0, endS: 100, isPart: true },
    ]);
  });

  it('runs are clipped to the measured time, and what began before is not a whole start', () => {
    const pool = nodes({ retentionS: 0 });
    placed(pool, 10, 0);
    pool.release(0, 70);
    expect(pool.runs(50, 100)).toEqual([{ startS: 0, endS: 20, isPart: true }]);
  });
});
