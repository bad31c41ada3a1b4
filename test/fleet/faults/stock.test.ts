/** Instance types that cannot be had: how often, and what a pool starts in their place. */
import { describe, expect, it } from 'vitest';
import { FaultyFleet } from '../../../src/fleet/faults/faultyFleet.js';
import { StockClock, shareOutOfStock } from '../../../src/fleet/faults/stockClock.js';
import type { FleetControl } from '../../../src/fleet/llm/control.js';
import { FixedPool } from '../../../src/fleet/scaling/fixedPool.js';
import { type NodeSettings, Nodes } from '../../../src/fleet/scaling/nodes.js';
import { stream } from '../../../src/kernel/random.js';
import { FakeFleet } from '../scaling/fakeFleet.js';

const startup = { provisionS: 100, pullS: 60, loadS: 30, initS: 20 };
const slower = { ...startup, loadS: 90 };
const settings: NodeSettings = {
  startup,
  replicasPerNode: 1,
  acceleratorsPerNode: 1,
  fallback: [{ startup: slower, replicasPerNode: 4, acceleratorsPerNode: 4 }],
  quota: Infinity,
  warmNodes: 0,
  retentionS: 300,
};
const place = (nodes: Nodes, now: number, index: number) => {
  const placed = nodes.place(now);
  if (placed.ok) placed.take(index);
  return placed.ok
    ? { readyAtS: placed.readyAtS, type: placed.type, onNewNode: placed.onNewNode }
    : { why: placed.why };
};

describe('the stock of an instance type', () => {
  it('is out lasts / (between + lasts) of the time, from the first moment on', () => {
    const times = { betweenS: 3600, lastsS: 1200 };
    expect(shareOutOfStock(times)).toBe(0.25);
    const n = 4000;
    let outAtStart = 0;
    let outAtHour = 0;
    for (let i = 0; i < n; i++) {
      const clock = new StockClock(times, stream(1, i, 'stock'));
      if (clock.isOut) outAtStart++;
      while (clock.nextAt <= 3600) clock.turn();
      if (clock.isOut) outAtHour++;
    }
    const sd = Math.sqrt((0.25 * 0.75) / n);
    expect(Math.abs(outAtStart / n - 0.25)).toBeLessThan(4 * sd);
    expect(Math.abs(outAtHour / n - 0.25)).toBeLessThan(4 * sd);
  });

  it('lasts as long as it says, on average', () => {
    const clock = new StockClock({ betweenS: 5000, lastsS: 700 }, stream(2, 0, 'stock'));
    const spans = { out: 0, in: 0 };
    if (clock.isOut) clock.turn();
    const cycles = 5000;
    for (let i = 0; i < cycles; i++) {
      const from = clock.nextAt;
      clock.turn();
      spans.out += clock.nextAt - from;
      const back = clock.nextAt;
      clock.turn();
      spans.in += clock.nextAt - back;
    }
    expect(Math.abs(spans.out / cycles / 700 - 1)).toBeLessThan(4 / Math.sqrt(cycles));
    expect(Math.abs(spans.in / cycles / 5000 - 1)).toBeLessThan(4 / Math.sqrt(cycles));
  });
});

describe('machines of several instance types', () => {
  it('the next of the list is started while the first cannot be had, with its own start', () => {
    const nodes = new Nodes(settings);
    expect(place(nodes, 0, 0)).toEqual({ readyAtS: 210, type: 0, onNewNode: true });
    nodes.setStock(0, true);
    expect(place(nodes, 10, 1)).toEqual({ readyAtS: 10 + 270, type: 1, onNewNode: true });
    nodes.setStock(0, false);
    expect(place(nodes, 20, 2)).toEqual({ readyAtS: 100 + 10 + 60 + 90 + 20, type: 1, onNewNode: false });
    expect(nodes.count).toBe(2);
  });

  it('a place on a machine that is up comes before one on a machine that boots', () => {
    const nodes = new Nodes(settings);
    nodes.setStock(0, true);
    place(nodes, 0, 0);
    nodes.setStock(0, false);
    nodes.release(0, 10);
    for (let i = 1; i <= 5; i++) place(nodes, 200, i);
    // Four on the machine of the other type, which is up; the fifth finds its own.
    expect(nodes.placements.map(({ machine }) => machine)).toEqual([0, 0, 0, 0, 1]);
  });

  it('nothing is had where all types are out, and the reason is told from a full quota', () => {
    const nodes = new Nodes({ ...settings, quota: 4 });
    nodes.setStock(0, true);
    nodes.setStock(1, true);
    expect(place(nodes, 0, 0)).toEqual({ why: 'stock' });
    nodes.setStock(1, false);
    expect(place(nodes, 0, 0)).toMatchObject({ type: 1 });
    nodes.setStock(1, true);
    // Three places are left; the fifth replica needs a machine.
    for (let i = 1; i < 4; i++) expect(place(nodes, 0, i)).toMatchObject({ onNewNode: false });
    expect(place(nodes, 0, 4)).toEqual({ why: 'stock' });
    nodes.setStock(0, false);
    expect(place(nodes, 0, 4)).toEqual({ why: 'quota' });
  });

  it('two reasons for a stock-out end one by one', () => {
    const nodes = new Nodes({ ...settings, fallback: [] });
    nodes.setStock(0, true);
    nodes.setStock(0, true);
    nodes.setStock(0, false);
    expect(place(nodes, 0, 0)).toEqual({ why: 'stock' });
    nodes.setStock(0, false);
    expect(place(nodes, 0, 0)).toMatchObject({ type: 0 });
  });

  it('their runs say of which type they were, and the most replicas at once counts all of them', () => {
    const nodes = new Nodes(settings);
    place(nodes, 0, 0);
    nodes.setStock(0, true);
    place(nodes, 10, 1);
    place(nodes, 10, 2);
    nodes.release(0, 50);
    place(nodes, 60, 3);
    expect(nodes.runs(0, 1000)).toEqual([
      { startS: 0, endS: 1000, isPart: true },
      { startS: 10, endS: 1000, isPart: true, type: 1 },
    ]);
    expect(nodes.mostReplicas(0)).toBe(4 - 1);
    expect(nodes.mostReplicas(55)).toBe(3);
    expect(nodes.mostReplicas(70)).toBe(3);
  });
});

describe('a fleet that waits for stock', () => {
  it('gets what it misses when a type is back', () => {
    const nodes = new Nodes({ ...settings, fallback: [], retentionS: 0 });
    nodes.begin([0, 1]);
    const lifetimes = [50, 1e9, 1e9];
    const drill = { name: 'stock', kind: 'stock-out' as const, startS: 20, endS: 500 };
    const controller = new FaultyFleet(new FixedPool(2, nodes), {
      failures: () => lifetimes.shift() ?? 1e9,
      drills: [drill],
    });
    const fleet = new FakeFleet(2, (index, now) => controller.gone(index, now));
    while (controller.nextAt < 1000) {
      const at = controller.nextAt;
      fleet.pass(at, 0);
      controller.act(at, fleet as FleetControl);
    }
    expect(fleet.log).toEqual([{ what: 'add', at: 500, readyAtS: 500 + 210 }]);
    expect(controller.stockOuts).toEqual([{ type: 0, fromS: 20, untilS: 500 }]);
  });
});
