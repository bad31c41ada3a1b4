import { describe, expect, it } from 'vitest';
import { brailleOf, dotGrid, drawCurve, setDot } from '../../src/tui/braille.js';
import { type ChartData, drawChart, monthAxis, niceScale } from '../../src/tui/chart.js';
import { shortMoney } from '../../src/tui/format.js';

const starts = ['2026-10-01', '2026-11-01', '2026-12-01', '2027-01-01', '2027-02-01', '2027-03-01'];
const lines = (data: ChartData, width: number, height: number, format: (value: number) => string = String): string[] =>
  drawChart(data, width, height, format).map((spans) => spans.map(({ text }) => text).join(''));

describe('braille dots', () => {
  it('follow the Unicode numbering of the eight dots', () => {
    const characters = [0, 1, 2, 3].flatMap((y) =>
      [0, 1].map((x) => {
        const grid = dotGrid(1, 1);
        setDot(grid, x, y);
        return brailleOf(grid.cells[0] ?? 0);
      }),
    );
    expect(characters.join('')).toBe('⠁⠈⠂⠐⠄⠠⡀⢀');
  });

  it('join a steep curve without holes and drop what is outside', () => {
    const grid = dotGrid(2, 2);
    drawCurve(grid, (x) => (x < 2 ? 0 : 7));
    expect([...grid.cells].map(brailleOf).join('')).toBe('⠉⡆ ⣇'.replace(' ', brailleOf(grid.cells[2] ?? 0)));
    setDot(grid, 9, 9);
    expect(grid.cells.length).toBe(4);
  });
});

describe('chart', () => {
  it('draws a rising line over its limit, exactly', () => {
    const limit = { value: 15_000, labels: ['budget $15k, crossed Jan 2027', 'budget'] };
    expect(lines({ starts, line: [10_000, 12_000, 14_000, 16_000, 18_000, 20_000], limit }, 36, 6, shortMoney)).toEqual(
      [
        '$20k ┤                        ⢀⣀⠤⠔⠒⠉',
        '     │                  ⣀⡠⠤⠒⠒⠉⠁     ',
        '$15k ┤┄┄┄┄┄┄┄┄┄┄┄┄⣀⡠⠤⠒⠊⠉┄┄┄ budget ┄',
        '     │     ⢀⣀⠤⠤⠒⠊⠉                  ',
        '$10k ┤⣀⠤⠔⠒⠉⠁                        ',
        '     └Oct   Nov   Dec  2027  Feb Mar',
      ],
    );
  });

  it('draws the band around the line and the dotted base', () => {
    const band = starts.map((_, month) => ({ low: 20 - 2 * month, high: 20 + 2 * month }));
    expect(lines({ starts, line: starts.map(() => 20), band, base: starts.map(() => 25) }, 30, 6)).toEqual([
      '30 ┤                 ⡀ ⡀⠄⡀⠄⡂⠄⡂',
      '   │⠂⠂⠂⠂⠂⠂⠂⠂⠂⠂⠂⠂⠂⠂⠂⠂⠂⠂⠂⠂⠂⠂⠂⠂⠂⠂',
      '20 ┤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤',
      '   │      ⠁ ⠁⠂⠁⠂⠅⠂⠅⡂⠅⡂⠅⡂⠅⡂⠅⡂⠅⡂',
      '10 ┤                  ⠁⠂⠁⠂⠅⠂⠅⡂',
      '   └Oct  Nov  Dec  2027 Feb   ',
    ]);
  });

  it('leaves a gap where nothing is known', () => {
    expect(lines({ starts, line: [10, 10, null, null, 30, 30] }, 20, 4)).toEqual([
      '30 ┤            ⠈⠉⠉⠉',
      '   │⣀⣀⣀⡀            ',
      ' 0 ┤                ',
      '   └   Nov   2027   ',
    ]);
  });

  it('cuts off a value that explodes and marks it', () => {
    const drawn = lines(
      { starts, line: [100, 200, 400, 9000, 9000, 9000], cap: 2000, limit: { value: 800, labels: ['SLO'] } },
      30,
      6,
    );
    expect(drawn[0]).toBe('2000 ┤          ⢸⠉⠉⠉▲⠉⠉⠉⠉⠉⠉⠉⠉⠉');
    expect(drawn[2]).toBe('1000 ┤┄┄┄┄┄┄┄┄┄┄⡇┄┄┄┄┄┄┄ SLO ┄');
  });

  it('fills exactly the place it is given, whatever the data', () => {
    const datas: ChartData[] = [
      { starts: [], line: [] },
      { starts: ['2027-05-01'], line: [5] },
      { starts, line: starts.map(() => 0) },
      { starts, line: starts.map(() => null) },
      {
        starts,
        line: [1, 1e9, 3, 0.001, 5, 6],
        limit: { value: 2, labels: ['a very long label that fits nowhere at all'] },
      },
    ];
    for (const data of datas) {
      for (const [width, height] of [
        [56, 8],
        [30, 3],
        [12, 2],
        [6, 4],
      ] as const) {
        const drawn = lines(data, width, height, shortMoney);
        expect(drawn.map((line) => [...line].length)).toEqual(Array.from({ length: height }, () => width));
      }
    }
  });
});

describe('scale', () => {
  it('covers the data with round, even ticks', () => {
    expect(niceScale([29_990, 70_000], 6).ticks).toEqual([25_000, 50_000, 75_000]);
    expect(niceScale([0.2, 0.21], 7).ticks).toEqual([0.2, 0.204, 0.208, 0.212]);
  });

  it('starts at zero where the data starts low', () => {
    expect(niceScale([9, 1000], 5)).toMatchObject({ low: 0, high: 1000 });
  });

  it('keeps the data inside for any spread', () => {
    for (const [min, max] of [
      [0, 0],
      [5, 5],
      [-3, 4],
      [1e-6, 2e-6],
      [999, 1001],
      [1e9, 7e9],
    ] as const) {
      for (const rows of [1, 2, 4, 7, 12]) {
        const { low, high } = niceScale([min, max], rows);
        expect(low).toBeLessThanOrEqual(min);
        expect(high).toBeGreaterThanOrEqual(max * (1 - 1e-9));
        expect(high).toBeGreaterThan(low);
      }
    }
  });
});

describe('axis of months', () => {
  it('shows the year for January and thins the names out', () => {
    const year = Array.from({ length: 12 }, (_, month) => `2027-${String(month + 1).padStart(2, '0')}-01`);
    expect(monthAxis(year, 38)).toBe('2027   Mar   May    Jul    Sep    Nov ');
    expect(monthAxis(year, 20)).toBe('2027 Apr  Jul   Oct ');
  });
});
