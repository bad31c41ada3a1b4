import { describe, expect, it } from 'vitest';
import { layoutFor } from '../../src/tui/layout.js';
import { PANELS } from '../../src/tui/state.js';

const WANTED = { levers: 7, outcome: 10 };

describe('layout', () => {
  it('fills the screen and no more, one row below the terminal, at every size', () => {
    for (let columns = 60; columns <= 220; columns += 4) {
      for (let rows = 20; rows <= 70; rows++) {
        for (const focus of PANELS) {
          const { screen, bands, hasBottleneckLine } = layoutFor(columns, rows, focus, WANTED);
          const heights = bands.map((band) => Math.max(...band.map(({ height }) => height)));
          expect(heights.reduce((sum, height) => sum + height, 2 + Number(hasBottleneckLine))).toBe(rows - 1);
          for (const band of bands) {
            expect(band.reduce((sum, { width }) => sum + width, 0)).toBe(screen.width);
            for (const { height } of band) expect(height).toBeGreaterThanOrEqual(4);
          }
        }
      }
    }
  });

  it('shows all panels at 100×30, and stacks outcome, cost and levers at 80×24', () => {
    const panels = (columns: number, rows: number, focus = PANELS[0] as (typeof PANELS)[number]) =>
      layoutFor(columns, rows, focus, WANTED).bands.map((band) => band.map(({ panel }) => panel));
    expect(panels(100, 30)).toEqual([['levers', 'outcome'], ['cost', 'latency'], ['suggestion']]);
    expect(panels(80, 24)).toEqual([['outcome'], ['cost'], ['levers']]);
    expect(panels(80, 24, 'latency')[1]).toEqual(['latency']);
    expect(panels(80, 24, 'suggestion')[1]).toEqual(['suggestion']);
    expect(panels(110, 22, 'suggestion')[1]).toEqual(['cost', 'suggestion']);
  });

  it('asks for room below 60 columns or 20 rows', () => {
    expect(layoutFor(59, 40, 'levers', WANTED).kind).toBe('too-small');
    expect(layoutFor(120, 19, 'levers', WANTED).kind).toBe('too-small');
    expect(layoutFor(60, 20, 'levers', WANTED).kind).toBe('stacked');
  });
});
