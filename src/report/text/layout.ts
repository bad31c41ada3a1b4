import type { Theme } from '../format/theme.js';
import type { PeriodTable } from '../view/forecastView.js';
import type { Tone } from '../view/table.js';
import { alignTable, type Layout, paintTone } from './table.js';
import { displayWidth, oneLine, padEnd, truncate, wrap } from './width.js';

export interface TextOptions {
  /** Columns of the terminal; below 40 the output is laid out for 40. */
  readonly width: number;
  readonly theme: Theme;
}

export const layoutOf = (options: TextOptions): Layout => ({
  width: Math.max(40, options.width),
  theme: options.theme,
});

/** `name · fact · fact`, the name in bold, facts on further lines where they do not fit. */
export function headline(name: string, facts: readonly string[], layout: Layout): string[] {
  const shown = truncate(oneLine(name), layout.width);
  const lines = joinFacts([shown, ...facts.filter((fact) => fact !== '')], layout.width, 0);
  return lines.map((line, index) =>
    index === 0 ? layout.theme.strong(shown) + layout.theme.quiet(line.slice(shown.length)) : layout.theme.quiet(line),
  );
}

/** Facts joined by ` · `, broken between facts so that no line is longer than the width. */
export function joinFacts(facts: readonly string[], width: number, indent: number): string[] {
  const room = width - indent;
  const lines: string[] = [];
  let line = '';
  for (const fact of facts.map(oneLine)) {
    if (line !== '' && displayWidth(line) + 3 + displayWidth(fact) <= room) line += ` · ${fact}`;
    else {
      if (line !== '') lines.push(line);
      const parts = displayWidth(fact) <= room ? [fact] : wrap(fact, room);
      lines.push(...parts.slice(0, -1));
      line = parts.at(-1) ?? '';
    }
  }
  return [...lines, ...(line === '' ? [] : [line])].map((text) => ' '.repeat(indent) + text);
}

/** A label in the margin and wrapped text beside it. */
export function labelled(label: string, text: string, layout: Layout, tone?: Tone): string[] {
  const margin = Math.max(LABEL_CELLS, displayWidth(label) + 2);
  const lines = wrap(oneLine(text), layout.width - 2 - margin);
  return lines.map((line, index) => {
    const head =
      index === 0 ? layout.theme.heading(label) + ' '.repeat(margin - displayWidth(label)) : ' '.repeat(margin);
    return `  ${head}${paintTone(line, tone, layout.theme)}`;
  });
}

/** As `labelled`, for facts that must not be broken inside. */
export function labelledFacts(label: string, facts: readonly string[], layout: Layout): string[] {
  const lines = joinFacts(facts, layout.width - 2 - LABEL_CELLS, 0);
  return lines.map((line, index) => {
    const head =
      index === 0
        ? layout.theme.heading(label) + ' '.repeat(Math.max(2, LABEL_CELLS - label.length))
        : ' '.repeat(LABEL_CELLS);
    return `  ${head}${line}`;
  });
}

const LABEL_CELLS = 15;

/** One line a warning, each wrapped under its own sign. */
export function warningLines(warnings: readonly string[], layout: Layout): string[] {
  return warnings.flatMap((warning) =>
    wrap(oneLine(warning), layout.width - 4).map((line, index) =>
      layout.theme.caution(`${index === 0 ? '  ! ' : '    '}${line}`),
    ),
  );
}

/** Wrapped paragraphs, each with a sign in the margin. */
export const bulletLines = (texts: readonly string[], layout: Layout): string[] =>
  texts.flatMap((text) =>
    wrap(oneLine(text), layout.width - 4).map((line, index) =>
      layout.theme.quiet(`${index === 0 ? '  · ' : '    '}${line}`),
    ),
  );

/** Commands to type next, with what they do where there is room; commands are never cut, they break the line instead. */
export function nextLines(
  commands: readonly (readonly [command: string, purpose: string])[],
  layout: Layout,
): string[] {
  if (commands.length === 0) return [];
  const longest = Math.max(...commands.map(([command]) => displayWidth(oneLine(command))));
  return commands.flatMap(([command, purpose], index) => {
    const head = index === 0 ? padEnd('Next', LABEL_CELLS) : ' '.repeat(LABEL_CELLS);
    const room = layout.width - 2 - LABEL_CELLS;
    const shown = oneLine(command);
    const withPurpose = `${padEnd(shown, longest)}  ${purpose}`;
    const paintHead = index === 0 ? layout.theme.heading('Next') + ' '.repeat(LABEL_CELLS - 'Next'.length) : head;
    if (displayWidth(withPurpose) <= room) {
      return [`  ${paintHead}${padEnd(shown, longest)}  ${layout.theme.quiet(purpose)}`];
    }
    return wrap(shown, room).map((line, part) => `  ${part === 0 ? paintHead : ' '.repeat(LABEL_CELLS)}${line}`);
  });
}

/** The rows of a long table worth showing first: the start, the end, and the first that misses something. */
export function shorten(
  table: PeriodTable['table'],
  limit: number,
  mustShow: number,
): { readonly table: PeriodTable['table']; readonly hidden: number } {
  const count = table.rows.length;
  if (count <= limit) return { table, hidden: 0 };
  const wanted = new Set<number>(mustShow >= 0 ? [mustShow, count - 1] : [count - 1]);
  for (let index = 0; wanted.size < limit - 1; index++) wanted.add(index);
  const rows: PeriodTable['table']['rows'][number][] = [];
  let previous = -1;
  for (const index of [...wanted].sort((a, b) => a - b)) {
    if (index > previous + 1) rows.push(['…']);
    rows.push(table.rows[index]!);
    previous = index;
  }
  return { table: { columns: table.columns, rows }, hidden: count - wanted.size };
}

export const sectionLines = (title: string, lines: readonly string[], layout: Layout): string[] =>
  lines.length === 0
    ? []
    : [
        '',
        ...(title === '' ? [] : [`  ${layout.theme.heading(truncate(oneLine(title), layout.width - 2))}`]),
        ...lines,
      ];

export const tableSection = (title: string, table: PeriodTable['table'], layout: Layout): string[] =>
  table.rows.length === 0 ? [] : sectionLines(title, alignTable(table, layout), layout);

/** What a CI runner would take for a command (`::error::…`, `##[…]`) where a line starts with it. */
const WORKFLOW_COMMAND = /^(\s*)(::|##\[)/;

/** Lines as one text that ends with a newline. User text at the start of a line never becomes a workflow command. */
export const textOf = (lines: readonly string[]): string =>
  `${lines.map((line) => line.replace(WORKFLOW_COMMAND, '$1\u200b$2')).join('\n')}\n`;
