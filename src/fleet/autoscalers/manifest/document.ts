import { distance } from 'fastest-levenshtein';
import { type Document, isMap, isScalar, LineCounter, parseAllDocuments } from 'yaml';
import type { z } from 'zod';
import type { Problem } from '../../../scenario/types.js';

/** A YAML document with what is needed to point into it. */
export interface ManifestDocument {
  readonly data: unknown;
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
  readonly file: string;
}

export type Path = readonly PropertyKey[];
export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Such a problem points at the key, all others at the value. */
const UNKNOWN_KEY = 'E1203';

/** Enough for any manifest; a file with more aliases is an attack or a mistake. */
const MAX_ALIASES = 100;

/** All documents of a YAML text, or the problems of its syntax. Empty documents are left out. */
export function readDocuments(text: string, file: string): Checked<readonly ManifestDocument[]> {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: true });
  const documents = (Array.isArray(parsed) ? parsed : []).filter((document) => document.contents !== null);
  const problems = documents.flatMap((document) =>
    document.errors.map((error): Problem => {
      const at = lines.linePos(error.pos[0]);
      return {
        code: 'E1003',
        message: error.message.split('\n')[0] ?? 'not valid YAML',
        file,
        line: at.line,
        column: at.col,
        path: '',
        severity: 'error',
      };
    }),
  );
  if (problems.length > 0) return { ok: false, problems };
  try {
    return {
      ok: true,
      value: documents.map((document) => ({
        data: document.toJS({ maxAliasCount: MAX_ALIASES }),
        document,
        lines,
        file,
      })),
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : 'the aliases cannot be resolved';
    return { ok: false, problems: [{ code: 'E1005', message, file, line: 1, column: 1, path: '', severity: 'error' }] };
  }
}

/** A problem at a path of the document; at its nearest existing parent where the path does not exist. */
export function problemAt(
  manifest: ManifestDocument,
  path: Path,
  code: string,
  message: string,
  hint?: string,
): Problem {
  const at = manifest.lines.linePos(offsetOf(manifest, path, code === UNKNOWN_KEY));
  const base = {
    code,
    message,
    file: manifest.file,
    line: at.line,
    column: at.col,
    path: path.map(String).join('.'),
    severity: 'error' as const,
  };
  return hint === undefined ? base : { ...base, hint };
}

/** Where the value at a path begins; for a key that should not be there, where the key begins. */
function offsetOf(manifest: ManifestDocument, path: Path, isKey = false): number {
  if (isKey) {
    const parent = path.length === 1 ? manifest.document.contents : manifest.document.getIn(path.slice(0, -1), true);
    const pair = isMap(parent)
      ? parent.items.find((item) => isScalar(item.key) && item.key.value === path.at(-1))
      : undefined;
    if (isScalar(pair?.key) && pair.key.range) return pair.key.range[0];
  }
  for (let length = path.length; length > 0; length -= 1) {
    const node = manifest.document.getIn(path.slice(0, length), true) as
      | { readonly range?: readonly number[] | null }
      | undefined;
    if (node?.range !== undefined && node.range !== null) return node.range[0] ?? 0;
  }
  return manifest.document.contents?.range[0] ?? 0;
}

/** Checks a part of a document against a schema; every issue becomes a problem with its position. */
export function check<Schema extends z.ZodType>(
  manifest: ManifestDocument,
  at: Path,
  data: unknown,
  schema: Schema,
  knownKeys: readonly string[] = [],
): Checked<z.output<Schema>> {
  const parsed = schema.safeParse(data, { jitless: true });
  if (parsed.success) return { ok: true, value: parsed.data };
  return { ok: false, problems: parsed.error.issues.flatMap((issue) => toProblems(manifest, at, issue, knownKeys)) };
}

function toProblems(
  manifest: ManifestDocument,
  at: Path,
  issue: z.core.$ZodIssue,
  knownKeys: readonly string[],
): readonly Problem[] {
  const path = [...at, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) =>
      problemAt(manifest, [...path, key], UNKNOWN_KEY, `the key ${key} is unknown here`, didYouMean(key, knownKeys)),
    );
  }
  const isMissing = issue.code === 'invalid_type' && issue.input === undefined && issue.message.includes('undefined');
  if (isMissing) return [problemAt(manifest, path, 'E1201', `the key ${String(path.at(-1))} is missing`)];
  if (issue.code === 'invalid_value')
    return [problemAt(manifest, path, 'E1105', `possible here: ${issue.values.map(String).join(', ')}`)];
  const isUnknownVariant = issue.code === 'invalid_union' && issue.message.startsWith('Invalid discriminator value');
  if (isUnknownVariant) {
    const possible = [...issue.message.matchAll(/'([^']+)'/g)].map((match) => match[1]).join(', ');
    return [problemAt(manifest, path, 'E1105', `possible here: ${possible}`)];
  }
  const code = issue.code === 'too_small' || issue.code === 'too_big' ? 'E1101' : 'E1102';
  return [problemAt(manifest, path, code, issue.message.replace(/^Invalid input: /, ''))];
}

/** The known key nearest to a mistyped one. */
function didYouMean(typed: string, known: readonly string[]): string | undefined {
  const near = known.filter(
    (key) => distance(typed.toLowerCase(), key.toLowerCase()) <= Math.max(1, Math.round(typed.length * 0.3)),
  );
  const best = near.toSorted((a, b) => distance(typed, a) - distance(typed, b))[0];
  return best === undefined ? undefined : `did you mean "${best}"?`;
}

/** A value as a map of keys; null for anything else. */
export function asMap(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : null;
}
