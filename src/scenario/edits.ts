import { isDeepStrictEqual } from 'node:util';
import {
  type Document,
  isCollection,
  isMap,
  isNode,
  isScalar,
  type Node,
  type Pair,
  parseDocument,
  stringify,
  type YAMLMap,
} from 'yaml';
import { type Path, valueAt } from './path.js';
import { place } from './set.js';
import type { Edit, Problem } from './types.js';

export type Edited =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * The text of a scenario with edits written into it: only what changes is touched, so that comments, order, alignment and
 * quoting stay as they were. `to: null` removes a key. Problems are those of a `--set` argument with the edit's number.
 */
export const applyEdits = (text: string, edits: readonly Edit[]): Edited => {
  let edited = text;
  const problems: Problem[] = [];
  for (const [index, edit] of edits.entries()) {
    const document = parse(edited);
    const outcome = place(document, edit.path, edit.to);
    if (outcome.ok) edited = write(edited, document, outcome.path);
    else problems.push(outcome.problem(index + 1));
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, text: edited };
};

const parse = (text: string): Document =>
  parseDocument(text, { prettyErrors: false, version: '1.2', stringKeys: true });

/**
 * The text that holds what `wanted` holds. A splice is tried first and kept only if it reads back as wanted; otherwise the
 * whole document is printed, which keeps comments but not alignment.
 */
const write = (text: string, wanted: Document, path: Path): string => {
  const data: unknown = wanted.toJS();
  const spliced = splice(text, path, data);
  if (spliced !== undefined) {
    const read = parse(spliced);
    if (read.errors.length === 0 && isDeepStrictEqual(read.toJS(), data)) return spliced;
  }
  return wanted.toString({ lineWidth: 0 });
};

const splice = (text: string, path: Path, data: unknown): string | undefined => {
  let node: unknown = parse(text).contents;
  for (const [depth, part] of path.entries()) {
    const here = path.slice(0, depth + 1);
    const isLast = depth === path.length - 1;
    const value = valueAt(data, here);
    if (isMap(node)) {
      const pair = (node.items as Pair<Node, Node | null>[]).find(
        ({ key }) => isScalar(key) && String(key.value) === String(part),
      );
      if (pair === undefined) return insert(text, node, String(part), value);
      if (isLast && value === undefined) return remove(text, node, pair);
      if (isLast || !isCollection(pair.value)) return replaceValue(text, pair, value);
      node = pair.value;
    } else if (isCollection(node)) {
      const item: unknown = node.items[Number(part)];
      if (isLast && isNode(item) && item.range)
        return replace(text, item.range[0], withoutBreak(text, item.range[1]), flow(value));
      node = item;
    } else return undefined;
  }
  return undefined;
};

const replace = (text: string, from: number, to: number, by: string): string =>
  text.slice(0, from) + by + text.slice(to);

/** A value on one line, quoted where it must be; safe in block and in flow context. */
const flow = (value: unknown): string => {
  const line = stringify({ k: value }, { collectionStyle: 'flow', lineWidth: 0 }).trim();
  return line.slice('{ k: '.length, -' }'.length);
};

const replaceValue = (text: string, pair: Pair<Node, Node | null>, value: unknown): string | undefined => {
  const [key, old] = [pair.key.range, pair.value?.range];
  if (!key) return undefined;
  const isPlain = isScalar(pair.value) && pair.value.type !== 'BLOCK_LITERAL' && pair.value.type !== 'BLOCK_FOLDED';
  const isInline = old && old[1] > old[0] && (isPlain || (isCollection(pair.value) && pair.value.flow === true));
  if (isInline) return replace(text, old[0], old[1], flow(value));
  // A block or an empty value: write the new one on the line of the key.
  const colon = text.indexOf(':', key[1]) + 1;
  return replace(text, key[1], Math.max(colon, withoutBreak(text, old?.[1] ?? 0)), `: ${flow(value)}`);
};

/** Ranges of block collections reach into the next line. */
const withoutBreak = (text: string, end: number): number => text.slice(0, end).trimEnd().length;

const endOf = (pair: Pair<Node, Node | null>): number | undefined => pair.value?.range?.[1] ?? pair.key.range?.[1];

const insert = (text: string, map: YAMLMap, key: string, value: unknown): string | undefined => {
  const pairs = map.items as Pair<Node, Node | null>[];
  const entry = `${flow(key)}: ${flow(value)}`;
  const [first, last] = [pairs[0], pairs.at(-1)];
  if (map.flow === true) {
    if (last !== undefined) return replace(text, endOf(last)!, endOf(last)!, `, ${entry}`);
    return map.range ? replace(text, map.range[0], map.range[1], `{ ${entry} }`) : undefined;
  }
  const start = first?.key.range?.[0];
  const end = last === undefined ? undefined : endOf(last);
  if (start === undefined || end === undefined) return undefined;
  const indent = ' '.repeat(start - (text.lastIndexOf('\n', start - 1) + 1));
  // A block value ends after its own line break; a plain one before the rest of its line (a comment, perhaps).
  const from = text[end - 1] === '\n' ? end - 1 : end;
  const lineEnd = text.indexOf('\n', from);
  return lineEnd < 0 ? `${text}\n${indent}${entry}\n` : replace(text, lineEnd, lineEnd, `\n${indent}${entry}`);
};

const remove = (text: string, map: YAMLMap, pair: Pair<Node, Node | null>): string | undefined => {
  const pairs = map.items as Pair<Node, Node | null>[];
  const index = pairs.indexOf(pair);
  const [start, end] = [pair.key.range?.[0], endOf(pair)];
  if (pairs.length === 1 || start === undefined || end === undefined) return undefined;
  if (map.flow === true) {
    const next = pairs[index + 1]?.key.range?.[0];
    return next === undefined ? replace(text, endOf(pairs[index - 1]!)!, end, '') : replace(text, start, next, '');
  }
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = text.indexOf('\n', text[end - 1] === '\n' ? end - 1 : end);
  return text.slice(lineStart, start).trim() === ''
    ? replace(text, lineStart, lineEnd < 0 ? text.length : lineEnd + 1, '')
    : undefined;
};
