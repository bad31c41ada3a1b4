/** A table as data: written once, laid out for the terminal, Markdown and HTML by the three renderers. */

/** What a cell means; each renderer has its own way to show it. */
export type Tone = 'good' | 'bad' | 'caution' | 'strong' | 'quiet';

export type Cell =
  | string
  | {
      readonly text: string;
      readonly tone?: Tone /** A sign after the figure: ✗ missed, ▲ at the maximum. */;
      readonly mark?: string;
    };

export interface Column {
  readonly header: string;
  readonly align?: 'left' | 'right';
  /** The text may be cut with `…` down to `minWidth` cells where the table is too wide for the terminal. */
  readonly shrinks?: boolean;
  readonly minWidth?: number;
  /** Terminal only: longer text is cut to this even where there is room. */
  readonly maxWidth?: number;
  /** Where text is cut; paths are cut in the middle, because their ends tell them apart. */
  readonly cut?: 'end' | 'middle';
  /** Terminal only: left out, highest first, while the table is too wide. Absent: always kept. */
  readonly dropOrder?: number;
}

export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Without the columns in which no row says anything. */
export function pruned(table: Table): Table {
  const says = table.columns.map((_, index) => table.rows.some((row) => cellText(row[index]).trim() !== ''));
  const keep = <T>(parts: readonly T[]): T[] => parts.filter((_, index) => says[index]);
  return { columns: keep(table.columns), rows: table.rows.map(keep) };
}

export const cellText = (cell: Cell | undefined): string => (typeof cell === 'string' ? cell : (cell?.text ?? ''));

export const cellMark = (cell: Cell | undefined): string => (typeof cell === 'object' ? (cell.mark ?? '') : '');

/** A figure against its limit: ✗ and red where missed. */
export const judged = (text: string, isMet: boolean): Cell => (isMet ? text : { text, tone: 'bad', mark: '✗' });

export const number = (header: string, dropOrder?: number): Column => ({
  header,
  align: 'right',
  ...(dropOrder === undefined ? {} : { dropOrder }),
});

export const label = (header: string, minWidth = 8): Column => ({ header, shrinks: true, minWidth });
