import Table from 'cli-table3';

/** A catalog as a table of text. */
export interface CatalogTable {
  readonly head: readonly string[];
  /** Columns that are numbers stand right. */
  readonly right: readonly number[];
  readonly rows: readonly (readonly string[])[];
  /** What the words in the `flags` column mean, for the words that occur. */
  readonly legend: Readonly<Record<string, string>>;
}

const bare = Object.fromEntries(
  [
    'top',
    'top-mid',
    'top-left',
    'top-right',
    'bottom',
    'bottom-mid',
    'bottom-left',
    'bottom-right',
    'left',
    'left-mid',
    'mid',
    'mid-mid',
  ]
    .concat(['right', 'right-mid', 'middle'])
    .map((part) => [part, '']),
);

const gap = 2;

/** What a narrow terminal can do without, first to last. Names, prices, dates, sources and flags always stay. */
const dropOrder = [
  'domain',
  'fp8 TF',
  'W',
  'link GB/s',
  'PUE',
  'attention',
  'kind',
  'context',
  'layers',
  'types',
  'vCPU',
  'GiB',
  'location',
  'region',
];

const naturalWidths = ({ head, rows }: CatalogTable): readonly number[] =>
  head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)) + gap);

const total = (widths: readonly number[]): number => widths.reduce((sum, each) => sum + each, 0);

const without = (whole: CatalogTable, column: number): CatalogTable => ({
  ...whole,
  head: whole.head.filter((_, place) => place !== column),
  right: whole.right.filter((place) => place !== column).map((place) => (place > column ? place - 1 : place)),
  rows: whole.rows.map((row) => row.filter((_, place) => place !== column)),
});

/** Drops columns until the table fits; a long `name` (of a price) wraps, down to 24 characters, before any column goes. */
const fitWidth = (
  whole: CatalogTable,
  width: number,
): { readonly table: CatalogTable; readonly widths: readonly number[]; readonly dropped: readonly string[] } => {
  let shown = whole;
  const dropped: string[] = [];
  const widthsOf = (table: CatalogTable): readonly number[] => {
    const natural = naturalWidths(table);
    const over = total(natural) - width;
    return natural.map((own, column) =>
      table.head[column] === 'name' && over > 0 ? Math.max(Math.min(own, 24), own - over) : own,
    );
  };
  for (const title of dropOrder) {
    if (total(widthsOf(shown)) <= width) break;
    const column = shown.head.indexOf(title);
    if (column < 0) continue;
    shown = without(shown, column);
    dropped.push(title);
  }
  return { table: shown, widths: widthsOf(shown), dropped };
};

/** Sources are long and few: the column holds a number, the list below the table the text; likewise what a date is qualified by. */
const numberSources = (whole: CatalogTable): { readonly table: CatalogTable; readonly sources: readonly string[] } => {
  const source = whole.head.indexOf('source');
  const asOf = whole.head.indexOf('as of');
  const textOf = (row: readonly string[]): string => {
    const qualified = /\((.*)\)$/.exec(row[asOf] ?? '');
    return qualified === null ? (row[source] ?? '') : `${row[source]}, ${qualified[1]}`;
  };
  const sources = [...new Set(whole.rows.map(textOf))].filter((each) => each !== '');
  const rows = whole.rows.map((row) =>
    row.map((cell, place) => {
      if (place === source) return cell === '' ? '' : `[${sources.indexOf(textOf(row)) + 1}]`;
      return place === asOf ? cell.replace(/ \(.*\)$/, '') : cell;
    }),
  );
  return { table: { ...whole, rows }, sources };
};

/** The table as text, with its sources and what its flags mean; at most `limit` rows (0: all), and how many were left out. */
export const renderCatalog = (whole: CatalogTable, width: number, limit: number): string => {
  const first = limit > 0 ? whole.rows.slice(0, limit) : whole.rows;
  const numbered = numberSources({ ...whole, rows: first });
  const { table: shown, widths, dropped } = fitWidth(numbered.table, width);
  const text = new Table({
    head: [...shown.head],
    chars: bare,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': gap },
    colAligns: shown.head.map((_, column) => (shown.right.includes(column) ? 'right' : 'left')),
    colWidths: [...widths],
    wordWrap: true,
    wrapOnWordBoundary: false,
  });
  text.push(...shown.rows.map((row) => [...row]));
  const left = whole.rows.length - shown.rows.length;
  return [
    ...text
      .toString()
      .split('\n')
      .map((line) => line.trimEnd()),
    ...(left > 0 ? [`… ${left} more (--limit 0 shows all)`] : []),
    ...(dropped.length > 0 ? [`(no room at this width for ${dropped.join(', ')})`] : []),
    '',
    ...numbered.sources.map((source, place) => `[${place + 1}] ${source}`),
    ...Object.entries(whole.legend).map(([word, meaning]) => `${word}: ${meaning}`),
  ].join('\n');
};
