import { describe, expect, it } from 'vitest';
import {
  type FittedRow,
  fitRows,
  leaveOutRows,
  plus,
  type RowModel,
  times,
} from '../../../src/validity/accuracy/rowFit.js';

/** Seconds of a job of x units: a fixed part, and units to some power at a rate. */
const model: RowModel<number> = {
  parameters: [times(1, 1), plus(1, 0.5)],
  predict: (x, [scale, power]) => scale! * x ** power!,
  noise: 0.05,
  effectiveRows: 1000,
  iterations: 20,
};
const measured = (x: number): number => 2.5 * x ** 1.3;
const rowOf = (x: number, device: string, size: string): FittedRow<number> => ({
  question: x,
  measured: measured(x),
  dataset: 'made',
  metric: 'seconds',
  hardware: device,
  group: { hardware: device, family: size },
});
const rows = ['one', 'other'].flatMap((device) => [1, 2, 4, 8, 16].map((x) => rowOf(x, device, x < 4 ? 's' : 'l')));

describe('a fit of rows', () => {
  it('finds factors and exponents that made the rows', () => {
    const [scale, power] = fitRows(rows, model);
    expect(scale).toBeCloseTo(2.5, 1);
    expect(power).toBeCloseTo(1.3, 1);
  });

  it('stays at its start without rows', () => {
    expect(fitRows([], model)).toEqual([1, 1]);
  });

  it('predicts every row once by a fit that did not see its group', () => {
    const seen: string[] = [];
    const odd = [...rows, { ...rowOf(3, 'third', 's'), measured: measured(3) * 2 }];
    const { rows: left, refits } = leaveOutRows(
      odd,
      model,
      'hardware',
      () => 1.4,
      (name) => seen.push(name),
    );
    expect([refits, seen]).toEqual([3, ['one', 'other', 'third']]);
    expect(left).toHaveLength(odd.length);
    // What no other device does is not known when it is left out.
    expect(left.at(-1)!.logError).toBeCloseTo(-Math.log(2), 1);
    expect(left.at(-1)).toMatchObject({ dataset: 'made', metric: 'seconds', hardware: 'third', band80: 1.4 });
  });

  it('leaves nothing out where there is one group', () => {
    const one = rows.filter(({ hardware }) => hardware === 'one');
    expect(
      leaveOutRows(
        one,
        model,
        'hardware',
        () => 1,
        () => {},
      ),
    ).toEqual({ rows: [], refits: 0 });
  });
});
