/** A grid of dots, two by four in a terminal cell, written as Braille characters (U+2800 block). */

/** Bit of the dot at (x mod 2, y mod 4), Unicode standard, block Braille Patterns. */
const BITS: readonly (readonly number[])[] = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
];

export interface DotGrid {
  readonly columns: number;
  readonly rows: number;
  /** One byte a cell, row by row. */
  readonly cells: Uint8Array;
}

/** An empty grid of so many terminal cells. */
export const dotGrid = (columns: number, rows: number): DotGrid => ({
  columns,
  rows,
  cells: new Uint8Array(columns * rows),
});

/** Sets a dot; (0, 0) is top left. Dots outside are dropped. */
export function setDot({ columns, rows, cells }: DotGrid, x: number, y: number): void {
  if (x < 0 || y < 0 || x >= columns * 2 || y >= rows * 4) return;
  const at = (y >> 2) * columns + (x >> 1);
  cells[at] = (cells[at] ?? 0) | (BITS[x & 1]?.[y & 3] ?? 0);
}

/** The character of a cell; a space where no dot is set. */
export const brailleOf = (bits: number): string => (bits === 0 ? ' ' : String.fromCharCode(0x2800 + bits));

/**
 * Sets the dots of a curve: `yAt(x)` for each dot column, joined by vertical runs; `null` leaves a gap.
 * `every` above 1 sets only each so-manieth dot (a dotted curve).
 */
export function drawCurve(grid: DotGrid, yAt: (x: number) => number | null, every = 1): void {
  let before: number | null = null;
  for (let x = 0; x < grid.columns * 2; x++) {
    const exact = yAt(x);
    const y = exact === null ? null : Math.round(exact);
    if (y !== null) {
      // Half of a steep run belongs to each column, so that slopes look even.
      const from = before === null || every > 1 ? y : before + Math.sign(y - before);
      const [top, bottom] = from < y ? [from, y] : [y, from];
      for (let dot = top; dot <= bottom; dot++) if (x % every === 0) setDot(grid, x, dot);
    }
    before = y;
  }
}

/** Fills the space between two curves with a sparse, even pattern. */
export function fillBand(
  grid: DotGrid,
  topAt: (x: number) => number | null,
  bottomAt: (x: number) => number | null,
): void {
  for (let x = 0; x < grid.columns * 2; x++) {
    const top = topAt(x);
    const bottom = bottomAt(x);
    if (top === null || bottom === null) continue;
    for (let y = Math.round(top); y <= Math.round(bottom); y++) {
      if ((x + 2 * (y & 1)) % 4 === 0) setDot(grid, x, y);
    }
  }
}
