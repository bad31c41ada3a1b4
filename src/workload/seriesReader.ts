/** Reads recorded series: a CSV with a `time_s` column and one column a metric. Empty cells are gaps. */
import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';

export interface Series {
  readonly timeS: Float64Array;
  /** NaN where a cell is empty. */
  readonly columns: ReadonlyMap<string, Float64Array>;
}

export interface SeriesProblem {
  readonly kind: 'series-problem';
  readonly message: string;
  readonly line: number;
  readonly hint?: string;
}

const problem = (message: string, line: number, hint?: string): SeriesProblem => ({
  kind: 'series-problem',
  message,
  line,
  ...(hint === undefined ? {} : { hint }),
});

/** @returns the series, or the first problem: unreadable, no `time_s`, a cell that is no number, times that do not rise, no rows */
export async function readSeries(path: string): Promise<Series | SeriesProblem> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    return problem(`cannot read ${path}: ${(error as NodeJS.ErrnoException).code ?? String(error)}`, 1);
  }
  let rows: readonly { record: string[]; info: { lines: number } }[];
  try {
    rows = parse(text, {
      bom: true,
      skip_empty_lines: true,
      trim: true,
      relax_column_count: true,
      info: true,
    }) as unknown as typeof rows;
  } catch (error) {
    return problem(`cannot parse the CSV: ${(error as Error).message}`, 1);
  }
  const [first, ...cells] = rows;
  const header = first?.record;
  if (!header || cells.length === 0)
    return problem('the series has no rows', 1, 'expected time_s and one column a metric');
  const at = header.indexOf('time_s');
  if (at < 0) return problem('there is no column time_s', 1, `columns: ${header.join(', ')}`);
  const names = header.filter((_, i) => i !== at);
  const doubled = names.find((name, i) => names.indexOf(name) !== i);
  if (doubled !== undefined) return problem(`column ${doubled} stands twice`, 1);
  const timeS = new Float64Array(cells.length);
  const columns = new Map(names.map((name) => [name, new Float64Array(cells.length)] as const));
  for (const [i, { record: row, info }] of cells.entries()) {
    const line = info.lines;
    const time = Number(row[at]);
    if (row[at] === '' || !Number.isFinite(time)) return problem(`"${row[at] ?? ''}" is not a time in seconds`, line);
    if (i > 0 && time <= timeS[i - 1]!)
      return problem('times do not rise', line, 'sort the rows by time_s and drop repeats');
    timeS[i] = time;
    for (const [j, name] of header.entries()) {
      if (j === at) continue;
      const cell = row[j] ?? '';
      const value = cell === '' ? Number.NaN : Number(cell);
      if (cell !== '' && !Number.isFinite(value)) return problem(`"${cell}" in column ${name} is not a number`, line);
      columns.get(name)![i] = value;
    }
  }
  return { timeS, columns };
}
