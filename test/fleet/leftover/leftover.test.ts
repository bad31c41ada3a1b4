import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type JobOutcome,
  type LeftoverJob,
  type LeftoverStep,
  runOnLeftover,
} from '../../../src/fleet/leftover/leftover.js';
import { secondsFor, spentOf } from '../../../src/fleet/leftover/worker.js';

const JOB: LeftoverJob = {
  priority: 0,
  startS: 0,
  accelerators: 1,
  workers: 8,
  work: 1000,
  ratePerS: 1,
  startupS: 10,
  checkpointS: Infinity,
  writeS: 0,
};
const only = (job: Partial<LeftoverJob>, steps: readonly LeftoverStep[], untilS = 1e6): JobOutcome =>
  runOnLeftover([{ ...JOB, ...job }], steps, untilS)[0]!;
const steady = (accelerators: number): LeftoverStep[] => [{ atS: 0, accelerators }];

describe('a job on a steady leftover', () => {
  it('takes its startup and work / (rate · workers)', () => {
    for (const n of [1, 3, 8, 20]) {
      const { finishedS, startedS, lost, preemptions, mostWorkers, held } = only({}, steady(n));
      const workers = Math.min(8, n);
      expect(startedS).toBe(0);
      expect(finishedS).toBeCloseTo(10 + 1000 / workers, 9);
      expect([lost, preemptions, mostWorkers]).toEqual([0, 0, workers]);
      expect(held.startup).toBeCloseTo(10 * workers, 9);
      expect(held.working).toBeCloseTo(1000, 6);
    }
  });

  it('writes a checkpoint after every interval, the last included', () => {
    const job = { accelerators: 4, workers: 1, checkpointS: 300, writeS: 20 };
    expect(only(job, steady(4)).finishedS).toBeCloseTo(10 + 1000 + 4 * 20, 9);
    expect(only({ ...job, work: 900 }, steady(4)).finishedS).toBeCloseTo(10 + 900 + 3 * 20, 9);
  });

  it('waits for all the accelerators that it needs at once', () => {
    const steps = [...steady(7), { atS: 500, accelerators: 8 }];
    const { startedS, finishedS } = only({ accelerators: 8, workers: 1 }, steps);
    expect([startedS, finishedS]).toEqual([500, 500 + 10 + 1000]);
    expect(only({ accelerators: 8, workers: 1 }, steady(7))).toMatchObject({ startedS: undefined, done: 0 });
  });

  it('begins at its start', () => {
    expect(only({ startS: 100, workers: 1 }, steady(1))).toMatchObject({ startedS: 100, finishedS: 1110 });
  });
});

describe('a job that is preempted', () => {
  const dip = (atS: number, lasts: number): LeftoverStep[] => [
    ...steady(1),
    { atS, accelerators: 0 },
    { atS: atS + lasts, accelerators: 1 },
  ];

  it('does the work since its last checkpoint again', () => {
    // 390 s of work, of which 300 are saved; then 700 remain.
    const outcome = only({ checkpointS: 100 }, dip(400, 50));
    expect(outcome).toMatchObject({ preemptions: 1, lost: 90, finishedS: 450 + 10 + 700 });
  });

  it('loses everything without checkpoints, and nothing at a checkpoint', () => {
    expect(only({}, dip(400, 50))).toMatchObject({ lost: 390, finishedS: 450 + 10 + 1000 });
    expect(only({ checkpointS: 130 }, dip(400, 50))).toMatchObject({ lost: 0, finishedS: 450 + 10 + 610 });
  });

  it('loses nothing but its time while it starts', () => {
    const { lost, finishedS, held } = only({}, dip(6, 4));
    expect([lost, finishedS]).toEqual([0, 10 + 10 + 1000]);
    expect(held.startup).toBe(16);
  });

  it('yields its newest worker first', () => {
    const steps = [...steady(1), { atS: 200, accelerators: 2 }, { atS: 300, accelerators: 1 }];
    // The second worker did 90 s and loses them; the first goes on.
    expect(only({}, steps)).toMatchObject({ lost: 90, preemptions: 1, finishedS: 1010 });
  });
});

