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

  it('buys its share on spot, beyond what is committed, and on demand while spot is dry', () => {
    const pool = nodes({ spotShare: 0.5, committed: 2 });
    for (let i = 0; i < 6; i++) placed(pool, 0, i);
    // Of the four beyond the two committed ones, half.
    expect(pool.spotInUse).toHaveLength(2);
    const spot = pool.setSpotDry(true);
    expect(spot).toHaveLength(2);
    for (const machine of spot) expect(pool.notice(machine).replicas).toHaveLength(1);
    expect(pool.spotInUse).toEqual([]);
    for (let i = 6; i < 10; i++) placed(pool, 10, i);
    expect(pool.spotInUse).toEqual([]);
    pool.setSpotDry(false);
    placed(pool, 20, 10);
    expect(pool.spotInUse).toHaveLength(1);
    expect(pool.runs(0, 100).filter(({ isSpot }) => isSpot)).toHaveLength(3);
  });

  it('a machine under notice takes nothing new and is paid until it is taken back', () => {
    const pool = nodes({ spotShare: 1, replicasPerNode: 2 });
    placed(pool, 0, 0);
    const { machine } = pool.spotInUse[0]!;
    expect(pool.notice(machine)).toEqual({ type: 0, replicas: [0] });
    placed(pool, 50, 1);
    expect(pool.count).toBe(2);
    pool.release(0, 60);
    expect(pool.reclaim(machine, 170)).toEqual([]);
    expect(pool.count).toBe(1);
    expect(pool.runs(0, 1000)[0]).toEqual({ startS: 0, endS: 170, isPart: true, isSpot: true });
  });

  it('spreads over zones, loses one whole, and starts in the others until it is back', () => {
    const pool = nodes({ zones: 3 });
    for (let i = 0; i < 6; i++) placed(pool, 0, i);
    expect(pool.closeZone(0, 100)).toEqual([0, 3]);
    for (const i of [0, 3]) placed(pool, 100, i);
    expect(pool.closeZone(0, 110)).toEqual([]);
    pool.openZone(0);
    // The empty zone fills first.
    for (const i of [6, 7]) placed(pool, 200, i);
    expect(pool.closeZone(0, 300)).toEqual([6, 7]);
  });

  it('a pool of fixed size has no machine to spare while its zone is closed', () => {
    const pool = nodes({ zones: 2, mostNodes: 4 });
    pool.begin([0, 1, 2, 3]);
    expect(pool.closeZone(0, 10)).toEqual([0, 2]);
    expect(pool.place(10)).toMatchObject({ ok: false, why: 'capacity' });
    pool.openZone(0);
    for (const i of [0, 2]) placed(pool, 20, i);
    expect(pool.place(20)).toMatchObject({ ok: false, why: 'capacity' });
  });
});
