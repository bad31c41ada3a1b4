import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meterRule } from '../../src/billing/meter.js';
import { billedByHour, instanceRuns, instancesFor } from '../../src/billing/usage.js';

describe('instances behind accelerators in use', () => {
  it('are whole: ⌈in use / per instance⌉', () => {
    expect([0, 1, 8, 9, 17].map((inUse) => instancesFor(inUse, 8))).toEqual([0, 1, 1, 2, 3]);
  });

  it('serve one device each where an instance holds a slice of one', () => {
    expect(instancesFor(3, 0.25)).toBe(3);
  });

  it('start and stop with the steps; the last started stops first', () => {
    const steps = [
      { atS: 0, accelerators: 8 },
      { atS: 100, accelerators: 20 },
      { atS: 400, accelerators: 10 },
      { atS: 900, accelerators: 8 },
    ];
    expect(instanceRuns(steps, 8, 1000)).toEqual([
      { startS: 100, endS: 400, isPart: false },
      { startS: 100, endS: 900, isPart: false },
      { startS: 0, endS: 1000, isPart: true },
    ]);
  });

  it('run as long together as the step function says', () => {
    const step = fc.record({ atS: fc.integer({ min: 0, max: 5000 }), accelerators: fc.integer({ min: 0, max: 40 }) });
    fc.assert(
      fc.property(fc.uniqueArray(step, { selector: (each) => each.atS, maxLength: 12 }), (unsorted) => {
        const steps = [...unsorted].sort((a, b) => a.atS - b.atS);
        const windowS = 4000;
        let expected = 0;
        steps.forEach(({ atS, accelerators }, place) => {
          const untilS = Math.min(windowS, steps[place + 1]?.atS ?? windowS);
          if (atS < windowS) expected += Math.ceil(accelerators / 8) * (untilS - atS);
        });
        const total = instanceRuns(steps, 8, windowS).reduce((sum, run) => sum + run.endS - run.startS, 0);
        expect(total).toBe(expected);
      }),
    );
  });
});

describe('seconds billed in each hour', () => {
  it('split a run at the hours', () => {
    const runs = [{ startS: 1800, endS: 9000, isPart: true }];
    expect([...billedByHour(runs, 10800, meterRule('aws'))]).toEqual([1800, 3600, 1800]);
  });

  it('round each whole start up, but not a run that the window cuts', () => {
    const rule = meterRule('aws');
    expect([...billedByHour([{ startS: 0, endS: 10 }], 3600, rule)]).toEqual([60]);
    expect([...billedByHour([{ startS: 0, endS: 10, isPart: true }], 10, rule)]).toEqual([10]);
  });

  it('count what rounding adds beyond the window in its last hour', () => {
    expect([...billedByHour([{ startS: 3595, endS: 3600 }], 3600, meterRule('aws'))]).toEqual([60]);
  });

  it('make flapping pay the minimum each time', () => {
    const flaps = Array.from({ length: 30 }, (_, place) => ({ startS: place * 100, endS: place * 100 + 10 }));
    expect([...billedByHour(flaps, 3600, meterRule('aws'))]).toEqual([30 * 60]);
  });
});
