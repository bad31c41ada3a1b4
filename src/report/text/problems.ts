import type { Problem } from '../../scenario/types.js';
import { plural } from '../view/labels.js';
import { layoutOf, type TextOptions, textOf } from './layout.js';
import { displayWidth, oneLine, truncate, wrap } from './width.js';

/**
 * All problems of an input at once, each with its place, the line it stands on and a hint. `sources` gives the text
 * of each file by its name; without it the line itself is left out. Paths and messages are never cut, they wrap.
 */
export function renderProblems(
  problems: readonly Problem[],
  sources: Readonly<Record<string, string>>,
  options: TextOptions,
): string {
  const { theme, width } = layoutOf(options);
  const lines = problems.flatMap((problem) => {
    const paint = problem.severity === 'error' ? theme.bad : theme.caution;
    const head = `${problem.severity}[${problem.code}]: ${oneLine(problem.message)}`;
    const place = `${oneLine(problem.file)}:${problem.line}:${problem.column}`;
    return [
      ...wrap(head, width).map((line, index) =>
        index === 0 ? theme.strong(paint(line)) : `  ${line}`.slice(0, width),
      ),
      ...wrap(`--> ${place}`, width - 2).map((line) => theme.quiet(`  ${line}`)),
      ...excerpt(problem, sourceLine(sources, problem), width).map((line, index) => (index === 2 ? paint(line) : line)),
    ];
  });
  const errors = problems.filter((problem) => problem.severity === 'error').length;
  const warnings = problems.length - errors;
  const counts = [
    ...(errors > 0 ? [plural(errors, 'error')] : []),
    ...(warnings > 0 ? [plural(warnings, 'warning')] : []),
  ];
  return textOf([...lines, ...(counts.length === 0 ? ['no problems'] : [`${counts.join(', ')}.`])]);
}

function sourceLine(sources: Readonly<Record<string, string>>, problem: Problem): string | undefined {
  const text = Object.hasOwn(sources, problem.file) ? sources[problem.file] : undefined;
  return text?.split(/\r?\n/)[problem.line - 1];
}

/** The line, its number in the margin, and carets under the word at the column. */
function excerpt(problem: Problem, source: string | undefined, width: number): string[] {
  const hint = problem.hint === undefined ? '' : oneLine(problem.hint);
  if (source === undefined) return hint === '' ? [] : wrap(hint, width - 4).map((line) => `    ${line}`);
  const gutter = String(problem.line).length + 2;
  const blank = `${' '.repeat(gutter)}|`;
  const room = width - gutter - 2;
  const expanded = source.replaceAll('\t', ' ');
  const before = expanded.slice(0, problem.column - 1);
  // A line too long for the terminal is shown from a little before its problem.
  const skipped = displayWidth(before) > room - 20 ? Math.max(0, before.length - 20) : 0;
  const shown = truncate(oneLineKeepingIndent(expanded.slice(skipped)), room);
  const at = displayWidth(expanded.slice(skipped, problem.column - 1));
  const word = /^[\w.\-/]+/.exec(expanded.slice(problem.column - 1))?.[0] ?? ' ';
  const carets = ' '.repeat(Math.max(0, at)) + '^'.repeat(Math.max(1, Math.min(word.length, room - at)));
  const under =
    displayWidth(carets) + 1 + displayWidth(hint) <= room || hint === '' ? [`${carets} ${hint}`.trimEnd()] : [carets];
  const below = under[0] === carets && hint !== '' ? wrap(hint, room) : [];
  return [blank, ` ${problem.line} | ${shown}`.trimEnd(), ...[...under, ...below].map((line) => `${blank} ${line}`)];
}

const oneLineKeepingIndent = (text: string): string => (/^ */.exec(text)?.[0] ?? '') + oneLine(text);
