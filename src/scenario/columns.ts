import { parse } from 'csv-parse/sync';

export type Columns =
  | { readonly ok: true; readonly header: readonly string[]; readonly rows: readonly (readonly number[])[] }
  | { readonly ok: false; readonly message: string };

const MAX_ROWS = 1_000_000;

/** A small numeric CSV, with or without a header line. Comment lines start with `#`. */
export const readColumns = (text: string): Columns => {
  let records: string[][];
  try {
    records = parse(text, { bom: true, skip_empty_lines: true, trim: true, comment: '#', relax_column_count: true });
  } catch (error) {
    return { ok: false, message: `not a CSV file: ${(error as Error).message}` };
  }
  if (records.length > MAX_ROWS) return { ok: false, message: `more than ${MAX_ROWS} rows` };
  const [first] = records;
  const hasHeader = first?.some((cell) => cell !== '' && !Number.isFinite(Number(cell))) ?? false;
  const body = hasHeader ? records.slice(1) : records;
  const rows = body.map((record) => record.map((cell) => (cell === '' ? Number.NaN : Number(cell))));
  const bad = rows.findIndex((row) => row.some((cell) => !Number.isFinite(cell) || cell < 0));
  if (bad >= 0)
    return { ok: false, message: `row ${bad + (hasHeader ? 2 : 1)} has a cell that is not a number of at least 0` };
  if (rows.length === 0) return { ok: false, message: 'no rows' };
  return { ok: true, header: hasHeader ? first!.map((name) => name.toLowerCase()) : [], rows };
};
