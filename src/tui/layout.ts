/** Where panels stand for a terminal's size. One row stays free: a screen as tall as the terminal makes it scroll. */
import type { Panel } from './state.js';

export const MIN_COLUMNS = 60;
export const MIN_ROWS = 20;
const WIDE_COLUMNS = 100;
const SUGGESTION_ROWS = 5;

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Layout {
  readonly kind: 'wide' | 'stacked' | 'too-small';
  readonly screen: Size;
  /** Rows of panels from top to bottom, each from left to right. */
  readonly bands: readonly (readonly ({ readonly panel: Panel } & Size)[])[];
  readonly hasBottleneckLine: boolean;
}

const clamp = (value: number, min: number, max: number): number => Math.max(min, Math.min(max, value));

/** The layout for so many columns and rows; `wanted` are the lines that panels would like to show. */
export function layoutFor(
  columns: number,
  rows: number,
  focus: Panel,
  wanted: { readonly levers: number; readonly outcome: number },
): Layout {
  const screen = { width: columns, height: rows - 1 };
  if (columns < MIN_COLUMNS || rows < MIN_ROWS)
    return { kind: 'too-small', screen, bands: [], hasBottleneckLine: false };
  return columns >= WIDE_COLUMNS ? wide(screen, focus, wanted) : stacked(screen, focus, wanted);
}

function wide(screen: Size, focus: Panel, wanted: { levers: number; outcome: number }): Layout {
  const { width, height } = screen;
  const hasSuggestion = height >= 26;
  const body = height - 3 - (hasSuggestion ? SUGGESTION_ROWS : 0);
  const top = clamp(
    Math.max(wanted.levers, wanted.outcome) + 2,
    Math.min(8, body - 6),
    Math.max(body - 9, Math.ceil(body / 2)),
  );
  const leversWidth = clamp(Math.round(width * 0.38), 38, 56);
  const half = Math.ceil(width / 2);
  const right: Panel = !hasSuggestion && focus === 'suggestion' ? 'suggestion' : 'latency';
  return {
    kind: 'wide',
    screen,
    hasBottleneckLine: true,
    bands: [
      [
        { panel: 'levers', width: leversWidth, height: top },
        { panel: 'outcome', width: width - leversWidth, height: top },
      ],
      [
        { panel: 'cost', width: half, height: body - top },
        { panel: right, width: width - half, height: body - top },
      ],
      ...(hasSuggestion ? [[{ panel: 'suggestion' as const, width, height: SUGGESTION_ROWS }]] : []),
    ],
  };
}

/** Outcome, one of cost, latency and suggestion (the focused one), levers. */
function stacked(screen: Size, focus: Panel, wanted: { levers: number; outcome: number }): Layout {
  const { width, height } = screen;
  const hasBottleneckLine = height >= 22;
  const body = height - 2 - (hasBottleneckLine ? 1 : 0);
  const middle = clamp(Math.round(body * 0.3), 5, 12);
  const levers = clamp(wanted.levers + 2, 5, Math.max(5, Math.floor((body - middle) * 0.45)));
  const panel: Panel = focus === 'latency' || focus === 'suggestion' ? focus : 'cost';
  return {
    kind: 'stacked',
    screen,
    hasBottleneckLine,
    bands: [
      [{ panel: 'outcome', width, height: body - middle - levers }],
      [{ panel, width, height: middle }],
      [{ panel: 'levers', width, height: levers }],
    ],
  };
}
