/** Reads a measurement table into rows with their place in the file; what a row means is for `servingRow.ts` and its like. */
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { nearest } from '../../scenario/suggest.js';
import type { Problem } from '../../scenario/types.js';

/** What kind of measurements a header announces. */
export type TableKind = 'serving' | 'training' | 'cold-start' | 'other';

/** One row: its cells by column name, and where it stands. */
export interface Row {
  /** Line in the file, from 1. */
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
}

export interface MeasurementTable {
  readonly file: string;
  readonly kind: TableKind;
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

export type TableRead =
  | { readonly ok: true; readonly table: MeasurementTable }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Columns that a table of each kind must have. Optional ones may be missing: a missing column is a column of unknown cells. */
const required: Readonly<Record<Exclude<TableKind, 'other'>, readonly string[]>> = {
  serving: ['load', 'hardware', 'framework', 'model', 'prompt_tokens', 'output_tokens', 'metric', 'value'],
  training: ['hardware', 'model', 'sequence_length', 'metric', 'value'],
  'cold-start': ['hardware', 'model', 'storage', 'size_gb', 'metric', 'value'],
};

export const problemAt = (
  file: string,
  line: number,
  column: number,
  path: string,
  message: string,
  hint?: string,
): Problem => ({
  code: 'E2201',
  message,
  file,
  line,
  column,
  path,
  severity: 'error',
  ...(hint === undefined ? {} : { hint }),
});

const has = (columns: readonly string[], names: readonly string[]): boolean =>
  names.every((name) => columns.includes(name));

/** The kind whose own columns are there; a header of a known kind with a column misspelt is reported, not called `other`. */
const kindOf = (columns: readonly string[]): TableKind => {
  if (has(columns, ['sequence_length'])) return 'training';
  if (has(columns, ['storage', 'size_gb'])) return 'cold-start';
  const serving = required.serving.filter((name) => columns.includes(name)).length;
  return serving >= required.serving.length - 1 && !columns.includes('round') ? 'serving' : 'other';
};

const missingColumns = (file: string, kind: TableKind, columns: readonly string[]): readonly Problem[] => {
  const wanted = kind === 'other' ? ['metric', 'value'] : required[kind];
  return wanted
    .filter((name) => !columns.includes(name))
    .map((name) => {
      const near = nearest(
        name,
        columns.filter((column) => !wanted.includes(column)),
      )[0];
      const hint = near === undefined ? `a ${kind} table has ${wanted.join(', ')}` : `is it "${near}"?`;
      return problemAt(file, 1, 1, name, `the table has no column "${name}"`, hint);
    });
};

/**
 * Read a CSV measurement table.
 *
 * @param file path as shown in problems
 * @returns the table, or every problem of its form, each with line and column: unreadable file, empty file, columns missing or twice,
 *   rows of another width, broken quotes
 */
export const readTable = (file: string): TableRead => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { ok: false, problems: [problemAt(file, 0, 0, '', `cannot read ${file}: ${code ?? String(error)}`)] };
  }
  return parseTable(file, text);
};

interface Parsed {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** The same from text; `file` only names it. */
export const parseTable = (file: string, text: string): TableRead => {
  let records: readonly Parsed[];
  try {
    const options = { bom: true, info: true, relax_column_count: true, skip_empty_lines: true, trim: true };
    records = parse(text, options) as unknown as readonly Parsed[];
  } catch (error) {
    const { lines, message } = error as Error & { lines?: number };
    return { ok: false, problems: [problemAt(file, lines ?? 1, 1, '', `cannot parse the CSV: ${message}`)] };
  }
  const header = records[0];
  if (header === undefined) {
    return { ok: false, problems: [problemAt(file, 1, 1, '', 'the table is empty', 'expected a header line')] };
  }
  const columns = header.record.map((name) => name.trim());
  const kind = kindOf(columns);
  const problems = [...missingColumns(file, kind, columns)];
  columns.forEach((name, index) => {
    if (columns.indexOf(name) < index) {
      problems.push(problemAt(file, 1, index + 1, name, `the column "${name}" is there twice`));
    }
  });
  const rows = records.slice(1).map(({ record, info }): Row => {
    if (record.length !== columns.length) {
      problems.push(
        problemAt(file, info.lines, 1, '', `the row has ${record.length} cells, the header ${columns.length}`),
      );
    }
    return { line: info.lines, cells: Object.fromEntries(columns.map((name, at) => [name, record[at] ?? ''])) };
  });
  if (rows.length === 0) problems.push(problemAt(file, 1, 1, '', 'the table has a header and no rows'));
  return problems.length > 0 ? { ok: false, problems } : { ok: true, table: { file, kind, columns, rows } };
};
