import type { Document } from 'yaml';
import { isMap, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type { ProblemCode } from './codes.js';
import type { ScenarioSource } from './source.js';
import type { Problem } from './types.js';

/** Scenarios are written by hand: a mebibyte is already far more than anyone writes. */
export const MAX_BYTES = 1 << 20;
/** Aliases may not multiply a file beyond this many expansions. */
const MAX_ALIASES = 100;
/** Deeper nesting than any scenario has; the parser recurses. */
const MAX_DEPTH = 200;

export type Opened =
  | {
      readonly ok: true;
      readonly source: ScenarioSource;
      readonly data: Readonly<Record<string, unknown>>;
      readonly problems: readonly Problem[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const problem = (file: string, code: ProblemCode, message: string, line = 1, column = 1, hint?: string): Problem => ({
  code,
  message,
  file,
  line,
  column,
  path: '',
  ...(hint !== undefined && { hint }),
  severity: 'error',
});

const failed = (...args: Parameters<typeof problem>): Opened => ({ ok: false, problems: [problem(...args)] });

/** Reads bytes as UTF-8 text; undefined for binary content. */
export const decode = (bytes: Uint8Array): string | undefined => {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

/** Open brackets bound the nesting of flow collections from above; cheap enough to run before the parser, which recurses. */
const isTooDeep = (text: string): boolean => {
  let open = 0;
  for (const char of text) {
    if (char === '[' || char === '{') open += 1;
    else if ((char === ']' || char === '}') && open > 0) open -= 1;
    if (open > MAX_DEPTH) return true;
  }
  return false;
};

/** YAML text to a document with positions and its plain data. Duplicate keys are reported beside everything else. */
export const openDocument = (text: string, file: string): Opened => {
  if (text.includes('\u0000')) return failed(file, 'E1002', 'this is a binary file, not a scenario');
  if (text.length > MAX_BYTES)
    return failed(
      file,
      'E1002',
      `the file is larger than ${MAX_BYTES} bytes`,
      1,
      1,
      'scenarios are small; traces go into CSV files beside them',
    );
  if (isTooDeep(text)) return failed(file, 'E1002', `the file is nested deeper than ${MAX_DEPTH} levels`);
  const lines = new LineCounter();
  let document: Document;
  try {
    document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: '1.2', stringKeys: true });
  } catch (error) {
    return failed(file, 'E1003', `cannot be parsed: ${(error as Error).message}`);
  }
  const problems = [...document.errors, ...document.warnings].map((error) => {
    const { line, col } = lines.linePos(error.pos[0]);
    const isDuplicate = error.code === 'DUPLICATE_KEY';
    return problem(
      file,
      isDuplicate ? 'E1004' : 'E1003',
      yamlMessage(error.code, error.message, text, error.pos),
      Math.max(1, line),
      Math.max(1, col),
      YAML_HINTS[error.code],
    );
  });
  if (problems.some(({ code }) => code !== 'E1004')) return { ok: false, problems };
  if (document.contents === null || (isScalar(document.contents) && document.contents.value === null)) {
    return failed(
      file,
      'E1002',
      'the file is empty',
      1,
      1,
      'start with `plimsoll init`, or with "version: 1" and "services:"',
    );
  }
  if (!isMap(document.contents)) {
    return failed(
      file,
      'E1002',
      'a scenario is a map of keys, such as "version: 1"',
      1,
      1,
      'the first line of content should look like "version: 1"',
    );
  }
  const source: ScenarioSource = { file, text, document, lines, overrides: [] };
  const data = plainData(source);
  return data.ok
    ? { ok: true, source, data: data.data, problems }
    : { ok: false, problems: [...problems, ...data.problems] };
};

/** The document as plain data. Aliases are expanded up to a limit; keys that JavaScript treats specially are taken out and reported elsewhere. */
export const plainData = (
  source: ScenarioSource,
):
  | { readonly ok: true; readonly data: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly problems: readonly Problem[] } => {
  try {
    const data: unknown = source.document.toJS({ maxAliasCount: MAX_ALIASES });
    return { ok: true, data: data as Readonly<Record<string, unknown>> };
  } catch (error) {
    let offset = 0;
    visit(source.document, {
      Alias: (_key, node) => {
        offset = node.range?.[0] ?? 0;
        return visit.BREAK;
      },
    });
    const { line, col } = source.lines.linePos(offset);
    return {
      ok: false,
      problems: [
        problem(
          source.file,
          'E1005',
          `aliases cannot be expanded: ${(error as Error).message}`,
          Math.max(1, line),
          Math.max(1, col),
          'write the value out, or use fewer aliases',
        ),
      ],
    };
  }
};

const YAML_HINTS: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'indent with spaces; YAML does not allow tabs',
  MULTIPLE_DOCS: 'one file holds one scenario: remove the "---" line',
  BAD_INDENT: 'all keys of a map start in the same column',
  DUPLICATE_KEY: 'remove one of them',
  NON_STRING_KEY: 'keys are plain text, such as "rate:"',
  TAG_RESOLVE_FAILED: 'tags such as !name are not used in scenarios: remove it',
};

const yamlMessage = (code: string, message: string, text: string, pos: readonly [number, number]): string => {
  if (code !== 'DUPLICATE_KEY') return `not valid YAML: ${message.split('\n')[0]}`;
  const key = /^[^\s:,}\]]+/.exec(text.slice(pos[0]))?.[0] ?? '';
  return `the key ${key === '' ? '' : `"${key}" `}stands twice in this map`;
};
