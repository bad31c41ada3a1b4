/** Reads a file into documents: JSON, JSON lines, YAML or the cells of a CSV, told apart by their content. */
import { parse as parseCsv } from 'csv-parse/sync';
import { parseDocument } from 'yaml';
import type { Problem } from '../../scenario/types.js';
import type { Document } from './types.js';

export type DocumentsRead =
  | { readonly ok: true; readonly documents: readonly Document[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export const problemAt = (file: string, line: number, column: number, message: string, hint?: string): Problem => ({
  code: 'E2301',
  message,
  file,
  line,
  column,
  path: '',
  severity: 'error',
  ...(hint === undefined ? {} : { hint }),
});

/** Python writes numbers that JSON has no name for: infinities overflow to themselves, what is not a number is absent. */
const pythonNumbers = (text: string): string =>
  text.replaceAll(/"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g, (found) =>
    found.startsWith('"') ? found : found === 'NaN' ? 'null' : `${found.startsWith('-') ? '-' : ''}1e999`,
  );

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const plain = pythonNumbers(text);
    if (plain === text) throw error;
    return JSON.parse(plain) as unknown;
  }
};

/** Line and column of a character. */
const placeOf = (text: string, offset: number): { readonly line: number; readonly column: number } => {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: before.at(-1)!.length + 1 };
};

const fromJson = (file: string, text: string): DocumentsRead => {
  try {
    return { ok: true, documents: [{ file, line: 1, value: parseJson(text) }] };
  } catch (error) {
    const lines = text.split('\n').map((line, index) => ({ line: index + 1, text: line.trim() }));
    const full = lines.filter((line) => line.text !== '');
    // Results appended to one file, a JSON object a line.
    if (full.length > 1 && full.every((line) => line.text.startsWith('{') && line.text.endsWith('}'))) {
      const problems: Problem[] = [];
      const documents = full.flatMap((line): readonly Document[] => {
        try {
          return [{ file, line: line.line, value: parseJson(line.text) }];
        } catch (inner) {
          problems.push(problemAt(file, line.line, 1, `not a JSON object: ${(inner as Error).message}`));
          return [];
        }
      });
      return problems.length > 0 ? { ok: false, problems } : { ok: true, documents };
    }
    const message = (error as Error).message;
    const offset = Number(/position (\d+)/.exec(message)?.[1] ?? text.length);
    const { line, column } = placeOf(text, offset);
    const problem = problemAt(file, line, column, `not valid JSON: ${message}`, 'is the file complete?');
    return { ok: false, problems: [problem] };
  }
};

const fromYaml = (file: string, text: string): DocumentsRead => {
  const document = parseDocument(text, { prettyErrors: false });
  const [error] = document.errors;
  const refused = (offset: number, message: string): DocumentsRead => {
    const { line, column } = placeOf(text, offset);
    return { ok: false, problems: [problemAt(file, line, column, `not valid YAML: ${message}`)] };
  };
  if (error !== undefined) return refused(error.pos[0], error.message);
  try {
    return { ok: true, documents: [{ file, line: 1, value: document.toJS({ maxAliasCount: 100 }) as unknown }] };
  } catch (failure) {
    // Aliases that refer to nothing, or to far too much.
    return refused(0, (failure as Error).message);
  }
};

const fromCsv = (file: string, text: string): DocumentsRead => {
  try {
    const value = parseCsv(text, { bom: true, relax_column_count: true, skip_empty_lines: false }) as unknown;
    return { ok: true, documents: [{ file, line: 1, value }] };
  } catch (error) {
    const { lines, message } = error as Error & { lines?: number };
    return { ok: false, problems: [problemAt(file, lines ?? 1, 1, `not a CSV file: ${message}`)] };
  }
};

/** @returns the documents of a file's text, or why it cannot be parsed, with line and column */
export const documentsOf = (file: string, text: string): DocumentsRead => {
  const start = text.replace(/^\uFEFF/, '').trimStart();
  if (start === '') return { ok: false, problems: [problemAt(file, 1, 1, 'the file is empty')] };
  if (start.startsWith('{') || start.startsWith('['))
    return fromJson(file, start.length === text.length ? text : start);
  const [first = ''] = start.split('\n', 1);
  return /^[\w-]+:(\s|$)/.test(first) || first.startsWith('#') || first.startsWith('---')
    ? fromYaml(file, text)
    : fromCsv(file, text);
};
