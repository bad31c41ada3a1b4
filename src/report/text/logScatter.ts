/** Points on two equal logarithmic axes in braille dots, with the diagonal where both agree. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface ScatterLayout {
  /** Cells, axis labels included. */
  readonly width: number;
  readonly height: number;
  readonly quiet: (text: string) => string;
}

/** Bits of a braille cell by row (4) and column (2). */
const dots = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

const shown = (value: number): string => {
  if (value >= 1e6) return `${Number((value / 1e6).toPrecision(2))}M`;
  if (value >= 1e3) return `${Number((value / 1e3).toPrecision(2))}k`;
  return String(Number(value.toPrecision(2)));
};

/** Lines of the chart: every point that has two positive coordinates, one at least. */
export const logScatter = (points: readonly Point[], layout: ScatterLayout): readonly string[] => {
  const valid = points.filter(({ x, y }) => x > 0 && y > 0 && Number.isFinite(x) && Number.isFinite(y));
  if (valid.length === 0) return ['  no points'];
  let low = Number.POSITIVE_INFINITY;
  let high = 0;
  for (const { x, y } of valid) {
    low = Math.min(low, x, y);
    high = Math.max(high, x, y);
  }
  // Room for one point alone, and so that no point lies on the edge.
  const from = Math.log(low / 1.15);
  const span = Math.log(high * 1.15) - from;
  const labels = [shown(high), shown(low)];
  const margin = 2 + Math.max(...labels.map((text) => text.length));
  const columns = Math.max(8, layout.width - margin - 2);
  const wide = columns * 2;
  const tall = layout.height * 4;
  const place = (value: number, size: number): number =>
    Math.min(size - 1, Math.max(0, Math.floor(((Math.log(value) - from) / span) * size)));
  const cells = Array.from({ length: layout.height }, () => new Uint8Array(columns));
  for (const { x, y } of valid) {
    const across = place(x, wide);
    const down = tall - 1 - place(y, tall);
    const row = cells[down >> 2]!;
    row[across >> 1] = row[across >> 1]! | dots[down & 3]![across & 1]!;
  }
  const lines = cells.map((row, index) => {
    const text = [...row].map((bits, column) => {
      if (bits > 0) return String.fromCharCode(0x2800 + bits);
      const diagonal = Math.floor((layout.height - 1 - index + 0.5) * (columns / layout.height));
      return Math.abs(diagonal - column) <= columns / layout.height / 2 ? layout.quiet('·') : ' ';
    });
    const name = index === 0 ? labels[0]! : index === layout.height - 1 ? labels[1]! : '';
    return `${name.padStart(margin - 1)} ┤${text.join('')}`.replace(/ +$/, '');
  });
  const left = shown(low);
  const right = shown(high);
  return [
    ...lines,
    `${' '.repeat(margin)}└${'─'.repeat(columns)}`,
    `${' '.repeat(margin + 1)}${left}${' '.repeat(Math.max(1, columns - left.length - right.length))}${right}`,
  ];
};
