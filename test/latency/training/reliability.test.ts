import { describe, expect, it } from 'vitest';
import { checkpointIntervalS, deviceHoursFor, wallClock } from '../../../src/latency/training/reliability.js';

describe('failures and checkpoints', () => {
  it('gives the Llama 3 fleet an interruption every three hours', () => {
    expect(deviceHoursFor('H100-SXM')).toBeCloseTo(50_677, -1);
    expect(deviceHoursFor('H100-SXM') / 16_384).toBeCloseTo(3.09, 2);
  });

  it('approaches Young’s √(2·C·M) for rare failures', () => {
    expect(checkpointIntervalS(10, 1e8) / Math.sqrt(2 * 10 * 1e8)).toBeCloseTo(1, 3);
  });

  it('picks an interval that no other beats by more than a thousandth', () => {
    const [mtbfS, writeS] = [11_000, 60];
    const best = wallClock(1e6, mtbfS, writeS, 600).wallS;
    for (const intervalS of [200, 500, 900, 1500, 3000, 8000]) {
      expect(wallClock(1e6, mtbfS, writeS, 600, intervalS).wallS).toBeGreaterThan(best * 0.999);
    }
  });

  it('agrees with a run-through of memoryless failures', () => {
    // the mean of many runs with exponential failures from a fixed linear congruential stream
    let state = 12345;
    const uniform = (): number => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return (state + 0.5) / 2_147_483_648;
    };
    const [workS, mtbfS, writeS, restartS, intervalS] = [20_000, 5000, 50, 200, 1000];
    let total = 0;
    const runs = 4000;
    for (let run = 0; run < runs; run++) {
      for (let done = 0; done < workS; done += intervalS) {
        let need = intervalS + writeS;
        for (;;) {
          const failure = -mtbfS * Math.log(uniform());
          if (failure >= need) {
            total += need;
            break;
          }
          total += failure;
          need = intervalS + writeS + restartS;
        }
      }
    }
    const { wallS } = wallClock(workS, mtbfS, writeS, restartS, intervalS);
    expect(Math.abs(wallS / (total / runs) - 1)).toBeLessThan(0.03);
  });

  it('loses nothing worth naming in a short run on few devices', () => {
    expect(wallClock(3600, (50_000 * 3600) / 8, 5, 600).goodput).toBeGreaterThan(0.99);
  });
});
