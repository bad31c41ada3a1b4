/** Replications are added until figures are as precise as asked. */
import { describe, expect, it } from 'vitest';
import { simulateToPrecision } from '../../src/simulate/precision.js';
import type { SimulationResult } from '../../src/simulate/result.js';
import { simulate } from '../../src/simulate/simulate.js';
import { tasksInThisThread } from '../../src/simulate/simulator.js';
import { only, QUEUE, worldOf } from './worlds.js';

const SET = ['window=5 min', 'warmup=30 s', 'services.desk.traffic.rate=5 /s'];

const widest = (result: SimulationResult): number => {
  const { wait_ms, e2e_ms } = only(result);
  const halves = [wait_ms!, e2e_ms].flatMap((summary) =>
    (['mean', 'p95'] as const).map((of) => (summary.ci95[of]![1] - summary.ci95[of]![0]) / 2 / summary[of]!),
  );
  return Math.max(...halves);
};

describe('simulating to a precision', () => {
  it.each([0.1, 0.04])('reaches intervals of ± %d of every headline figure', async (precision) => {
    const result = await simulateToPrecision(await worldOf(QUEUE, SET), { precision, runTasks: tasksInThisThread });
    expect(widest(result)).toBeLessThanOrEqual(precision);
    expect(result.replications).toBeGreaterThanOrEqual(10);
    expect(result.warnings).toEqual([]);
  });

  it('takes more replications for more precision', async () => {
    const world = await worldOf(QUEUE, SET);
    const wide = await simulateToPrecision(world, { precision: 0.1, runTasks: tasksInThisThread });
    const narrow = await simulateToPrecision(world, { precision: 0.04, runTasks: tasksInThisThread });
    expect(narrow.replications).toBeGreaterThan(wide.replications);
  });

  it('gives the same bytes for the same seed, and reports its progress', async () => {
    const world = await worldOf(QUEUE, SET);
    const seen: number[][] = [[], []];
    const runs = seen.map((own) =>
      simulateToPrecision(world, {
        precision: 0.05,
        runTasks: tasksInThisThread,
        onProgress: (replications) => own.push(replications),
      }),
    );
    const [a, b] = (await Promise.all(runs)).map((result) => JSON.stringify(result));
    expect(a).toBe(b);
    expect(seen[0]).toEqual(seen[1]);
    expect(seen[0]![0]).toBe(10);
    expect([...seen[0]!].sort((x, y) => x - y)).toEqual(seen[0]);
  });

  it('gives what a simulation with so many replications gives', async () => {
    const world = await worldOf(QUEUE, SET);
    const result = await simulateToPrecision(world, { precision: 0.05, runTasks: tasksInThisThread });
    const direct = simulate(world, { replications: result.replications });
    expect(result.services).toEqual(direct.services);
  });

  it('stops with a warning where the precision is out of reach', async () => {
    const world = await worldOf(QUEUE, ['window=1 min', 'warmup=0 s']);
    const result = await simulateToPrecision(world, { precision: 1e-4, runTasks: tasksInThisThread });
    expect(result.replications).toBe(640);
    expect(result.warnings.join()).toMatch(/asked for intervals of ±0\.010 %, reached ±\d/);
  });
});
