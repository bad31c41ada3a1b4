import { type Cell, cellMark, cellText, pruned, type Table } from '../view/table.js';
import { mdText } from './escape.js';

/** A table in GitHub's syntax, every cell escaped; empty columns are left out. Empty without rows. */
export function mdTable(whole: Table): string {
  if (whole.rows.length === 0) return '';
  const { columns, rows } = pruned(whole);
  return mdRows(
    columns.map((column) => ({ header: mdText(column.header), isRight: column.align === 'right' })),
    rows.map((row) => columns.map((_, index) => cellMarkdown(row[index]))),
  );
}

/** The same from cells that are Markdown already. */
export function mdRows(
  columns: readonly { readonly header: string; readonly isRight: boolean }[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = `|${columns.map((column) => (column.isRight ? '---:' : '---')).join('|')}|`;
  return [line(columns.map((column) => column.header)), rule, ...rows.map(line)].join('\n');
}

function cellMarkdown(cell: Cell | undefined): string {
  const text = mdText(`${cellText(cell)} ${cellMark(cell)}`.trim());
  const isStrong = typeof cell === 'object' && (cell.tone === 'strong' || cell.tone === 'bad');
  return isStrong && text !== '' ? `**${text}**` : text;
}
