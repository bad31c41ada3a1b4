import type { ScenarioSource } from './source.js';
import { SET_ARGUMENTS } from './source.js';
import type { Problem } from './types.js';

/** Text of a file by name, for code frames; undefined where there is none. */
export type TextOf = (file: string) => string | undefined;

/** Code frames from a scenario's own text and its `--set` arguments. */
export const textOf =
  (source: ScenarioSource | undefined): TextOf =>
  (file) => {
    if (source === undefined) return undefined;
    if (file === SET_ARGUMENTS) return source.overrides.map(({ argument }) => argument).join('\n');
    return file === source.file ? source.text : undefined;
  };

const MAX_LINE = 110;

/** Problems in the manner of compilers: what, where, the line with a caret, and what to do. */
export const renderProblems = (problems: readonly Problem[], text: TextOf = () => undefined): string => {
  const blocks = problems.map((problem) => renderProblem(problem, text(problem.file)));
  const errors = problems.filter(({ severity }) => severity === 'error');
  const warnings = problems.length - errors.length;
  const summary = [
    errors.length > 0 ? plural(errors.length, 'error') : '',
    warnings > 0 ? plural(warnings, 'warning') : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
  const code = errors[0]?.code;
  return [...blocks, code === undefined ? `${summary}.` : `${summary}. See: plimsoll explain ${code}`].join('\n');
};

const renderProblem = (problem: Problem, text: string | undefined): string => {
  const head = `${problem.severity}[${problem.code}]: ${clean(problem.message)}`;
  // Flags and the like stand in no file.
  const where =
    problem.file === '' ? [] : [`  --> ${problem.file}${problem.line > 0 ? `:${problem.line}:${problem.column}` : ''}`];
  const line = text?.split('\n')[problem.line - 1]?.replace(/\r$/, '');
  if (line === undefined || line.trim() === '')
    return [head, ...where, ...(problem.hint === undefined ? [] : [`   = ${clean(problem.hint)}`])].join('\n');
  const number = String(problem.line);
  const margin = ' '.repeat(number.length + 2);
  // Long lines are shown around the caret.
  const skip = problem.column > MAX_LINE - 20 ? problem.column - 20 : 0;
  const shown = printable(line.slice(skip, skip + MAX_LINE));
  const start = problem.column - 1 - skip;
  const caret = '^'.repeat(Math.max(1, Math.min(tokenLength(line.slice(problem.column - 1)), MAX_LINE - start)));
  return [
    head,
    ...where,
    `${margin}|`,
    ` ${number} | ${shown}`,
    `${margin}| ${' '.repeat(start)}${caret}${problem.hint === undefined ? '' : ` ${clean(problem.hint)}`}`,
  ].join('\n');
};

/** Length of the key or value that begins here: up to the colon, the comma or the comment. */
const tokenLength = (rest: string): number =>
  /^(?:"(?:[^"\\]|\\.)*"|'[^']*'|[[{]|[^\s:,#\]}]+(?:[ :](?![ #])[^\s:,#\]}]+)*)/.exec(rest)?.[0].length ?? 1;

/** Control and direction characters never reach the terminal. */
const clean = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ');
const printable = (text: string): string => clean(text.replaceAll('\t', ' '));

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

export interface ProblemJson {
  readonly code: string;
  readonly message: string;
  /** `file:line:column`; `null` for flags and the like. */
  readonly location: string | null;
  readonly path: string;
  readonly severity: 'error' | 'warning';
  readonly hint: string | null;
}

/** Problems for `--json`: the first as `error`, all of them in `errors`. */
export const problemsToJson = (
  problems: readonly Problem[],
): { readonly error: ProblemJson | null; readonly errors: readonly ProblemJson[] } => {
  const errors = problems.map((problem) => ({
    code: problem.code,
    message: problem.message,
    location: problem.file === '' ? null : `${problem.file}:${problem.line}:${problem.column}`,
    path: problem.path,
    severity: problem.severity,
    hint: problem.hint ?? null,
  }));
  return { error: errors[0] ?? null, errors };
};
