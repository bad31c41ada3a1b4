import { describe, expect, it } from 'vitest';
import type { Distance } from '../../../src/latency/band.js';
import { leftOutBands } from '../../../src/latency/profiles/bands.js';
import { bandsSource, deriveBands } from '../../../src/validity/accuracy/bands.js';
import type { LeftOutRow } from '../../../src/validity/accuracy/leaveOut.js';
import { factorOf80, weightedFactorOf80 } from '../../../src/validity/calibrate/conformal.js';

const near: Distance = { unknownEra: false, hardware: 'same', newModel: false };
const row = (logError: number, change: Partial<LeftOutRow> = {}): LeftOutRow => ({
  dataset: 'a',
  metric: 'tpot_mean_ms',
  hardware: 'H100-SXM',
  logError,
  eraSeen: true,
  band80: 1.5,
  distance: near,
  learnt: true,
  ...change,
});
/** 99 errors of 0.01, 0.02 … 0.99 with signs in turn. */
const spread = Array.from({ length: 99 }, (_, at) => ((at + 1) / 100) * (at % 2 === 0 ? 1 : -1));

describe('factors that contain 80 %', () => {
  it('are the 80th of 99 errors, whatever their sign and order', () => {
    expect(Math.log(factorOf80(spread)!)).toBeCloseTo(0.8, 12);
    expect(Math.log(factorOf80([...spread].reverse())!)).toBeCloseTo(0.8, 12);
    expect(factorOf80([Number.NaN, 0.1], 2)).toBeUndefined();
  });

  it('are the same with equal weights, and follow the heavier errors', () => {
    expect(Math.log(weightedFactorOf80(spread.map((e) => [e, 3])))).toBeCloseTo(0.8, 12);
    const heavy = spread.map((e) => [e, Math.abs(e) < 0.2 ? 1000 : 1] as const);
    expect(Math.log(weightedFactorOf80(heavy))).toBeLessThan(0.2);
  });
});

describe('bands', () => {
  const of = (rows: readonly LeftOutRow[], scope: string) => deriveBands(rows).find((each) => each.scope === scope)!;

  it('come from the rows of their own scope and kind of metric', () => {
    const rows = [
      ...spread.map((e) => row(e / 10)),
      ...spread.map((e) => row(e, { metric: 'ttft_mean_ms' })),
      ...spread.map((e) => row(e / 2, { distance: { ...near, hardware: 'new' } })),
      ...spread.map((e) => row(e / 4, { distance: { ...near, hardware: 'new', unknownEra: true } })),
    ];
    expect(of(rows, 'sameHardware').band).toMatchObject({ tpot: 1.08, ttft: 2.23, e2e: leftOutBands.sameHardware.e2e });
    expect(of(rows, 'newHardware').band.tpot).toBe(1.49);
    expect(of(rows, 'unknownEra').band.tpot).toBe(1.22);
    expect(of(rows, 'newModel').band).toEqual(leftOutBands.newModel);
  });

  it('do not follow rows that no fit may learn from, nor rows without a prediction', () => {
    const rows = [...spread.map((e) => row(e / 10)), ...spread.map(() => row(3, { learnt: false })), row(Number.NaN)];
    expect(of(rows, 'sameHardware')).toMatchObject({ band: { tpot: 1.08 }, rows: { tpot: 99, ttft: 0, e2e: 0 } });
  });

  it('weigh a large table less than in proportion', () => {
    const many = Array.from({ length: 900 }, () => row(0.01, { dataset: 'large' }));
    const few = Array.from({ length: 100 }, () => row(0.5, { dataset: 'small' }));
    // 10 % of the rows, 25 % of the weight.
    expect(of([...many, ...few], 'sameHardware').band.tpot).toBe(1.65);
  });

  it('are written as a source file that says where they come from', () => {
    const source = bandsSource(deriveBands(spread.map((e) => row(e))), '2026-11-30');
    expect(source).toContain('2026-11-30');
    expect(source).toContain('Rows: tpot 99, ttft as before, e2e as before.');
    expect(source).toMatch(/sameHardware: \{ tpot: 2\.23, ttft: [\d.]+, e2e: [\d.]+ \},/);
  });
});
