import { type Document, isMap, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type { ProblemCode } from './codes.js';
import { type Files, noFiles } from './files.js';
import type { ScenarioSource } from './source.js';
import type { Problem } from './types.js';

/** Scenarios are written by hand: a mebibyte is already far more than anyone writes. */
export const MAX_BYTES = 1 << 20;
/** Aliases may not multiply a file beyond this many expansions. */
const MAX_ALIASES = 100;
/** Deeper nesting than any scenario has; the parser recurses. */
const MAX_DEPTH = 200;

export type PlainData = Readonly<Record<string, unknown>>;

export type Opened =
  | { readonly ok: true; readonly source: ScenarioSource; readonly problems: readonly Problem[] }
  | { readonly ok: false; readonly source?: ScenarioSource; readonly problems: readonly Problem[] };

/** YAML text to a document with positions. Duplicate keys are reported, but do not stop the reading. */
export const openDocument = (text: string, file: string, files: Files = noFiles): Opened => {
  const fail = (message: string, hint?: string, source?: ScenarioSource): Opened => ({
    ok: false,
    problems: [problemAt(file, 'E1002', message, { line: 1, col: 1 }, hint)],
    ...(source !== undefined && { source }),
  });
  if (text.includes('\u0000')) return fail('this is a binary file, not a scenario');
  if (text.length > MAX_BYTES) return fail(`the file is larger than ${MAX_BYTES} bytes`, TOO_LARGE_HINT);
  if (isTooDeep(text)) return fail(TOO_DEEP);
  const lines = new LineCounter();
  let document: Document;
  try {
    document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: '1.2', stringKeys: true });
  } catch {
    return fail(TOO_DEEP);
  }
  const source: ScenarioSource = { file, text, document, lines, overrides: [], files };
  const problems = [...document.errors, ...document.warnings].map((error) => {
    const code: ProblemCode = error.code === 'DUPLICATE_KEY' ? 'E1004' : 'E1003';
    const message = inOurWords(error.code, error.message, text.slice(error.pos[0]));
    return problemAt(file, code, message, lines.linePos(error.pos[0]), YAML_HINTS[error.code]);
  });
  if (problems.some(({ code }) => code !== 'E1004')) return { ok: false, problems, source };
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === null)) {
    return fail('the file is empty', 'start with "version: 1" and "services:", or copy one of scenarios/', source);
  }
  if (!isMap(contents)) {
    return fail('a scenario is a map of keys', 'the first line should look like "version: 1"', source);
  }
  return { ok: true, source, problems };
};

export const TOO_LARGE_HINT = 'scenarios are small; traces go into CSV files beside them';
const TOO_DEEP = 'the file is nested too deeply for a scenario';

/**
 * Open brackets bound the nesting of flow collections, the columns before a line's content that of block collections.
 * Checked before the parser runs, which recurses as deep as the stack happens to allow.
 */
const isTooDeep = (text: string): boolean => {
  let open = 0;
  for (const char of text) {
    if (char === '[' || char === '{') open += 1;
    else if ((char === ']' || char === '}') && open > 0) open -= 1;
    if (open > MAX_DEPTH) return true;
  }
  return new RegExp(`^[ ?-]{${2 * MAX_DEPTH},}`, 'm').test(text);
};

/** The document as plain data, with aliases expanded up to a limit. */
export const plainData = (
  source: ScenarioSource,
): { readonly ok: true; readonly data: PlainData } | { readonly ok: false; readonly problems: readonly Problem[] } => {
  try {
    const data: unknown = source.document.toJS({ maxAliasCount: MAX_ALIASES });
    return { ok: true, data: data as PlainData };
  } catch (error) {
    if (error instanceof RangeError)
      return { ok: false, problems: [problemAt(source.file, 'E1002', TOO_DEEP, { line: 1, col: 1 })] };
    const at = source.lines.linePos(firstAlias(source.document));
    const message = /excessive/i.test(String(error))
      ? 'aliases multiply the file beyond reason'
      : 'an alias refers to nothing';
    return {
      ok: false,
      problems: [problemAt(source.file, 'E1005', message, at, 'write the value out, or use fewer aliases')],
    };
  }
};

const firstAlias = (document: Document): number => {
  let offset = 0;
  visit(document, {
    Alias: (_key, node) => {
      offset = node.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return offset;
};

const problemAt = (
  file: string,
  code: ProblemCode,
  message: string,
  at: { readonly line: number; readonly col: number },
  hint?: string,
): Problem => ({
  code,
  message,
  file,
  line: Math.max(1, at.line),
  column: Math.max(1, at.col),
  path: '',
  ...(hint !== undefined && { hint }),
  severity: 'error',
});

const YAML_HINTS: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'indent with spaces; YAML does not allow tabs',
  MULTIPLE_DOCS: 'one file holds one scenario: remove the "---" line',
  BAD_INDENT: 'all keys of a map start in the same column',
  DUPLICATE_KEY: 'remove one of them',
  NON_STRING_KEY: 'keys are plain text, such as "rate:"',
  TAG_RESOLVE_FAILED: 'tags such as !name are not used in scenarios: remove it',
};

const inOurWords = (code: string, message: string, rest: string): string => {
  if (code === 'DUPLICATE_KEY') {
    const key = /^[^\s:,}\]]+/.exec(rest)?.[0] ?? '';
    return `the key ${key === '' ? '' : `"${key}" `}stands twice in this map`;
  }
  if (/call stack/i.test(message)) return TOO_DEEP;
  if (code === 'MULTIPLE_DOCS') return 'the file holds several YAML documents';
  return `not valid YAML: ${message.split('\n')[0]}`;
};
