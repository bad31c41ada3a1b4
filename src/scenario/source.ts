import type { Document, LineCounter } from 'yaml';
import { isMap, isNode, isScalar, isSeq, type Node, type Pair } from 'yaml';
import type { ProblemCode } from './codes.js';
import type { Files } from './files.js';
import type { Path } from './path.js';
import { formatPath, parsePath } from './path.js';
import type { Problem } from './types.js';

/** A `--set path=value` or an edit that was applied on top of the file. */
export interface Override {
  /** Undefined when the argument could not be applied. */
  readonly path: Path | undefined;
  readonly argument: string;
  /** Where the value begins in the argument, from 1. */
  readonly valueColumn: number;
}

/** A parsed file, kept so that values can be traced back to where they stand, and edits applied to it. */
export interface ScenarioSource {
  readonly file: string;
  readonly text: string;
  readonly document: Document;
  readonly lines: LineCounter;
  readonly overrides: readonly Override[];
  readonly files: Files;
}

export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The file name under which problems of `--set` arguments are reported; the line is the number of the argument. */
export const SET_ARGUMENTS = '--set';

const startsWith = (path: Path, start: Path): boolean =>
  start.every((part, index) => String(part) === String(path[index]));
const keyText = (pair: Pair): string => (isScalar(pair.key) ? String(pair.key.value) : String(pair.key));
const startOf = (node: unknown): number | undefined => (isNode(node) && node.range ? node.range[0] : undefined);

/** The pair or item at one step of a path. */
const step = (node: unknown, part: string | number): { readonly key?: Node; readonly value: unknown } | undefined => {
  if (isMap(node)) {
    // The last of two equal keys is the one whose value counts.
    const pair = (node.items as Pair[]).findLast((item) => keyText(item) === String(part));
    return pair === undefined ? undefined : { ...(isNode(pair.key) && { key: pair.key }), value: pair.value };
  }
  if (isSeq(node)) {
    const item = node.items[Number(part)];
    return item === undefined ? undefined : { value: item };
  }
  return undefined;
};

/**
 * Where a value stands: file, line and column from 1. `at: 'key'` points at its key instead. Where the path leaves the
 * document, the deepest part that exists answers: the key of the map in which something is missing.
 */
export const locate = (source: ScenarioSource, path: string | Path, at: 'key' | 'value' = 'value'): Location => {
  const parts = typeof path === 'string' ? (parsePath(path) ?? []) : path;
  const argument = (isIt: (set: Path) => boolean): Location | undefined => {
    const index = source.overrides.findLastIndex(({ path: set }) => set !== undefined && isIt(set));
    const override = source.overrides[index];
    if (override === undefined) return undefined;
    return { file: SET_ARGUMENTS, line: index + 1, column: at === 'key' ? 1 : override.valueColumn };
  };
  const whole = argument((set) => startsWith(parts, set));
  if (whole !== undefined) return whole;
  let node: unknown = source.document.contents;
  let offset = startOf(node) ?? 0;
  for (const [depth, part] of parts.entries()) {
    const next = step(node, part);
    if (next === undefined) break;
    if (startOf(next.key) === undefined && startOf(next.value) === undefined) {
      // What stands nowhere in the text was made by an argument on its way down.
      const maker = argument((set) => startsWith(set, parts.slice(0, depth + 1)));
      if (maker !== undefined) return maker;
    }
    const wantsValue = depth === parts.length - 1 && at === 'value';
    const [first, second] = wantsValue ? [next.value, next.key] : [next.key, next.value];
    offset = startOf(first) ?? startOf(second) ?? offset;
    node = next.value;
  }
  const { line, col } = source.lines.linePos(Math.min(offset, source.text.length));
  return { file: source.file, line: Math.max(1, line), column: Math.max(1, col) };
};

/** What a rule reports before it is located. */
export interface Finding {
  readonly code: ProblemCode;
  readonly path: Path;
  readonly message: string;
  readonly hint?: string;
  readonly at?: 'key' | 'value';
  readonly severity?: 'error' | 'warning';
}

/** Locates a finding. */
export const toProblem = (source: ScenarioSource, finding: Finding): Problem => ({
  code: finding.code,
  message: finding.message,
  ...locate(source, finding.path, finding.at),
  path: formatPath(finding.path),
  ...(finding.hint !== undefined && { hint: finding.hint }),
  severity: finding.severity ?? 'error',
});