describe('several jobs', () => {
  it('go by priority: a lower one runs on what the higher leaves', () => {
    const [low, high] = runOnLeftover(
      [JOB, { ...JOB, priority: 5, accelerators: 4, workers: 1, startS: 100, work: 200 }],
      steady(4),
      1e6,
    );
    expect(high).toMatchObject({ startedS: 100, finishedS: 310, preemptions: 0 });
    expect(low).toMatchObject({ preemptions: 4, lost: 4 * 90 });
    expect(low!.finishedS).toBeCloseTo(310 + 10 + 250, 9);
  });

  it('keep what they have among equals', () => {
    const [first, second] = runOnLeftover([{ ...JOB, startS: 50 }, JOB], steady(8), 1e6);
    expect(second).toMatchObject({ preemptions: 0, finishedS: 135 });
    expect(first!.startedS).toBe(135);
  });
});

const job = fc
  .record({
    priority: fc.integer({ min: 0, max: 2 }),
    startS: fc.integer({ min: 0, max: 300 }),
    accelerators: fc.integer({ min: 1, max: 4 }),
    workers: fc.integer({ min: 1, max: 5 }),
    work: fc.integer({ min: 1, max: 3000 }),
    ratePerS: fc.integer({ min: 1, max: 3 }),
    startupS: fc.integer({ min: 0, max: 30 }),
    checkpointS: fc.oneof(fc.integer({ min: 1, max: 200 }), fc.constant(Infinity)),
    writeS: fc.integer({ min: 0, max: 9 }),
  })
  .map((each) => (each.writeS > 0 ? { ...each, workers: 1 } : each));
const timeline = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 80 }), fc.integer({ min: 0, max: 12 })), { minLength: 1, maxLength: 40 })
  .map((changes) => {
    let atS = -changes[0]![0];
    return changes.map(([after, accelerators]) => ({ atS: (atS += after), accelerators }));
  });

describe('leftover', () => {
  it('is never exceeded, and work is conserved', () => {
    fc.assert(
      fc.property(fc.array(job, { minLength: 1, maxLength: 4 }), timeline, (jobs, steps) => {
        const untilS = 2000;
        const outcomes = runOnLeftover(jobs, steps, untilS);
        for (let t = 0.5; t < untilS; t += 3) {
          const leftover = steps.findLast(({ atS }) => atS <= t)!.accelerators;
          const used = outcomes
            .flatMap(({ grants }) => grants)
            .reduce((sum, { startS, endS, accelerators }) => (startS <= t && t < endS ? sum + accelerators : sum), 0);
          expect(used).toBeLessThanOrEqual(leftover);
        }
        outcomes.forEach(({ done, lost, held, grants, finishedS }, i) => {
          const { ratePerS, accelerators, work } = jobs[i]!;
          const granted = grants.reduce((sum, each) => sum + (each.endS - each.startS) * each.accelerators, 0);
          expect(held.startup + held.working + held.writing).toBeCloseTo(granted, 4);
          expect(done + lost).toBeCloseTo((held.working / accelerators) * ratePerS, 3);
          if (finishedS === undefined) expect(done).toBeLessThanOrEqual(work + 1e-6);
          else expect(done).toBe(work);
        });
      }),
      { numRuns: 150 },
    );
  });

  it('more accelerators never hold a lone job up when nothing is lost', () => {
    fc.assert(
      fc.property(job, fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 5 }), (one, n, more) => {
        const [less, with_] = [only(one, steady(n)), only(one, steady(n + more))];
        if (less.finishedS !== undefined) expect(with_.finishedS!).toBeLessThanOrEqual(less.finishedS + 1e-6);
      }),
    );
  });

  it('takes as long as a worker says', () => {
    fc.assert(
      fc.property(job, ({ startupS, checkpointS, writeS, work }) => {
        const pace = { startupS, checkpointS, writeS };
        const { workingS } = spentOf(pace, secondsFor(pace, work), work);
        expect(workingS).toBeCloseTo(work, 6);
      }),
    );
  });
});
