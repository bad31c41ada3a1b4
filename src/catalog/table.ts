/** One row of a catalog: column name → text as written in the CSV; empty cells are empty strings. */
export type Row = Readonly<Record<string, string>>;

/**
 * A table as the built index stores it: one string of tab-separated lines, with the values of repetitive columns replaced by their
 * place in a dictionary. One string costs JSON.parse almost nothing, and a key is found by text search without decoding other rows.
 */
export interface Table {
  readonly columns: readonly string[];
  readonly dictionaries: Readonly<Record<string, readonly string[]>>;
  /** Lines between newlines, the first and the last included; the first column is the key. */
  readonly rows: string;
}

const clean = (value: string): string => value.replaceAll(/[\t\n\r]/g, ' ');

/** Encodes rows with `key` as the first column. */
export const encodeTable = (columns: readonly string[], rows: readonly Row[], key: string): Table => {
  const ordered = [key, ...columns.filter((column) => column !== key)];
  const dictionaries: Record<string, string[]> = {};
  const places: Record<string, Map<string, number>> = {};
  for (const column of ordered.slice(1)) {
    const distinct = [...new Set(rows.map((row) => clean(row[column] ?? '')))];
    const length = distinct.reduce((sum, value) => sum + value.length, 0) / Math.max(1, distinct.length);
    if (distinct.length * 4 > rows.length || length < 4) continue;
    dictionaries[column] = distinct;
    places[column] = new Map(distinct.map((value, place) => [value, place]));
  }
  const cell = (row: Row, column: string): string => {
    const value = clean(row[column] ?? '');
    const place = places[column]?.get(value);
    return place === undefined ? value : String(place);
  };
  const lines = rows.map((row) => ordered.map((column) => cell(row, column)).join('\t'));
  return { columns: ordered, dictionaries, rows: `\n${lines.join('\n')}\n` };
};

const decodeLine = (table: Table, line: string): Row => {
  const cells = line.split('\t');
  const row: Record<string, string> = {};
  table.columns.forEach((column, place) => {
    const cell = cells[place] ?? '';
    row[column] = table.dictionaries[column]?.[Number(cell)] ?? cell;
  });
  return row;
};

/** All rows, decoded. */
export const decodeTable = (table: Table): readonly Row[] =>
  table.rows.length <= 2
    ? []
    : table.rows
        .slice(1, -1)
        .split('\n')
        .map((line) => decodeLine(table, line));

/** The rows whose key equals `key`, whatever the case. `lowered` is `table.rows.toLowerCase()`, kept by the caller. */
export const decodeKey = (table: Table, lowered: string, key: string): readonly Row[] => {
  const needle = `\n${key.toLowerCase()}\t`;
  const found: Row[] = [];
  for (let at = lowered.indexOf(needle); at >= 0; at = lowered.indexOf(needle, at + 1)) {
    found.push(decodeLine(table, table.rows.slice(at + 1, table.rows.indexOf('\n', at + 1))));
  }
  return found;
};
