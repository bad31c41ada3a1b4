import type { Theme } from '../format/theme.js';
import { type Cell, type Column, cellMark, cellText, pruned, type Table, type Tone } from '../view/table.js';
import { displayWidth, oneLine, padEnd, padStart, truncate, truncateMiddle, wrap } from './width.js';

export interface Layout {
  /** No line is longer than this many cells. */
  readonly width: number;
  readonly theme: Theme;
  readonly indent?: number;
}

const GAP = 2;

/**
 * The table as aligned lines without rules. Too wide for `width`: first columns that shrink are cut with `…`, then
 * columns with a `dropOrder` go and a last line names them; the last resort cuts every column.
 */
export function alignTable(whole: Table, layout: Layout): string[] {
  const table = pruned(whole);
  const indent = layout.indent ?? 2;
  const room = layout.width - indent;
  const natural = table.columns.map((column, index) => naturalWidth(column, index, table));
  const filled = table.columns.map((_, index) => index).filter((index) => natural[index]! > 0);
  const floor = (index: number): number => {
    const column = table.columns[index]!;
    return column.shrinks === true ? Math.min(natural[index]!, column.minWidth ?? 8) : natural[index]!;
  };
  const kept = dropUntilFits(filled, table.columns, floor, room);
  const widths = new Map(kept.map((index) => [index, natural[index]!]));
  shrinkWidest(widths, floor, room);
  shrinkWidest(widths, () => 1, room);

  const margin = ' '.repeat(indent);
  const header = kept.map((index) => place(table.columns[index]!.header, table.columns[index]!, widths.get(index)!));
  const lines = [margin + layout.theme.quiet(trimEnd(header.join('  ')))];
  for (const row of table.rows) {
    const parts = kept.map((index) => {
      const marked = hasMarks(table, index);
      return paintCell(row[index], table.columns[index]!, widths.get(index)!, marked, layout.theme);
    });
    lines.push(trimEnd(margin + parts.join('  ')));
  }
  const dropped = filled.filter((index) => !kept.includes(index)).map((index) => table.columns[index]!.header);
  const note = dropped.length === 0 ? [] : wrap(`(no room at this width for ${dropped.join(', ')})`, room);
  return [...lines, ...note.map((line) => margin + layout.theme.quiet(line))];
}

export function paintTone(text: string, tone: Tone | undefined, theme: Theme): string {
  return tone === undefined ? text : theme[tone](text);
}

const hasMarks = (table: Table, index: number): boolean => table.rows.some((row) => cellMark(row[index]) !== '');

function naturalWidth(column: Column, index: number, table: Table): number {
  const marks = hasMarks(table, index) ? 2 : 0;
  const bodies = table.rows.map((row) => displayWidth(oneLine(cellText(row[index]))) + marks);
  return Math.min(column.maxWidth ?? Number.POSITIVE_INFINITY, Math.max(displayWidth(column.header), ...bodies));
}

function dropUntilFits(
  filled: readonly number[],
  columns: readonly Column[],
  floor: (index: number) => number,
  room: number,
): number[] {
  let kept = [...filled];
  while (kept.reduce((sum, index) => sum + floor(index), (kept.length - 1) * GAP) > room) {
    const droppable = kept.filter((index) => columns[index]!.dropOrder !== undefined);
    if (droppable.length === 0) break;
    const victim = droppable.reduce((a, b) => (columns[b]!.dropOrder! >= columns[a]!.dropOrder! ? b : a));
    kept = kept.filter((index) => index !== victim);
  }
  return kept;
}

/** Takes cells from the widest column that may still give some, until the table fits or none can. */
function shrinkWidest(widths: Map<number, number>, floor: (index: number) => number, room: number): void {
  let excess = [...widths.values()].reduce((sum, width) => sum + width, (widths.size - 1) * GAP) - room;
  for (; excess > 0; excess--) {
    let widest = -1;
    for (const [index, width] of widths) {
      if (width > floor(index) && (widest < 0 || width > widths.get(widest)!)) widest = index;
    }
    if (widest < 0) return;
    widths.set(widest, widths.get(widest)! - 1);
  }
}

function place(header: string, column: Column, width: number): string {
  const text = cutterOf(column)(oneLine(header), width);
  return column.align === 'right' ? padStart(text, width) : padEnd(text, width);
}

const cutterOf = (column: Column): typeof truncate => (column.cut === 'middle' ? truncateMiddle : truncate);

/** Columns with a mark keep two cells for it in every row, so that the figures stay aligned. */
function paintCell(cell: Cell | undefined, column: Column, width: number, marked: boolean, theme: Theme): string {
  const room = marked ? Math.max(1, width - 2) : width;
  const text = cutterOf(column)(oneLine(cellText(cell)), room);
  const tail = marked ? ` ${cellMark(cell) || ' '}` : '';
  const blank = ' '.repeat(Math.max(0, room - displayWidth(text)));
  const painted = paintTone(trimEnd(text + tail), typeof cell === 'object' ? cell.tone : undefined, theme);
  const rest = (text + tail).slice(trimEnd(text + tail).length);
  return column.align === 'right' ? blank + painted + rest : painted + rest + blank;
}

const trimEnd = (text: string): string => text.replace(/ +$/, '');
